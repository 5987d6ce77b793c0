import type { Condition, ConditionAverages } from "#lib/alignment/condition-averages.js";
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
  const size = nBins * nChannels;
  const sums = new Map<Condition, { counts: Float64Array; trials: number }>();
  const step = trialsAtOnce(info);
  for (let start = 0; start < nTrials; start += step) {
    const count = Math.min(step, nTrials - start);
    const counts = mergeBins(reader.readTrials(start, count).counts, info.nBins, nChannels, rebin);
    for (let trial = 0; trial < count; trial++) {
      const condition = conditions[start + trial];
      if (condition === undefined || !isCondition(condition)) continue;
      const sum = sums.get(condition) ?? { counts: new Float64Array(size), trials: 0 };
      for (let i = 0; i < size; i++) sum.counts[i]! += counts[trial * size + i]!;
      sum.trials += 1;
      sums.set(condition, sum);
    }
    onProgress((start + count) / nTrials);
  }
  // A sum that is no number: say of which trials and bins.
  if ([...sums.values()].some(({ counts }) => !counts.every(Number.isFinite))) checkDataset(reader, () => {});
  const byCondition = new Map(
    [...sums].map(([condition, { counts, trials }]) => [condition, counts.map((sum) => sum / trials)]),
  );
  const averaged = [...sums.values()].reduce((all, { trials }) => all + trials, 0);
  return { name, nBins, nChannels, nTrials: averaged, byCondition };
}
