import { describe, expect, test } from "vitest";
import { padded } from "#lib/engine/model-spec.js";
import { KernelMemory } from "./kernel-memory.js";
import { largestDifference, normalFloats, relativeError } from "./numbers.js";
import { pad, paddingIsZero, unpad } from "./padding.js";
import {
  columnSums,
  gemm,
  gemmTransposed,
  normaliseColumns,
  normaliseColumnsBackward,
  packPanels,
  transposed,
} from "./reference/matrix.js";

const SIZES = [1, 3, 5, 17, 33] as const;
/** Rows × columns × depth: every size in every place, and whole tiles. */
const SHAPES: (readonly [number, number, number])[] = [
  ...SIZES.flatMap((m, i) => SIZES.map((n, j) => [m, n, SIZES[(i + j) % SIZES.length]!] as const)),
  [16, 32, 16],
  [2, 16, 4],
  [4, 4, 4],
];

/** Rows [rows][n] inside wider rows of stride n + 4, as parts of a gate buffer lie. */
function strided(values: Float32Array, rows: number, n: number): Float32Array {
  const out = new Float32Array(rows * (n + 4)).fill(7);
  for (let row = 0; row < rows; row++) out.set(values.subarray(row * n, (row + 1) * n), row * (n + 4));
  return out;
}
function plain(values: Float32Array, rows: number, n: number): Float32Array {
  const out = new Float32Array(rows * n);
  for (let row = 0; row < rows; row++) out.set(values.subarray(row * (n + 4), row * (n + 4) + n), row * n);
  return out;
}

describe("gemm", () => {
  test.each(SHAPES)("%i × %i × %i: products added in order of k to the start, to the bit", (M, N, K) => {
    const [Np, Kp] = [padded(N), padded(K)];
    const a = pad(normalFloats(M * K), M, [K]);
    const b = pad(normalFloats(K * N), K, [N], Kp);
    const row = pad(normalFloats(N), 1, [N]);
    const space = new KernelMemory();
    const { kernels: k } = space;
    const panels = space.floats(Kp * Math.ceil(Np / 16) * 16);
    k.packPanels(Kp, Np, space.floats(b).at, Np, panels.at);
    const c = space.floats(strided(new Float32Array(M * Np), M, Np));
    const from = space.floats(strided(a, M, Kp)).at;
    k.gemm(M, Np, Kp, from, Kp + 4, panels.at, c.at, Np + 4, space.floats(row).at, 0);
    const once = gemm(M, Np, Kp, a, b, row, Math.fround);
    expect([...plain(c.view, M, Np)]).toEqual([...once]);
    expect(relativeError(plain(c.view, M, Np), gemm(M, Np, Kp, a, b, row))).toBeLessThan(1e-6);

    k.gemm(M, Np, Kp, from, Kp + 4, panels.at, c.at, Np + 4, c.at, Np + 4);
    expect([...plain(c.view, M, Np)]).toEqual([...gemm(M, Np, Kp, a, b, once, Math.fround)]);
    expect(space.intact).toBe(true);
    for (let m = 0; m < M; m++)
      expect([...c.view.subarray(m * (Np + 4) + Np, (m + 1) * (Np + 4))]).toEqual([7, 7, 7, 7]);
  });

  test("packed panels hold the matrix, or its transpose, filled up with zeros", () => {
    for (const [K, N] of [
      [4, 4],
      [8, 20],
      [20, 36],
      [36, 16],
    ] as const) {
      const w = normalFloats(K * N);
      const space = new KernelMemory();
      const from = space.floats(w).at;
      const panels = space.floats(new Float32Array(K * Math.ceil(N / 16) * 16).fill(7));
      space.kernels.packPanels(K, N, from, N, panels.at);
      expect([...panels.view]).toEqual([...packPanels(K, N, w)]);
      const turned = space.floats(new Float32Array(N * Math.ceil(K / 16) * 16).fill(7));
      space.kernels.packPanelsTransposed(K, N, from, N, turned.at);
      expect([...turned.view]).toEqual([...packPanels(N, K, transposed(K, N, w))]);
      expect(space.intact).toBe(true);
    }
  });
});

describe("gemmTransposed", () => {
  test.each([...SHAPES, [300, 5, 17] as const, [513, 17, 3] as const, [49, 5, 250] as const])(
    "%i rows, %i × %i: outer products added in order of the rows, to the bit",
    (M, K, N) => {
      const [Kp, Np] = [padded(K), padded(N)];
      const a = pad(normalFloats(M * K), M, [K]);
      const d = pad(normalFloats(M * N), M, [N]);
      const start = pad(normalFloats(K * N), K, [N], Kp);
      const space = new KernelMemory();
      const c = space.floats(strided(start, Kp, Np));
      const from = { a: space.floats(strided(a, M, Kp)).at, d: space.floats(strided(d, M, Np)).at };
      space.kernels.gemmTransposed(M, Kp, Np, from.a, Kp + 4, from.d, Np + 4, c.at, Np + 4);
      expect([...plain(c.view, Kp, Np)]).toEqual([...gemmTransposed(M, Kp, Np, a, d, start, Math.fround)]);
      expect(relativeError(plain(c.view, Kp, Np), gemmTransposed(M, Kp, Np, a, d, start))).toBeLessThan(3e-6);
      expect(space.intact).toBe(true);
    },
  );
});

test.each(SIZES)("columnSums adds %i rows in order, to the bit", (M) => {
  for (const N of SIZES) {
    const Np = padded(N);
    const d = pad(normalFloats(M * N), M, [N]);
    const start = pad(normalFloats(N), 1, [N]);
    const space = new KernelMemory();
    const out = space.floats(start);
    space.kernels.columnSums(M, Np, space.floats(strided(d, M, Np)).at, Np + 4, out.at);
    expect([...out.view]).toEqual([...columnSums(M, Np, d, start, Math.fround)]);
    expect(space.intact).toBe(true);
  }
});

test.each(SIZES)("columns of %i rows are normalised, and so is their gradient, within 1e-6", (K) => {
  for (const N of SIZES) {
    const w = normalFloats(K * N);
    const dNormal = normalFloats(K * N);
    const start = normalFloats(K * N);
    const space = new KernelMemory();
    const from = space.floats(pad(w, K, [N]));
    const normal = space.floats(K * padded(N));
    const norms = space.floats(padded(N));
    space.kernels.normaliseColumns(K, padded(N), from.at, normal.at, norms.at);
    const want = normaliseColumns(K, N, w);
    expect(relativeError(unpad(normal.view, K, [N]), want.normal)).toBeLessThan(1e-6);
    expect(relativeError(unpad(norms.view, 1, [N]), want.norms)).toBeLessThan(1e-6);
    expect(paddingIsZero(normal.view, K, [N])).toBe(true);

    const dw = space.floats(pad(start, K, [N]));
    const d = space.floats(pad(dNormal, K, [N]));
    space.kernels.normaliseColumnsBackward(K, padded(N), normal.at, norms.at, d.at, dw.at);
    const gradient = normaliseColumnsBackward(K, N, w, dNormal).map((value, i) => value + start[i]!);
    expect(largestDifference(unpad(dw.view, K, [N]), gradient)).toBeLessThan(1e-5);
    expect(relativeError(unpad(dw.view, K, [N]), gradient)).toBeLessThan(1e-6);
    expect(paddingIsZero(dw.view, K, [N])).toBe(true);
    expect(space.intact).toBe(true);
  }
});

test("a column of zeros stays zero instead of becoming NaN", () => {
  const space = new KernelMemory();
  const normal = space.floats(8);
  const norms = space.floats(4);
  space.kernels.normaliseColumns(2, 4, space.floats([0, 3, 0, 1, 0, 4, 0, 0]).at, normal.at, norms.at);
  expect([...normal.view]).toEqual([0, Math.fround(0.6), 0, 1, 0, Math.fround(0.8), 0, 0]);
});
