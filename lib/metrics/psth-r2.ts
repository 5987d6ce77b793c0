import { ConditionSums, type ConditionTrials } from "./condition-sums.js";
import type { PsthShape } from "./psth-nll.js";
import { RateR2Sums } from "./rate-r2.js";
import { smoothInTime } from "./smooth-in-time.js";

/**
 * R² of the rates' average over a condition's validation trials against the PSTH, the smoothed average of counts over the
 * condition's training trials: per channel over conditions and bins; NaN where a PSTH never changes. Conditions without trials
 * of either kind are left out. After Pei et al. 2021, who hold the rates of single trials against the PSTH.
 * @param rates Of validation trials, in `counts`.
 */
export function psthR2(
  train: Iterable<ConditionTrials>,
  rates: Iterable<ConditionTrials>,
  { nBins, nChannels, binMs, smoothMs }: PsthShape,
): number[] {
  const [counted, modelled] = [new ConditionSums(nBins * nChannels), new ConditionSums(nBins * nChannels)];
  for (const trials of train) counted.add(trials);
  for (const trials of rates) modelled.add(trials);
  const averages = new Map(modelled.averages());
  const sums = new RateR2Sums(nChannels);
  for (const [condition, average] of counted.averages()) {
    const psth = smoothMs > 0 ? smoothInTime(average, nChannels, smoothMs / binMs) : average;
    const rate = averages.get(condition);
    if (rate) sums.add(rate, psth);
  }
  return [...sums.result().perChannel];
}
