import { FailureError } from "#lib/failure.js";
import type { DatasetReader } from "./dataset-reader.js";
import { splitTrials, type TrialSplit } from "./split-trials.js";

export interface DivideOptions {
  readonly spikeBinMs: number;
  readonly trainToTestRatio: number;
}

/**
 * How a recording is divided: `rebin` of its bins are merged into one of the model's, and which trials are for
 * training. Throws FailureError `data` where that leaves nothing.
 */
export function divideTrials(reader: DatasetReader, options: DivideOptions): { rebin: number; split: TrialSplit } {
  const rebin = rebinFactor(reader, options.spikeBinMs);
  const split = reader.split ?? splitTrials(reader.info.nTrials, options.trainToTestRatio);
  checkSplit(reader, split, options.trainToTestRatio);
  return { rebin, split };
}

/** Source bins that make one of the model. Throws FailureError `data` where they do not. */
export function rebinFactor({ file, info }: DatasetReader, spikeBinMs: number): number {
  const rebin = Math.round(spikeBinMs / info.binMs);
  const fits = rebin >= 1 && Math.abs(rebin * info.binMs - spikeBinMs) <= 1e-6 * spikeBinMs;
  if (fits && rebin <= info.nBins) return rebin;
  const what = fits
    ? `spikeBinMs is ${spikeBinMs}, longer than the whole trial of ${info.name} (${info.nBins} bins of ${info.binMs} ms).`
    : `spikeBinMs is ${spikeBinMs}, which is no whole multiple of the ${info.binMs} ms bins of ${info.name}.`;
  throw new FailureError({ kind: "data", what, where: file });
}

function checkSplit({ file, info }: DatasetReader, split: TrialSplit, trainToTestRatio: number): void {
  const lacking = split.train.length === 0 ? "training" : split.valid.length === 0 ? "validation" : undefined;
  if (lacking === undefined) return;
  const trials = info.nTrials === 1 ? "1 trial" : `${info.nTrials} trials`;
  throw new FailureError({
    kind: "data",
    what: `${info.name} has ${trials}, which leaves no ${lacking} trial.`,
    where: file,
    hint: info.split
      ? "The file's own split must name trials of both kinds."
      : `At least 2 trials are needed; with trainToTestRatio ${trainToTestRatio} every ${trainToTestRatio + 1}th is for validation.`,
  });
}
