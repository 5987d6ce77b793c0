import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a folder and those above it that are missing; gives the topmost that it made, undefined when all were there.
 * Node's own recursive mkdir never ends where the system says ENOENT beneath a folder that exists, as in Linux's /proc.
 */
export function makeFolder(path: string): string | undefined {
  if (isFolder(path)) return undefined;
  const above = dirname(path);
  try {
    mkdirSync(path);
    return path;
  } catch (error) {
    const isAboveMissing = (error as NodeJS.ErrnoException).code === "ENOENT" && above !== path && !isFolder(above);
    if (isFolder(path)) return undefined;
    if (!isAboveMissing) throw error;
  }
  const top = makeFolder(above);
  const own = makeFolder(path);
  return top ?? own;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    return false;
  }
}
