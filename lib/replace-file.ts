import { renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { namesIn } from "./names-in.js";
import { mayRun, processName } from "./process-name.js";

let asides = 0;

/** Writes a file whole or not at all: aside first, then renamed into place. */
export function replaceFile(path: string, content: string | Uint8Array): void {
  replaceWith(path, (aside) => writeFileSync(aside, content));
}

/** Renames what `make` has put aside into place; nothing of it stays where that fails. */
export function replaceWith(path: string, make: (aside: string) => void): void {
  const aside = asideOf(path);
  try {
    make(aside);
    renameSync(aside, path);
  } catch (error) {
    rmSync(aside, { force: true });
    throw Object.assign(error as Error, { path, dest: path });
  }
}

/** Where to write what will be renamed to `path`: `.<process>~<n>.tmp` in the same folder. */
export function asideOf(path: string): string {
  return join(dirname(path), `.${processName()}~${asides++}.tmp`);
}

/** Removes what killed processes have left in a folder. */
export function removeAsides(folder: string): void {
  for (const name of namesIn(folder)) {
    if (/^\..*\.tmp$/.test(name) && !mayRun(name.slice(1))) rmSync(join(folder, name), { force: true });
  }
}
