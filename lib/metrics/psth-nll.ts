import { ChannelMeans } from "./channel-means.js";
import { MeanPoissonNll } from "./poisson-nll.js";
import { smoothInTime } from "./smooth-in-time.js";

/** Trials × bins × channels, with one condition a trial; null for none. */
export interface ConditionTrials {
  readonly counts: ArrayLike<number>;
  readonly conditions: readonly (string | number | null)[];
}

export interface PsthShape {
  readonly nBins: number;
  readonly nChannels: number;
  readonly binMs: number;
  /** Standard deviation of the Gaussian that the averages are smoothed with; 0 for none. */
  readonly smoothMs: number;
}

/** No rate is below this part of the channel's mean, or a spike where training had none would cost without bound. */
const leastPartOfMean = 0.1;

/**
 * Mean NLL per trial, bin and channel of `valid` when each trial fires at the PSTH of its condition: the average
 * over that condition's training trials, smoothed in time, no rate below a tenth of the channel's mean. A trial
 * without a condition, or whose condition has no training trials, gets each channel's mean rate. Memory: conditions × bins × channels.
 */
export function psthNll(train: Iterable<ConditionTrials>, valid: Iterable<ConditionTrials>, shape: PsthShape): number {
  const { nBins, nChannels } = shape;
  const trialSize = nBins * nChannels;
  const means = new ChannelMeans(nChannels);
  const sums = new Map<string | number, { counts: Float64Array; nTrials: number }>();
  for (const { counts, conditions } of train) {
    means.add(counts);
    conditions.forEach((condition, trial) => {
      if (condition === null) return;
      const sum = sums.get(condition) ?? { counts: new Float64Array(trialSize), nTrials: 0 };
      for (let i = 0; i < trialSize; i++) sum.counts[i]! += counts[trial * trialSize + i]!;
      sum.nTrials += 1;
      sums.set(condition, sum);
    });
  }
  const meanRates = means.rates();
  const flat = Float64Array.from({ length: trialSize }, (_, i) => meanRates[i % nChannels]!);
  const psths = new Map<string | number | null, Float64Array>();
  for (const [condition, { counts, nTrials }] of sums) {
    const average = counts.map((sum) => sum / nTrials);
    const smooth = shape.smoothMs > 0 ? smoothInTime(average, nChannels, shape.smoothMs / shape.binMs) : average;
    psths.set(
      condition,
      smooth.map((rate, i) => Math.max(rate, leastPartOfMean * flat[i]!)),
    );
  }
  const nll = new MeanPoissonNll();
  for (const { counts, conditions } of valid) {
    const rates = new Float64Array(conditions.length * trialSize);
    conditions.forEach((condition, trial) => {
      rates.set(psths.get(condition) ?? flat, trial * trialSize);
    });
    nll.add(counts, rates);
  }
  return nll.mean;
}
