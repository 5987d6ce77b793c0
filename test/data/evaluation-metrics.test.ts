import { describe, expect, test } from "vitest";
import { BitsPerSpike } from "#lib/metrics/bits-per-spike.js";
import { decode } from "#lib/metrics/decode.js";
import { median } from "#lib/metrics/median.js";
import { Moments } from "#lib/metrics/moments.js";
import { fitPoissonGlm, predictPoissonGlm } from "#lib/metrics/poisson-glm.js";
import { psthR2 } from "#lib/metrics/psth-r2.js";
import { fitRidge, linearR2, squaredErrors } from "#lib/metrics/ridge.js";
import { solveSymmetric } from "#lib/metrics/solve-symmetric.js";
import { RandomStream } from "#lib/random/random-stream.js";

const close = (values: Iterable<number>, digits = 12) => [...values].map((value) => Number(value.toPrecision(digits)));

describe("bits per spike", () => {
  test("is what rates gain over each channel's mean, by hand", () => {
    // Two channels, two rows: counts 1, 3 and 0, 2; means 2 and 1.
    const bits = new BitsPerSpike(2);
    bits.add(Float64Array.of(1, 0), Float64Array.of(1, 0.5));
    bits.add(Float64Array.of(3, 2), Float64Array.of(3, 1.5));
    const [first, second] = [3 * Math.log(3) - 4 * Math.log(2), 2 * Math.log(1.5)];
    const { bits: all, gain, spikes, perChannel } = bits.result();
    expect(close([all, gain, spikes])).toEqual(close([(first + second) / (6 * Math.LN2), first + second, 6]));
    expect(close(perChannel)).toEqual(close([first / (4 * Math.LN2), second / (2 * Math.LN2)]));
  });

  test("is 0 at the mean counts, and costs what a silent channel is expected to fire", () => {
    const bits = new BitsPerSpike(2);
    bits.add(Float64Array.of(2, 0, 4, 0), Float64Array.of(3, 0, 3, 0));
    const { bits: all, spikes, perChannel } = bits.result();
    expect([all, spikes, ...perChannel]).toEqual([expect.closeTo(0, 12), 6, expect.closeTo(0, 12), Number.NaN]);
    bits.add(Float64Array.of(3, 0), Float64Array.of(3, 0.5));
    expect(bits.result().gain).toBeCloseTo(-0.5, 12);
  });

  test("is minus infinity where a spike comes at a rate of 0", () => {
    const bits = new BitsPerSpike(1);
    bits.add([1], [0]);
    expect(bits.result().bits).toBe(Number.NEGATIVE_INFINITY);
  });
});

test("a symmetric system is solved for several right-hand sides; one that has no solution is refused", () => {
  // The upper triangle is not read.
  const a = Float64Array.of(4, Number.NaN, 2, 5);
  expect(close(solveSymmetric(a, Float64Array.of(8, 4, 12, 2), 2))).toEqual([1, 1, 2, 0]);
  expect(() => solveSymmetric(Float64Array.of(1, 0, 1, 1), Float64Array.of(1, 1))).toThrow(RangeError);
});

describe("linear regression", () => {
  /** y = 3 + 2 a − b and 1 at (0, 0), (1, 0), (0, 1), (1, 1). */
  const square = () => {
    const moments = new Moments(2, 2);
    moments.add(Float64Array.of(0, 0, 1, 0, 0, 1, 1, 1), Float64Array.of(3, 1, 5, 1, 2, 1, 4, 1));
    return moments;
  };

  test("without a penalty finds the line that the targets are on; a target that never changes has no R²", () => {
    const weights = fitRidge(square(), 0);
    expect(close(weights)).toEqual([3, 1, 2, 0, -1, 0]);
    expect(linearR2(square(), weights)).toEqual([expect.closeTo(1, 12), Number.NaN]);
  });

  test("shrinks a weight by 1 + λ, whatever the predictor's unit", () => {
    expect(close(fitRidge(square(), 0.25))).toEqual(close([3.1, 1, 1.6, 0, -0.8, 0]));
    const scaled = new Moments(1, 1);
    scaled.add(Float64Array.of(0, 1000), Float64Array.of(0, 1));
    expect(close(fitRidge(scaled, 1))).toEqual(close([0.25, 0.0005]));
  });

  test("leaves out rows with an unknown target, and predictors that never change", () => {
    const moments = new Moments(2, 1);
    moments.add(Float64Array.of(0, 7, 1, 7, 5, 7), Float64Array.of(1, 3, Number.NaN));
    expect(moments.rows).toBe(2);
    expect(close(fitRidge(moments, 1e-12))).toEqual([1, 2, 0]);
  });

  test("scores rows that were not read for the fit from their sums alone", () => {
    const other = new Moments(2, 2);
    other.add(Float64Array.of(2, 1, 1, 3), Float64Array.of(7, 1, 1, 2));
    const { errors, totals } = squaredErrors(other, fitRidge(square(), 0));
    // Predicted are 6 and 2 of the first target, 1 and 1 of the second.
    expect(close(errors)).toEqual([2, 1]);
    expect(close(totals)).toEqual([18, 0.5]);
    expect(close(linearR2(other, fitRidge(square(), 0)))).toEqual(close([1 - 2 / 18, -1]));
  });

  test("decoding takes the λ that does best on folds left out", () => {
    const moments = (seed: number, noise: number) => {
      const stream = new RandomStream(seed, 99);
      const fold = new Moments(20, 1);
      for (let row = 0; row < 12; row++) {
        const x = Float64Array.from({ length: 20 }, () => stream.normal());
        fold.add(x, Float64Array.of(x[0]! + noise * stream.normal()));
      }
      return fold;
    };
    const folds = (noise: number) => [1, 2, 3, 4, 5].map((seed) => moments(seed, noise));
    const exact = decode(folds(0), moments(6, 0));
    expect(exact.lambda).toBe(1e-6);
    expect(exact.r2[0]).toBeGreaterThan(0.999999);
    const noisy = decode(folds(3), moments(6, 3));
    expect(noisy.lambda).toBeGreaterThanOrEqual(0.1);
    const all = folds(3).reduce((sum, fold) => sum.plus(fold));
    expect(noisy.r2[0]).toBeGreaterThan(linearR2(moments(6, 3), fitRidge(all, 0))[0]!);
  });
});

describe("Poisson regression", () => {
  const regress = (x: Float64Array, counts: Float64Array, P: number, Q: number, ridge = 0) => {
    const moments = new Moments(P, Q);
    moments.add(x, counts);
    return fitPoissonGlm(() => [{ x, counts }], moments, ridge);
  };

  test("of two groups is the logarithm of their mean counts", () => {
    const weights = regress(Float64Array.of(0, 0, 1, 1), Float64Array.of(1, 3, 4, 8), 1, 1);
    expect(close(weights, 8)).toEqual(close([Math.log(2), Math.log(3)], 8));
    expect(close(predictPoissonGlm(weights, Float64Array.of(0, 1, 2), 1), 8)).toEqual([2, 6, 18]);
  });

  test("with a ridge has the gradient of its penalty there", () => {
    const [x, counts] = [Float64Array.of(0, 1, 2, 3), Float64Array.of(1, 0, 4, 5)];
    const ridge = 0.1;
    const [w0, w1] = regress(x, counts, 1, 1, ridge) as unknown as [number, number];
    const residuals = [...x].map((value, i) => Math.exp(w0 + w1 * value) - counts[i]!);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(residuals)).toBeCloseTo(0, 9);
    // Variance of x 1.25, mean count 2.5.
    expect(mean(residuals.map((value, i) => value * x[i]!)) + ridge * 2.5 * 1.25 * w1).toBeCloseTo(0, 9);
  });

  test("converges from afar, where Newton's first steps overshoot", () => {
    const x = Float64Array.from({ length: 200 }, (_, i) => i / 199);
    const counts = x.map((value) => (value > 0.97 ? 1000 : 0));
    const weights = regress(x, counts, 1, 1, 1e-3);
    const total = predictPoissonGlm(weights, x, 1).reduce((sum, rate) => sum + rate, 0);
    expect(total).toBeCloseTo(6000, 3);
  });

  test("fits channels apart; one without a spike gets half of one, a predictor that never changes nothing", () => {
    const x = Float64Array.of(0, 5, 0, 5, 1, 5, 1, 5);
    const counts = Float64Array.of(1, 0, 3, 0, 4, 0, 8, 0);
    const weights = regress(x, counts, 2, 2, 0);
    expect(close(weights, 8)).toEqual(close([Math.log(2), Math.log(3), 0, Math.log(0.125), 0, 0], 8));
  });
});

test("PSTH R² holds average rates against average counts, condition by condition", () => {
  const shape = { nBins: 2, nChannels: 2, binMs: 10, smoothMs: 0 };
  const train = [
    { counts: Float64Array.of(0, 1, 2, 1, /* next trial */ 2, 1, 4, 1), conditions: ["a", "a"] },
    { counts: Float64Array.of(5, 1, 7, 1, 100, 100, 100, 100), conditions: ["b", "only in training"] },
  ];
  const rates = [
    { counts: Float64Array.of(1, 1, 3, 1, 4, 2, 6, 2), conditions: ["a", "b"] },
    { counts: Float64Array.of(6, 1, 8, 1, 9, 9, 9, 9), conditions: ["b", null] },
  ];
  // PSTHs of the first channel: 1, 3 and 5, 7; rates 1, 3 and 5, 7. The second never changes.
  expect(psthR2(train, rates, shape)).toEqual([1, Number.NaN]);
  const worse = [
    { counts: Float64Array.of(1, 1, 3, 1), conditions: ["a"] },
    { counts: Float64Array.of(4, 1, 7, 1), conditions: ["b"] },
  ];
  expect(psthR2(train, worse, shape)).toEqual([1 - 1 / 20, Number.NaN]);
});

test("the median leaves out what is no number", () => {
  expect(median([3, Number.NaN, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([Number.NaN])).toBeNaN();
});
