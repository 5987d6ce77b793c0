import type { Condition, ConditionAverages } from "#lib/alignment/condition-averages.js";
import { ConditionSums } from "#lib/metrics/condition-sums.js";
import { isCondition } from "./condition.js";
import { checkDataset } from "./dataset-check.js";
import type { DatasetReader } from "./dataset-reader.js";
import { trialsAtOnce } from "./dataset-reader.js";
import { rebinFactor } from "./divide-trials.js";
import { mergeBins } from "./write-split-arrays.js";

/**
 * Mean counts of each condition's trials, in bins of `spikeBinMs`; trials without a condition are left out. Some trials
 * are in memory at once, and a sum for each condition. Throws FailureError `data` for what no model can take.
 * @param onProgress Called after each slice with the part done, 0…1. May throw to stop.
 */
export function averageConditions(
  reader: DatasetReader,
  spikeBinMs: number,
  onProgress: (done: number) => void,
): ConditionAverages {
  const { info, conditions = [] } = reader;
  const { name, nTrials, nChannels } = info;
  const rebin = rebinFactor(reader, spikeBinMs);
  const nBins = Math.floor(info.nBins / rebin);
  const sums = new ConditionSums(nBins * nChannels);
  const step = trialsAtOnce(info);
  for (let start = 0; start < nTrials; start += step) {
    const count = Math.min(step, nTrials - start);
    const counts = mergeBins(reader.readTrials(start, count).counts, info.nBins, nChannels, rebin);
    sums.add({ counts, conditions: Array.from({ length: count }, (_, i) => conditionOf(conditions[start + i])) });
    onProgress((start + count) / nTrials);
  }
  const byCondition = new Map(sums.averages());
  // An average that is no number: say of which trials and bins.
  if ([...byCondition.values()].some((average) => !average.every(Number.isFinite))) checkDataset(reader, () => {});
  return { name, nBins, nChannels, nTrials: sums.nTrials, byCondition };
}

function conditionOf(condition: Condition | undefined): Condition | null {
  return condition !== undefined && isCondition(condition) ? condition : null;
}
