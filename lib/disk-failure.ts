import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path";
import type { Failure } from "./failure.js";

const HINTS: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  ENOSPC: ["The disk is full.", "Free some space and build again; what is finished stays finished."],
  EDQUOT: ["The disk quota is used up.", "Free some space and build again; what is finished stays finished."],
  EFBIG: ["A file grew larger than this file system or account allows.", "Build on another file system."],
  EACCES: ["Permission to read or write here is denied.", "Check who owns the folder and its permissions."],
  EPERM: ["The system does not permit this.", "Check who owns the folder and its permissions."],
  EROFS: [
    "The file system is read-only.",
    "Results go to the lfadsfile's `root`, all else into .lfads beside the lfadsfile: both must be writable.",
  ],
  ENOTDIR: ["A part of this path is a file, not a folder.", "Move the file away."],
  EISDIR: ["There is a folder where a file belongs.", "Move the folder away."],
  ENOENT: ["The file or folder is not there (any more).", "Build again."],
  EEXIST: ["There is already something else at this path.", "Move it away."],
  ENAMETOOLONG: ["The path is too long.", "Choose a shorter root or shorter names."],
  EMFILE: ["Too many files are open.", "Raise the limit with `ulimit -n`, or build with fewer --jobs."],
  ENFILE: ["Too many files are open on this machine.", "Build again when fewer programs run."],
  EBUSY: ["The file is in use or changes while it is read.", "Wait until nothing writes to it and build again."],
  EIO: ["The disk reports an error.", "Look at the system's log; the disk may be failing."],
  ESTALE: ["The network file system lost this file.", "Check the mount and build again."],
};

/** A failure for an error of the file system; undefined for every other error. */
export function diskFailure(error: unknown): Failure | undefined {
  const { code, path, message } = causeOf((error ?? {}) as FileError);
  if (code === MAKES_NOTHING) return { ...makesNothing(path!), detail: message! };
  const known = typeof code === "string" ? HINTS[code] : undefined;
  if (!known) return undefined;
  const where = finalPath(path);
  return { kind: "disk", what: known[0], ...(where ? { where } : {}), hint: known[1], detail: message ?? String(code) };
}

/** Where the system says ENOENT for something new in a folder that exists, as in Linux's /proc. */
export function makesNothing(folder: string): Failure {
  return { kind: "disk", what: "Nothing can be made in this folder.", where: folder, hint: "Choose another folder." };
}

const MAKES_NOTHING = "makes nothing";

interface FileError {
  readonly code?: string | undefined;
  readonly syscall?: string | undefined;
  readonly path?: string | undefined;
  readonly dest?: string | undefined;
  readonly message?: string | undefined;
}

/** For folders that cannot be made: which folder refuses, and why. */
function causeOf({ code, syscall, path, dest, message }: FileError): FileError {
  const error = { code, path: dest ?? path, message };
  if (syscall !== "mkdir" || path === undefined) return error;
  let folder = path;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  try {
    accessSync(folder, constants.W_OK);
    const isRefused = code === "ENOENT" && folder === dirname(path);
    return isRefused ? { code: MAKES_NOTHING, path: folder, message } : error;
  } catch (refusal) {
    return { code: (refusal as NodeJS.ErrnoException).code, path: folder, message };
  }
}

/** Files are written beside their place, as `<name>.<process>.tmp`; the message names the place. */
function finalPath(path: string | undefined): string | undefined {
  return path?.replace(/\/\.?([^/]+?)\.\d+(-[^/]*)?\.tmp$/, "/$1");
}
