import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import type { DatasetReader } from "./dataset-reader.js";
import { type DivideOptions, divideTrials } from "./divide-trials.js";
import { type SplitArray, writeSplitArrays } from "./write-split-arrays.js";

/** Whether a recording has anything that only an evaluation reads. */
export function hasEvaluationData({ info }: DatasetReader): boolean {
  return evaluationArrays(info).length > 0;
}

/**
 * Writes what a model is held against and never sees: `train_` and `valid_` of `heldout`, the counts of channels that are
 * held out, summed over merged bins, of `states` and of `behavior`, averaged; NaN where any of the merged is. Also `heldin_channels`
 * and `heldout_channels`, their numbers in the recording, from 1.
 */
export async function writeEvaluationData(reader: DatasetReader, file: string, options: DivideOptions): Promise<void> {
  const { rebin, split } = divideTrials(reader, options);
  await writeHdf5(file, (w) => {
    writeSplitArrays(w, reader, { split, rebin, arrays: evaluationArrays(reader.info) });
    if (!reader.channels) return;
    w.dataset("heldin_channels", Float64Array.from(reader.channels.heldIn));
    w.dataset("heldout_channels", Float64Array.from(reader.channels.heldOut));
  });
}

function evaluationArrays({ nHeldOut = 0, nStates = 0, nBehavior = 0 }: DatasetReader["info"]): SplitArray[] {
  const arrays: SplitArray[] = [
    { field: "heldOut", suffix: "heldout", width: nHeldOut },
    { field: "states", suffix: "states", width: nStates, merge: "mean" },
    { field: "behavior", suffix: "behavior", width: nBehavior, merge: "mean" },
  ];
  return arrays.filter(({ width }) => width > 0);
}
