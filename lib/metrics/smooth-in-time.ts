import { exp } from "#lib/float64/exp.js";

/**
 * T×N values, each channel convolved in time with a Gaussian of standard deviation `sdBins`, cut off at three of
 * them. Near the ends the weights that are left are scaled to sum to 1.
 */
export function smoothInTime(values: Float64Array, nChannels: number, sdBins: number): Float64Array {
  const nBins = values.length / nChannels;
  const reach = Math.ceil(3 * sdBins);
  const weights = Array.from({ length: reach + 1 }, (_, lag) =>
    lag === 0 ? 1 : exp((-lag * lag) / (2 * sdBins * sdBins)),
  );
  const smooth = new Float64Array(values.length);
  for (let bin = 0; bin < nBins; bin++) {
    let norm = 0;
    for (let other = Math.max(0, bin - reach); other <= Math.min(nBins - 1, bin + reach); other++) {
      const weight = weights[Math.abs(other - bin)]!;
      norm += weight;
      for (let channel = 0; channel < nChannels; channel++) {
        smooth[bin * nChannels + channel]! += weight * values[other * nChannels + channel]!;
      }
    }
    for (let channel = 0; channel < nChannels; channel++) smooth[bin * nChannels + channel]! /= norm;
  }
  return smooth;
}
