import { expect, test } from "vitest";
import { meanRateNll } from "#lib/metrics/mean-rate-nll.js";
import { MeanPoissonNll, poissonNll } from "#lib/metrics/poisson-nll.js";
import { psthNll } from "#lib/metrics/psth-nll.js";
import { RateR2Sums } from "#lib/metrics/rate-r2.js";
import { smoothInTime } from "#lib/metrics/smooth-in-time.js";

test("the NLL of a count is that of the Poisson distribution", () => {
  // −log(e^−2 2^3 / 3!) by hand.
  expect(poissonNll(3, 2)).toBeCloseTo(2 - 3 * Math.log(2) + Math.log(6), 14);
  expect(poissonNll(0, 0.25)).toBe(0.25);
  expect(poissonNll(0, 0)).toBe(0);
  expect(poissonNll(1, 0)).toBe(Infinity);
});

test("the mean NLL does not depend on the slices", () => {
  const counts = [0, 1, 2, 0, 5, 1];
  const rates = [0.5, 1, 1.5, 0.1, 4, 2];
  const whole = new MeanPoissonNll();
  whole.add(counts, rates);
  const parts = new MeanPoissonNll();
  parts.add(counts.slice(0, 2), rates.slice(0, 2));
  parts.add(counts.slice(2), rates.slice(2));
  const want = counts.reduce((sum, count, i) => sum + poissonNll(count, rates[i]!), 0) / 6;
  expect(whole.mean).toBeCloseTo(want, 14);
  expect(parts.mean).toBeCloseTo(want, 14);
});

test("the mean-rate NLL uses the training trials' rates, and half a spike for a silent channel", () => {
  // Two channels; training: channel 1 fires 3 times in 4 bins, channel 2 never.
  const train = [
    [1, 0, 2, 0],
    [0, 0, 0, 0],
  ];
  const nll = meanRateNll(train, [[1, 1, 0, 0]], 2);
  const want = (poissonNll(1, 0.75) + poissonNll(1, 0.125) + 0.75 + 0.125) / 4;
  expect(nll).toBeCloseTo(want, 14);
});

test("R² is pooled about one mean, and per channel about its own", () => {
  const r2 = new RateR2Sums(2);
  // Rows of (channel 1, channel 2); channel 1 true 1, 3, estimated 1, 2; channel 2 true 10, 14, estimated 11, 14.
  r2.add([1, 11], [1, 10]);
  r2.add([2, 14], [3, 14]);
  const { pooled, perChannel, medianOverChannels } = r2.result();
  // Residual 0 + 1 + 1 + 0; spread about the mean 7: 36 + 16 + 9 + 49.
  expect(pooled).toBeCloseTo(1 - 2 / 110, 12);
  expect([...perChannel]).toEqual([expect.closeTo(1 - 1 / 2, 12), expect.closeTo(1 - 1 / 8, 12)]);
  expect(medianOverChannels).toBeCloseTo((1 / 2 + 7 / 8) / 2, 12);
});

test("a channel whose true rate never changes has no R² and does not count in the median", () => {
  const r2 = new RateR2Sums(2);
  r2.add([1, 0.1, 2, 0.2], [1, 0.1, 3, 0.1]);
  const { perChannel, medianOverChannels } = r2.result();
  expect([perChannel[1], medianOverChannels]).toEqual([NaN, perChannel[0]]);
});

test("smoothing keeps a constant and spreads a spike symmetrically", () => {
  const flat = smoothInTime(new Float64Array(10).fill(2), 1, 1.5);
  for (const value of flat) expect(value).toBeCloseTo(2, 14);
  const spike = smoothInTime(
    Float64Array.from({ length: 21 }, (_, i) => (i === 10 ? 1 : 0)),
    1,
    2,
  );
  expect(spike[9]).toBe(spike[11]);
  expect(spike[9]! / spike[10]!).toBeCloseTo(Math.exp(-1 / 8), 12);
  expect([spike[3], spike[17]]).toEqual([0, 0]);
});

test("the PSTH of a condition comes from its training trials; others get mean rates", () => {
  const shape = { nBins: 2, nChannels: 1, binMs: 10, smoothMs: 0 };
  const train = [
    { counts: [4, 0, 2, 0], conditions: ["left", "left"] },
    { counts: [1, 1], conditions: ["right"] },
  ];
  // left: rates 3 and, instead of 0, a tenth of the mean rate 8/6; up: the mean rate.
  const nll = psthNll(train, [{ counts: [2, 1, 1, 0], conditions: ["left", "up"] }], shape);
  const mean = 8 / 6;
  const want = (poissonNll(2, 3) + poissonNll(1, mean / 10) + poissonNll(1, mean) + mean) / 4;
  expect(nll).toBeCloseTo(want, 13);
});
