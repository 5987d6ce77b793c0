import { renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { processName } from "./process-name.js";

let asides = 0;

/** Writes a file whole or not at all: aside first, as `.<process>~<n>.tmp`, then renamed into place. */
export function replaceFile(path: string, content: string | Uint8Array): void {
  const aside = join(dirname(path), `.${processName()}~${asides++}.tmp`);
  try {
    writeFileSync(aside, content);
    renameSync(aside, path);
  } catch (error) {
    rmSync(aside, { force: true });
    throw Object.assign(error as Error, { path, dest: path });
  }
}
