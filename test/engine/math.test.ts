import { expect, test } from "vitest";
import type { Kernels } from "#lib/engine/kernels.js";
import { KernelMemory } from "./kernel-memory.js";

/** Every `stride`-th float32 from `first` to `last`, both of the same sign, by their bits. */
function floatsBetween(first: number, last: number, stride: number): Float32Array {
  const bits = (x: number) => new Uint32Array(Float32Array.of(x).buffer)[0]!;
  const [low, high] = [bits(first), bits(last)].sort((a, b) => a - b) as [number, number];
  const count = Math.floor((high - low) / stride / 4) * 4;
  return new Float32Array(Uint32Array.from({ length: count }, (_, i) => low + i * stride).buffer);
}

/** Largest error of a kernel over these arguments, absolute or relative. */
function worst(
  kernel: "mapExp" | "mapLog" | "mapTanh" | "mapSigmoid",
  x: Float32Array,
  exact: (x: number) => number,
  kind: "absolute" | "relative",
): number {
  const space = new KernelMemory();
  const input = space.floats(x);
  const output = space.floats(x.length);
  (space.kernels as Kernels)[kernel](x.length, input.at, output.at);
  let largest = 0;
  for (let i = 0; i < x.length; i++) {
    const want = exact(x[i]!);
    const error = Math.abs(output.view[i]! - want) / (kind === "relative" ? Math.abs(want) || 1 : 1);
    if (!(error <= largest)) largest = error;
  }
  expect(space.intact).toBe(true);
  return largest;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

test("exp is within 9e-8 of eˣ, relative, from −87.33 to 88.37", () => {
  for (const [from, to] of [
    [-1e-30, -87.33],
    [1e-30, 88.37],
    [-0.3, -0.4],
    [0.3, 0.4],
  ] as const) {
    expect(
      worst("mapExp", floatsBetween(from, to, Math.abs(from) < 1e-3 ? 9973 : 41), Math.exp, "relative"),
    ).toBeLessThan(9e-8);
  }
});

test("exp is 1 at 0 and stays normal and finite outside its range", () => {
  const space = new KernelMemory();
  const x = space.floats([0, -0, -88, -1e30, 88.4, 1e30, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  space.kernels.mapExp(8, x.at, x.at);
  const [zero, minusZero, ...far] = x.view;
  expect([zero, minusZero]).toEqual([1, 1]);
  const least = Math.exp(-87.33654475);
  const most = Math.exp(88.37);
  [least, least, most, most, most, least].forEach((want, i) => {
    expect(Math.abs(far[i]! / want - 1)).toBeLessThan(1e-5);
  });
});

test("log is within 2e-7 of ln x, relative, over all positive normal numbers", () => {
  expect(worst("mapLog", floatsBetween(1.1754944e-38, 3.4e38, 9973), Math.log, "relative")).toBeLessThan(2e-7);
  expect(worst("mapLog", floatsBetween(0.5, 2, 101), Math.log, "relative")).toBeLessThan(2e-7);
});

test("tanh is within 4e-7 of tanh x, relative, and never leaves [−1, 1]", () => {
  for (const sign of [-1, 1]) {
    expect(worst("mapTanh", floatsBetween(sign * 1e-30, sign * 3e38, 9973), Math.tanh, "relative")).toBeLessThan(4e-7);
    expect(worst("mapTanh", floatsBetween(sign * 0.1, sign * 9, 401), Math.tanh, "relative")).toBeLessThan(4e-7);
  }
  const space = new KernelMemory();
  const x = space.floats(floatsBetween(4, 20, 211));
  space.kernels.mapTanh(x.view.length, x.at, x.at);
  expect(Math.max(...x.view)).toBeLessThanOrEqual(1);
});

test("σ is within 2e-7 of 1/(1 + e⁻ˣ), absolute", () => {
  for (const sign of [-1, 1]) {
    expect(worst("mapSigmoid", floatsBetween(sign * 1e-30, sign * 3e38, 9973), sigmoid, "absolute")).toBeLessThan(2e-7);
    expect(worst("mapSigmoid", floatsBetween(sign * 0.1, sign * 18, 401), sigmoid, "absolute")).toBeLessThan(2e-7);
  }
});

test("a NaN argument gives NaN, so that a diverged training is noticed", () => {
  const space = new KernelMemory();
  const x = space.floats([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
  for (const kernel of ["mapExp", "mapTanh", "mapSigmoid"] as const) {
    const y = space.floats(4);
    space.kernels[kernel](4, x.at, y.at);
    expect([...y.view]).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
  }
});
