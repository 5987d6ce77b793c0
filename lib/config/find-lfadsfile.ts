import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** In the order in which they are looked for. */
export const lfadsfileNames = ["lfadsfile.ts", "lfadsfile.mts", "lfadsfile.js", "lfadsfile.mjs"] as const;

/** The lfadsfile of the folder or of the nearest folder above it that has one. */
export function findLfadsfile(dir: string): string | undefined {
  const here = resolve(dir);
  for (const name of lfadsfileNames) {
    const file = join(here, name);
    if (existsSync(file)) return file;
  }
  return dirname(here) === here ? undefined : findLfadsfile(dirname(here));
}
