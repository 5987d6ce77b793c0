// The references' own gradients against central differences of their forward passes, all in float64.
import { expect, test } from "vitest";
import { centralDifferences, countsUpTo, largestDifference, normalFloats } from "./numbers.js";
import { gruBackward, gruForward } from "./reference/gru.js";
import { gaussianBackward, gaussianForward, priorVariance } from "./reference/latents.js";
import { normaliseColumns, normaliseColumnsBackward } from "./reference/matrix.js";
import { poissonLoss } from "./reference/poisson.js";

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};

test.each([
  { reverse: false, clip: 5 },
  { reverse: true, clip: 5 },
  { reverse: false, clip: 0.4 },
  { reverse: true, clip: 0.4 },
])("GRU, %o", ({ reverse, clip }) => {
  const [T, B, H] = [5, 3, 4];
  const sizes = { T, B, H, clip, reverse };
  const given = {
    inputs: normalFloats(T * B * 3 * H),
    initial: normalFloats(B * H, 0.3),
    ru: normalFloats(H * 2 * H, 0.7),
    c: normalFloats(H * H, 0.7),
  };
  const dStates = normalFloats(T * B * H);
  const dLast = normalFloats(B * H);
  const cost = () => {
    const { states, last } = gruForward(sizes, given);
    return dot(states, dStates) + dot(last, dLast);
  };
  const { dInputs, dInitial, dRu, dC } = gruBackward(sizes, given, dStates, dLast);
  expect(gruForward(sizes, given).states.some((value) => Math.abs(value) === clip)).toBe(clip < 1);
  expect(largestDifference(dInputs, centralDifferences(given.inputs, cost))).toBeLessThan(1e-8);
  expect(largestDifference(dInitial, centralDifferences(given.initial, cost))).toBeLessThan(1e-8);
  expect(largestDifference(dRu, centralDifferences(given.ru, cost))).toBeLessThan(1e-8);
  expect(largestDifference(dC, centralDifferences(given.c, cost))).toBeLessThan(1e-8);
});

test("gaussian latents", () => {
  const [rows, n] = [3, 5];
  const given = {
    rows,
    n,
    varMin: 1e-2,
    mean: normalFloats(rows * n),
    raw: normalFloats(rows * n),
    eps: normalFloats(rows * n),
    priorMean: normalFloats(n),
    priorLogvar: normalFloats(n),
  };
  const dz = normalFloats(rows * n);
  const weight = 0.7;
  const cost = () => {
    const { z, kl } = gaussianForward(given);
    return dot(z, dz) + weight * kl.reduce((a, b) => a + b, 0);
  };
  const { dMean, dRaw, dPriorMean, dPriorLogvar } = gaussianBackward(given, dz, weight);
  expect(largestDifference(dMean, centralDifferences(given.mean, cost))).toBeLessThan(1e-7);
  expect(largestDifference(dRaw, centralDifferences(given.raw, cost))).toBeLessThan(1e-7);
  expect(largestDifference(dPriorMean, centralDifferences(given.priorMean, cost))).toBeLessThan(1e-7);
  expect(largestDifference(dPriorLogvar, centralDifferences(given.priorLogvar, cost))).toBeLessThan(1e-7);
});

test("learned prior variance", () => {
  const v = Float64Array.of(-3, -1, 0, 0.7);
  const slopes = v.map((value) => priorVariance(value, 0.05, 2).slope);
  const cost = () => v.reduce((sum, value) => sum + priorVariance(value, 0.05, 2).logvar, 0);
  expect(largestDifference(slopes, centralDifferences(v, cost))).toBeLessThan(1e-8);
});

test("normalised columns", () => {
  const [K, N] = [5, 3];
  const w = normalFloats(K * N);
  const d = normalFloats(K * N);
  const cost = () => dot(normaliseColumns(K, N, w).normal, d);
  expect(largestDifference(normaliseColumnsBackward(K, N, w, d), centralDifferences(w, cost))).toBeLessThan(1e-8);
});

test("poisson loss", () => {
  const logits = normalFloats(20);
  const counts = countsUpTo(20, 5);
  const { gradient } = poissonLoss(logits, counts);
  const cost = () => poissonLoss(logits, counts).loss;
  expect(largestDifference(gradient, centralDifferences(logits, cost))).toBeLessThan(1e-7);
});
