/** One content at two places, at the least cost that the file system allows. */
import { constants, linkSync } from "node:fs";
import { copyFile } from "node:fs/promises";

/** A clone that shares blocks until one side is written (a reflink) where the file system has that, else a copy. */
export function cloneFile(from: string, to: string): Promise<void> {
  return copyFile(from, to, constants.COPYFILE_FICLONE);
}

/** A second name of the same file: false where there can be none. Writing to one name changes both. */
export function linkFile(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (NO_LINK.has((error as NodeJS.ErrnoException).code ?? "")) return false;
    throw error;
  }
}

/** Another file system, one without links or that forbids them, and a file with as many as it can have. */
const NO_LINK = new Set(["EXDEV", "EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EMLINK"]);
