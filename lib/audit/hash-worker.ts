/** A thread that hashes files: takes lists of paths, answers with a digest each. */
import { parentPort } from "node:worker_threads";
import { type Hashed, hashFile } from "./hash-file.js";

/** Bytes that were read meanwhile, or the answer to a list. */
export type HashReport = { readonly bytes: number } | { readonly hashed: readonly Hashed[] };

const report = (message: HashReport) => parentPort!.postMessage(message);

parentPort!.on("message", (paths: readonly string[]) => {
  report({ hashed: paths.map((path) => hashFile(path, (bytes) => report({ bytes }))) });
});
