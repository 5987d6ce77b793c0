import { ChannelMeans } from "./channel-means.js";
import { MeanPoissonNll } from "./poisson-nll.js";

/**
 * Mean NLL per trial, bin and channel of `valid` when each channel fires at its mean rate over `train`: what a model
 * must beat. Both come in slices of trials × bins × channels. A channel that is silent in training is given half a
 * spike over all of it.
 */
export function meanRateNll(
  train: Iterable<ArrayLike<number>>,
  valid: Iterable<ArrayLike<number>>,
  nChannels: number,
): number {
  const means = new ChannelMeans(nChannels);
  for (const counts of train) means.add(counts);
  const rates = means.rates();
  const nll = new MeanPoissonNll();
  for (const counts of valid) {
    const expected = new Float64Array(counts.length);
    for (let i = 0; i < expected.length; i += nChannels) expected.set(rates, i);
    nll.add(counts, expected);
  }
  return nll.mean;
}
