import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { HashReport } from "./hash-worker.js";
import { type Hashed, readDigest } from "./read-digest.js";

/** Less is read sooner than threads start. */
const WORTH_THREADS_BYTES = 16 << 20;
/** Files that a thread takes at a time. */
const MOST_AT_ONCE = 64;

/**
 * SHA-256 of each file, by path; every file is read, whatever is known of it. On all processors, with a buffer of
 * memory for each. `bytes`: about what they have together.
 */
export async function hashFiles(
  paths: ReadonlySet<string>,
  bytes: number,
  onBytes: (bytes: number) => void = () => {},
): Promise<Map<string, Hashed>> {
  const wanted = [...paths];
  if (bytes < WORTH_THREADS_BYTES) return new Map(wanted.map((path) => [path, readDigest(path, onBytes)]));
  const hashed = new Map<string, Hashed>();
  const threads = Math.min(availableParallelism(), wanted.length);
  // Few enough that all threads end together.
  const atOnce = Math.max(1, Math.min(MOST_AT_ONCE, Math.floor(wanted.length / (4 * threads))));
  let next = 0;
  const runThread = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL("./hash-worker.js", import.meta.url));
      let given: string[] = [];
      const giveMore = () => {
        given = wanted.slice(next, next + atOnce);
        next += given.length;
        if (given.length > 0) worker.postMessage(given);
        else void worker.terminate().then(() => resolve());
      };
      worker.on("error", reject);
      worker.on("message", (report: HashReport) => {
        onBytes(report.bytes);
        if (!report.hashed) return;
        for (const [i, each] of report.hashed.entries()) hashed.set(given[i]!, each);
        giveMore();
      });
      giveMore();
    });
  await Promise.all(Array.from({ length: threads }, runThread));
  return hashed;
}
