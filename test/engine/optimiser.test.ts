import { expect, test } from "vitest";
import { KernelMemory } from "./kernel-memory.js";
import { countsUpTo, normalFloats, relativeError } from "./numbers.js";
import { pad, unpad } from "./padding.js";
import { type AdamVectors, adam, reduceShards } from "./reference/optimiser.js";
import { accumulateRows, gatherTrials } from "./reference/rows.js";

test.each([4, 20, 36])("%i gradients of 16 shards are added in order, with the L2 cost's part, to the bit", (count) => {
  const stride = count + 8;
  const all = normalFloats(16 * stride);
  const params = normalFloats(count);
  for (const decay of [0, Math.fround(0.3)]) {
    const space = new KernelMemory();
    const out = space.floats(count);
    const from = space.floats(all).at;
    space.kernels.reduceShards(count, 16, from, stride, space.floats(params).at, decay, out.at);
    const shards = Array.from({ length: 16 }, (_, s) => all.subarray(s * stride, s * stride + count));
    expect([...out.view]).toEqual([...reduceShards(shards, params, decay, Math.fround)]);
    expect(space.intact).toBe(true);
  }
});

test("squareSum is the float64 sum of squares", () => {
  const x = normalFloats(36);
  const space = new KernelMemory();
  const want = x.reduce((sum, value) => sum + value * value, 0);
  expect(Math.abs(space.kernels.squareSum(36, space.floats(x).at) / want - 1)).toBeLessThan(1e-14);
});

test("three steps of Adam are the reference's, to the bit with its roundings and within 1e-6 without", () => {
  const count = 36;
  const space = new KernelMemory();
  const start: AdamVectors = { params: normalFloats(count), m: new Float64Array(count), v: new Float64Array(count) };
  const [params, m, v] = [space.floats(start.params), space.floats(start.m), space.floats(start.v)];
  const [scale, rate, epsilon] = [0.5, 0.01, 0.1].map(Math.fround) as [number, number, number];
  let rounded: AdamVectors = start;
  let exact: AdamVectors = start;
  for (let step = 0; step < 3; step++) {
    const gradient = normalFloats(count);
    space.kernels.adam(count, params.at, space.floats(gradient).at, m.at, v.at, scale, rate, epsilon);
    rounded = adam(rounded, gradient, scale, rate, epsilon, Math.fround);
    exact = adam(exact, gradient, scale, rate, epsilon);
  }
  expect([...params.view]).toEqual([...rounded.params]);
  expect([...m.view]).toEqual([...rounded.m]);
  expect([...v.view]).toEqual([...rounded.v]);
  expect(relativeError(params.view, exact.params)).toBeLessThan(1e-6);
  expect(space.intact).toBe(true);
});

test.each([1, 3, 5, 17])("rows of %i values are added in float64, row by row", (n) => {
  for (const [T, B] of [
    [1, 1],
    [3, 5],
    [2, 16],
  ] as const) {
    const x = normalFloats(T * B * n);
    const start = normalFloats(T * n);
    const space = new KernelMemory();
    const sums = space.doubles(Float64Array.from(pad(start, T, [n])));
    const width = sums.view.length / T;
    space.kernels.accumulateRows(T, B, width, space.floats(pad(x, T * B, [n])).at, sums.at);
    expect([...unpad(sums.view, T, [n])]).toEqual([...accumulateRows(T, B, n, x, start)]);
    expect(space.intact).toBe(true);
  }
});

test.each([1, 3, 5, 17])("trials of %i channels are gathered time-major, from bytes and from floats", (N) => {
  const [T, E] = [3, 7];
  const trials = [6, 0, 2, 2, 5];
  const values = countsUpTo(E * T * N, 255);
  for (const wide of [0, 1]) {
    const x = wide ? values.map((value) => value * 1000.5) : values;
    const space = new KernelMemory();
    const width = (N + 3) & ~3;
    const y = space.floats(new Float32Array(T * trials.length * width).fill(7));
    const from = (wide ? space.floats(x) : space.bytes(x)).at;
    space.kernels.gatherTrials(T, trials.length, N, width, from, wide, space.ints(trials).at, y.at);
    expect([...y.view]).toEqual([...pad(gatherTrials(T, N, x, trials), T * trials.length, [N])]);
    expect(space.intact).toBe(true);
  }
});

test("multiply, broadcastRows, copyColumns and clear touch what they should and nothing else", () => {
  const space = new KernelMemory();
  const { kernels: k } = space;
  const x = space.floats([1, 2, 3, 4, 5, 6, 7, 8]);
  const m = space.floats([2, 0, 2, 0, 1, 1, 0, 3]);
  k.multiply(8, x.at, m.at, x.at);
  expect([...x.view]).toEqual([2, 0, 6, 0, 5, 6, 0, 24]);
  const rows = space.floats(12);
  k.broadcastRows(3, 4, x.at, rows.at);
  expect([...rows.view]).toEqual([2, 0, 6, 0, 2, 0, 6, 0, 2, 0, 6, 0]);
  const wide = space.floats(new Float32Array(16).fill(7));
  k.copyColumns(2, 4, x.at, 4, wide.at + 16, 8);
  expect([...wide.view]).toEqual([7, 7, 7, 7, 2, 0, 6, 0, 7, 7, 7, 7, 5, 6, 0, 24]);
  k.clear(wide.at + 4, 8);
  expect([...wide.view.subarray(0, 4)]).toEqual([7, 0, 0, 7]);
  expect(space.intact).toBe(true);
});
