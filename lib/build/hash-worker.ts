/** A thread that hashes files: takes lists of paths, answers with a digest each. */
import { parentPort } from "node:worker_threads";
import { type Hashed, readDigest } from "./read-digest.js";

/** Bytes that were read since the last report; `hashed` answers a list. */
export interface HashReport {
  readonly bytes: number;
  readonly hashed?: readonly Hashed[];
}

const TELL_EVERY_BYTES = 32 << 20;
let untold = 0;

parentPort!.on("message", (paths: readonly string[]) => {
  const hashed = paths.map((path) => readDigest(path, count));
  report(hashed);
});

function count(bytes: number): void {
  untold += bytes;
  if (untold >= TELL_EVERY_BYTES) report();
}

function report(hashed?: readonly Hashed[]): void {
  parentPort!.postMessage({ bytes: untold, ...(hashed ? { hashed } : {}) } satisfies HashReport);
  untold = 0;
}
