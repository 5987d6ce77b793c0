/** What lies in a tree of results that lfads never writes: TensorFlow's LFADS or the Run Manager made it. */
import { join } from "node:path";
import { namesIn } from "#lib/names-in.js";
import { readIfThere } from "./run-folder.js";

/** Of a run: checkpoints of several files, and TensorBoard's log under the name of a host. */
export function isMadeElsewhere(runDir: string): boolean {
  const output = join(runDir, "lfadsOutput");
  const isForeignLog = (name: string) => /^events\.out\.tfevents\.(?!0+\.lfads$)/.test(name);
  return (
    namesIn(output).some((name) => /\.ckpt-\d+\.(index|meta|data-.+)$/.test(name)) ||
    namesIn(join(output, "lfads_log")).some(isForeignLog)
  );
}

/** Of a collection: its summary.txt names the class of the user's experiment. */
export function isSummaryOfRunManager(collectionDir: string): boolean {
  const text = readIfThere(join(collectionDir, "summary.txt"));
  return text !== undefined && !text.startsWith('LFADS.RunCollection "');
}
