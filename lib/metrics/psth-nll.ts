import { ChannelMeans } from "./channel-means.js";
import { ConditionSums, type ConditionTrials } from "./condition-sums.js";
import { MeanPoissonNll } from "./poisson-nll.js";
import { smoothInTime } from "./smooth-in-time.js";

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
  const sums = new ConditionSums(trialSize);
  for (const trials of train) {
    means.add(trials.counts);
    sums.add(trials);
  }
  const meanRates = means.rates();
  const flat = Float64Array.from({ length: trialSize }, (_, i) => meanRates[i % nChannels]!);
  const psths = new Map<string | number | null, Float64Array>();
  for (const [condition, average] of sums.averages()) {
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
