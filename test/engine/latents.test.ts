import { expect, test } from "vitest";
import { padded } from "#lib/engine/model-spec.js";
import { KernelMemory } from "./kernel-memory.js";
import { countsUpTo, largestDifference, normalFloats, relativeError } from "./numbers.js";
import { pad, paddingIsZero, unpad } from "./padding.js";
import { type Gaussian, gaussianBackward, gaussianForward, priorVariance } from "./reference/latents.js";
import { poissonLoss } from "./reference/poisson.js";

test.each([
  [1, 1],
  [3, 5],
  [5, 17],
  [17, 33],
  [2, 4],
])("gaussian latents, %i rows of %i: as the float64 reference within 1e-6, gradients too", (rows, n) => {
  const given: Gaussian = {
    rows,
    n,
    varMin: Math.fround(1e-3),
    mean: normalFloats(rows * n),
    raw: normalFloats(rows * n, 2),
    eps: normalFloats(rows * n),
    priorMean: normalFloats(n),
    priorLogvar: normalFloats(n),
  };
  const dz = normalFloats(rows * n);
  const weight = 0.7;
  const np = padded(n);
  const space = new KernelMemory();
  const { kernels: k } = space;
  const wide = (values: ArrayLike<number>) => space.floats(pad(values, rows, [n]));
  const row = (values: ArrayLike<number>) => space.floats(pad(values, 1, [n]));
  const [mean, raw, eps, slope, z] = [wide(given.mean), wide(given.raw), wide(given.eps), wide(dz), wide(dz)];
  const [priorMean, priorLogvar] = [row(given.priorMean), row(given.priorLogvar)];
  const before = Float64Array.from({ length: rows }, (_, i) => i);
  const kl = space.doubles(before);
  k.gaussianForward(
    rows,
    n,
    np,
    mean.at,
    raw.at,
    slope.at,
    given.varMin,
    eps.at,
    z.at,
    priorMean.at,
    priorLogvar.at,
    kl.at,
  );
  const forward = gaussianForward(given);
  expect(relativeError(unpad(raw.view, rows, [n]), forward.logvar)).toBeLessThan(1e-6);
  expect(relativeError(unpad(z.view, rows, [n]), forward.z)).toBeLessThan(1e-6);
  expect(
    relativeError(
      kl.view.map((value, i) => value - before[i]!),
      forward.kl,
    ),
  ).toBeLessThan(1e-6);
  for (const { view } of [raw, slope, z]) expect(paddingIsZero(view, rows, [n])).toBe(true);

  const [dPriorMean, dPriorLogvar] = [row(given.priorMean), row(given.priorLogvar)];
  const at = [mean, raw, slope, eps, wide(dz), priorMean, priorLogvar].map((array) => array.at) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  k.gaussianBackward(rows, n, np, ...at, weight, dPriorMean.at, dPriorLogvar.at);
  const backward = gaussianBackward(given, dz, weight);
  expect(relativeError(unpad(mean.view, rows, [n]), backward.dMean)).toBeLessThan(1e-6);
  expect(relativeError(unpad(raw.view, rows, [n]), backward.dRaw)).toBeLessThan(1e-6);
  const gained = (view: Float32Array, start: ArrayLike<number>) =>
    unpad(view, 1, [n]).map((value, i) => value - start[i]!);
  expect(relativeError(gained(dPriorMean.view, given.priorMean), backward.dPriorMean)).toBeLessThan(1e-6);
  expect(relativeError(gained(dPriorLogvar.view, given.priorLogvar), backward.dPriorLogvar)).toBeLessThan(1e-6);
  for (const { view } of [mean, raw]) expect(paddingIsZero(view, rows, [n])).toBe(true);
  for (const { view } of [dPriorMean, dPriorLogvar]) expect(paddingIsZero(view, 1, [n])).toBe(true);
  expect(space.intact).toBe(true);
});

test("a learned prior variance and its slope are the reference's within 1e-6", () => {
  const v = Float64Array.from({ length: 40 }, (_, i) => Math.fround((i - 30) / 4));
  const [min, max] = [Math.fround(0.05), Math.fround(2)];
  const space = new KernelMemory();
  const [logvar, slope] = [space.floats(40), space.floats(40)];
  space.kernels.priorVariance(40, space.floats(v).at, min, max, logvar.at, slope.at);
  const want = [...v].map((value) => priorVariance(value, min, max));
  expect(
    largestDifference(
      logvar.view,
      want.map((each) => each.logvar),
    ),
  ).toBeLessThan(1e-6);
  expect(
    largestDifference(
      slope.view,
      want.map((each) => each.slope),
    ),
  ).toBeLessThan(1e-6);
  expect(space.intact).toBe(true);
});

test.each([1, 3, 5, 17, 33])("poisson loss, rates and gradient of %i channels are the reference's within 1e-6", (N) => {
  const [T, B] = [3, 5];
  const logits = normalFloats(T * B * N, 2);
  const counts = countsUpTo(T * B * N, 6);
  for (const scale of [0, 0.25]) {
    const space = new KernelMemory();
    const values = space.floats(pad(logits, T * B, [N]));
    const before = Float64Array.from({ length: B }, (_, i) => 10 * i);
    const loss = space.doubles(before);
    const k = space.floats(pad(counts, T * B, [N]));
    space.kernels.poissonLoss(T, B, N, padded(N), values.at, k.at, 1, loss.at, scale, 0, 0);
    const want = poissonLoss(logits, counts);
    const gradient = want.gradient.map((value) => scale * value);
    expect(relativeError(unpad(values.view, T * B, [N]), scale === 0 ? want.rates : gradient)).toBeLessThan(1e-6);
    expect(paddingIsZero(values.view, T * B, [N])).toBe(true);
    const losses = before.map((start, b) => {
      let sum = start;
      for (let t = 0; t < T; t++) {
        const row = (t * B + b) * N;
        sum += poissonLoss(logits.subarray(row, row + N), counts.subarray(row, row + N)).loss;
      }
      return sum;
    });
    expect(relativeError(loss.view, losses)).toBeLessThan(1e-6);
    expect(space.intact).toBe(true);
  }
});

test("a logit that would overflow gives a finite rate and loss", () => {
  const space = new KernelMemory();
  const logits = space.floats([41, 1e30, -1e30, 0]);
  const loss = space.doubles(1);
  space.kernels.poissonLoss(1, 1, 4, 4, logits.at, space.floats([1, 0, 0, 0]).at, 1, loss.at, 0, 0, 0);
  const most = Math.exp(40);
  expect(relativeError(logits.view, [most, most, 0, 1])).toBeLessThan(1e-6);
  expect(relativeError(loss.view, [2 * most - 40 + 1])).toBeLessThan(1e-6);
});
