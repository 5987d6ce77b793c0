import { renameSync, rmSync, writeFileSync } from "node:fs";

/** Writes a file whole or not at all: aside first, then renamed into place. */
export function replaceFile(path: string, content: string | Uint8Array): void {
  const aside = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(aside, content);
    renameSync(aside, path);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  }
}
