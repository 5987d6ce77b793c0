import { fstatSync, writeSync } from "node:fs";

/** A file system's clock stands still for less than their sum. */
const WAITS_MS = [2, 4, 8];

/**
 * Waits until what is written to the open file, a text that line ends do not harm, is younger than `newestMs`: then files
 * with that stamp are not racily clean for those who read it.
 * @returns Its mtime. Still the same or less where `newestMs` lies in the future.
 */
export function tickPast(descriptor: number, newestMs: number): number {
  writeSync(descriptor, "\n");
  for (const ms of WAITS_MS) {
    if (fstatSync(descriptor).mtimeMs > newestMs) break;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    writeSync(descriptor, "\n");
  }
  return fstatSync(descriptor).mtimeMs;
}
