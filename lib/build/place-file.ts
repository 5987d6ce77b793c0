import { copyFileSync, existsSync, readdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { FailureError } from "#lib/failure.js";
import { isWithin } from "#lib/is-within.js";
import { makeFolder } from "#lib/make-folder.js";
import { asideOf, removeAsides } from "#lib/replace-file.js";
import { type FileStamp, stampOf } from "./file-digest.js";

/**
 * Renames a file into place, whole or not at all; across file systems it is copied beside the place first. Gives the
 * stamp that it had before, which but for ctime it still has unless it was edited at once.
 */
export function placeFile(from: string, to: string): FileStamp | undefined {
  const stamp = stampOf(from);
  try {
    renameInto(from, to);
    return stamp;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    removeAsides(dirname(to));
    const beside = asideOf(to);
    try {
      copyFileSync(from, beside);
      const copied = stampOf(beside);
      renameSync(beside, to);
      rmSync(from);
      return copied;
    } catch (problem) {
      throw Object.assign(problem as Error, { path: to, dest: to });
    } finally {
      rmSync(beside, { force: true });
    }
  }
}

/** Makes the folder too, again where `clean` in another process removes it while it is empty. */
function renameInto(from: string, to: string): void {
  for (let tries = 1; ; tries++) {
    try {
      makeFolder(dirname(to));
      renameSync(from, to);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" || tries === 10 || !existsSync(from)) throw error;
    }
  }
}

/** Removes the folder and those above it while they are empty, up to and with `top`. */
export function removeEmptyFolders(folder: string, top: string): void {
  for (let at = folder; isWithin(at, top); at = dirname(at)) {
    try {
      rmdirSync(at);
    } catch {
      return;
    }
  }
}

/** Relative paths of all files below a folder, by code units, with `/`. Throws FailureError on anything else. */
export function listFiles(folder: string): string[] {
  const files: string[] = [];
  const walk = (prefix: string) => {
    for (const entry of readdirSync(join(folder, prefix), { withFileTypes: true })) {
      const path = `${prefix}${entry.name}`;
      if (entry.isDirectory()) walk(`${path}/`);
      else if (entry.isFile()) files.push(path);
      else {
        const what = "A rule may make files and folders only; links belong into the target's `links`.";
        throw new FailureError({ kind: "internal", what, where: path });
      }
    }
  };
  walk("");
  return files.sort();
}
