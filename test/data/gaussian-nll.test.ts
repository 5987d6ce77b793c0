import { expect, test } from "vitest";
import { channelGaussianNll, gaussianNll, MeanGaussianNll, meansOf } from "#lib/metrics/gaussian-nll.js";

test("the NLL of a value is that of the normal distribution", () => {
  // −log of the standard normal's density at 0 and one deviation away, and of a wider one
  expect(gaussianNll(0, 0, 1)).toBeCloseTo(0.9189385332046727, 14);
  expect(gaussianNll(-1, 0, 1)).toBeCloseTo(1.4189385332046727, 14);
  expect(gaussianNll(5, 1, 4)).toBeCloseTo(-Math.log(Math.exp(-2) / Math.sqrt(8 * Math.PI)), 14);
});

test("parameters are means, then variances, of every bin", () => {
  // two channels, two bins
  const params = Float64Array.of(1, 2, 10, 20, 3, 4, 30, 40);
  const values = [1.5, 0, -3, 4];
  const nll = new MeanGaussianNll(2);
  nll.add(values.slice(0, 2), params.slice(0, 4));
  nll.add(values.slice(2), params.slice(4));
  const want = gaussianNll(1.5, 1, 10) + gaussianNll(0, 2, 20) + gaussianNll(-3, 3, 30) + gaussianNll(4, 4, 40);
  expect(nll.mean).toBeCloseTo(want / 4, 14);
  expect([...meansOf(params, 2)]).toEqual([1, 2, 3, 4]);
  expect(() => nll.add(values, params.slice(0, 4))).toThrow("4 values, 4 parameters");
});

test("the channels' own NLL uses the training trials' means and variances", () => {
  const train = [
    [1, 7, 3, 7],
    [5, 7, 7, 7],
  ];
  const nll = channelGaussianNll(() => train, [[2, 7]], 2);
  expect(nll).toBeCloseTo((gaussianNll(2, 4, 5) + gaussianNll(7, 7, 1e-12)) / 2, 12);
});
