import { copyFileSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { FailureError } from "#lib/failure.js";

/** Renames a file into place, whole or not at all; across file systems it is copied beside the place first. */
export function placeFile(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    const beside = join(dirname(to), `.${basename(to)}.${process.pid}.tmp`);
    try {
      copyFileSync(from, beside);
      renameSync(beside, to);
    } finally {
      rmSync(beside, { force: true });
    }
    rmSync(from);
  }
}

/** Removes the folder and those above it while they are empty, up to and with `top`. */
export function removeEmptyFolders(folder: string, top: string): void {
  for (let at = folder; at === top || at.startsWith(`${top}/`); at = dirname(at)) {
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
