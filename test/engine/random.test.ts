import { expect, test } from "vitest";
import { philox4x32 } from "#lib/random/philox.js";
import { RandomStream } from "#lib/random/random-stream.js";
import { KernelMemory } from "./kernel-memory.js";
import { largestDifference } from "./numbers.js";
import { type Draw, dropoutMask, type MaskDraw, normals } from "./reference/random.js";

type Words = readonly [number, number, number, number, number, number];

/** Words of four counters from c0 on: `[counter][word]`. */
function wasmWords(words: Words): number[][] {
  const space = new KernelMemory();
  const out = space.floats(16);
  space.kernels.philoxWords(out.at, ...words);
  const lanes = new Uint32Array(space.memory.buffer, out.at, 16);
  expect(space.intact).toBe(true);
  return [0, 1, 2, 3].map((lane) => [0, 1, 2, 3].map((word) => lanes[4 * word + lane]!));
}

// The known answers of the authors' Random123 library.
test.each<[Words, string]>([
  [[0, 0, 0, 0, 0, 0], "6627e8d5 e169c58d bc57ac4c 9b00dbd8"],
  [[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], "408f276d 41c83b0e a20bc7c6 6d5451fd"],
  [[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0], "d16cfe09 94fdcceb 5001e420 24126ea1"],
])("Philox4x32-10 in WebAssembly gives the known answer for %j", (words, expected) => {
  const [first] = wasmWords(words);
  expect(first!.map((word) => word.toString(16).padStart(8, "0")).join(" ")).toBe(expected);
});

test("Philox in WebAssembly and in lib/random give the same words", () => {
  for (const words of [
    [7, 1, 2, 3, 4, 5],
    [0xfffffffe, 0x80000000, 0x7fffffff, 12345, 0xdeadbeef, 1],
    [40, 0xffffffff, 0, 9, 3, 0],
  ] as Words[]) {
    const out = new Uint32Array(4);
    const expected = [0, 1, 2, 3].map((lane) => {
      const [c0, ...rest] = words;
      philox4x32((c0 + lane) >>> 0, ...rest, out);
      return [...out];
    });
    expect(wasmWords(words)).toEqual(expected);
  }
});

const draw: Draw = {
  bins: 3,
  rows: 5,
  n: 36,
  firstRow: 17,
  rowStride: 1,
  firstStep: 9,
  stepStride: 0,
  purpose: 8,
  seed: 42,
};

function wasmNormals(d: Draw): Float32Array {
  const space = new KernelMemory();
  const out = space.floats(d.bins * d.rows * d.n);
  space.kernels.normals(
    out.at,
    d.bins,
    d.rows,
    d.n,
    d.firstRow,
    d.rowStride,
    d.firstStep,
    d.stepStride,
    d.purpose,
    d.seed,
    0,
  );
  expect(space.intact).toBe(true);
  return out.view;
}

const maskDraw: MaskDraw = { bins: 3, n: 36, rowKeys: [17, 3, 4, 3000, 2 ** 31 - 1], step: 9, purpose: 8, seed: 42 };

function wasmMask(d: MaskDraw, keepProb: number): Float32Array {
  const space = new KernelMemory();
  const rows = d.rowKeys.length;
  const out = space.floats(d.bins * rows * d.n);
  const kept = Math.max(Math.round(keepProb * 65536), 1);
  const keys = space.ints(d.rowKeys).at;
  space.kernels.dropoutMask(out.at, d.bins, rows, d.n, keys, d.step, d.purpose, d.seed, 0, kept);
  expect(space.intact).toBe(true);
  return out.view;
}

test.each([4, 8, 12, 16, 20, 36])("normals of width %i are those of the float64 reference within 1e-6", (n) => {
  for (const strides of [
    { rowStride: 1, stepStride: 0 },
    { rowStride: 0, stepStride: 1 },
  ]) {
    const each = { ...draw, n, ...strides };
    expect(largestDifference(wasmNormals(each), normals(each))).toBeLessThan(1e-6);
  }
});

test("sin and cos of the angle are within 3e-7 over whole turns", () => {
  const each = { ...draw, bins: 1, rows: 1, n: 200_000 };
  const got = wasmNormals(each);
  const want = normals(each);
  let worst = 0;
  for (let i = 0; i < got.length; i += 16) {
    for (let pair = 0; pair < 2; pair++) {
      for (let lane = 0; lane < 4; lane++) {
        const at = i + 8 * pair + lane;
        const radius = Math.hypot(want[at]!, want[at + 4]!);
        for (const k of [at, at + 4]) worst = Math.max(worst, Math.abs(got[k]! - want[k]!) / radius);
      }
    }
  }
  expect(worst).toBeLessThan(3e-7);
});

test("a row's normals do not depend on which rows are drawn with it", () => {
  const all = wasmNormals({ ...draw, bins: 1 });
  const one = wasmNormals({ ...draw, bins: 1, rows: 1, firstRow: draw.firstRow + 3 });
  expect([...all.subarray(3 * draw.n, 4 * draw.n)]).toEqual([...one]);
});

test("normals have the moments and tails of a normal distribution", () => {
  const n = 400_000;
  const x = wasmNormals({ ...draw, bins: 1, rows: 1, n });
  const mean = (f: (x: number) => number) => x.reduce((sum, value) => sum + f(value), 0) / n;
  const error = (variance: number) => 5 * Math.sqrt(variance / n);
  expect(Math.abs(mean((v) => v))).toBeLessThan(error(1));
  expect(Math.abs(mean((v) => v * v) - 1)).toBeLessThan(error(2));
  expect(Math.abs(mean((v) => v ** 3))).toBeLessThan(error(15));
  expect(Math.abs(mean((v) => v ** 4) - 3)).toBeLessThan(error(96));
  for (const [limit, share] of [
    [1, 0.31731050786],
    [2, 0.04550026389],
    [3, 0.00269979606],
    [4, 6.334248e-5],
  ] as const) {
    expect(Math.abs(mean((v) => (Math.abs(v) > limit ? 1 : 0)) - share)).toBeLessThan(error(share));
  }
  // neighbours are not correlated: 16 lags within a group of counters
  for (let lag = 1; lag <= 16; lag++) {
    let sum = 0;
    for (let i = lag; i < n; i++) sum += x[i]! * x[i - lag]!;
    expect(Math.abs(sum / n)).toBeLessThan(error(1));
  }
});

test.each([1, 0.95, 0.5, 0.03, 1e-6])(
  "a mask of keep probability %f is that of the reference and keeps its share",
  (keep) => {
    for (const n of [4, 8, 12, 20, 32, 36, 64]) {
      for (const bins of [1, 3, 7]) {
        const each = { ...maskDraw, n, bins };
        expect([...wasmMask(each, keep)]).toEqual([...dropoutMask(each, keep)]);
      }
    }
    const large = wasmMask({ ...maskDraw, rowKeys: [...Array(50).keys()], n: 2000 }, keep);
    const kept = large.filter((value) => value !== 0);
    expect(new Set(kept)).toEqual(new Set([Math.fround(65536 / Math.max(Math.round(keep * 65536), 1))]));
    expect(Math.abs(kept.length / large.length - keep)).toBeLessThan(
      5 * Math.sqrt((keep * (1 - keep)) / large.length) + 2 ** -16,
    );
  },
);

test("a row's mask depends on its key, not on its place or the rows beside it", () => {
  const { bins, n } = maskDraw;
  const all = wasmMask(maskDraw, 0.5);
  maskDraw.rowKeys.forEach((key, r) => {
    const alone = wasmMask({ ...maskDraw, rowKeys: [key] }, 0.5);
    for (let t = 0; t < bins; t++) {
      const at = (t * maskDraw.rowKeys.length + r) * n;
      expect([...all.subarray(at, at + n)]).toEqual([...alone.subarray(t * n, (t + 1) * n)]);
    }
  });
});

test("masks and normals of another seed, step, row or purpose are other ones", () => {
  const masks = [{}, { seed: 43 }, { step: 10 }, { rowKeys: [5, 6, 7, 8, 9] }, { purpose: 9 }];
  const variants = [{}, { seed: 43 }, { firstStep: 10 }, { firstRow: 30 }, { purpose: 9 }];
  expect(new Set(variants.map((change) => wasmNormals({ ...draw, ...change }).join())).size).toBe(variants.length);
  expect(new Set(masks.map((change) => wasmMask({ ...maskDraw, ...change }, 0.5).join())).size).toBe(masks.length);
});

test("no number of a kernel is one of a RandomStream of the same seed and words", () => {
  const stream = new RandomStream(42, 5, 6, 7);
  const words = wasmWords([0, 5, 6, 7, 42, 0]);
  expect(words.flat()).toEqual(Array.from({ length: 16 }, () => stream.uint32()));
  const mask = wasmMask({ bins: 1, n: 32, rowKeys: [5], step: 6, purpose: 7, seed: 42 }, 0.5);
  const bits = [0, 1, 2, 3].flatMap((word) =>
    words.flatMap((lane) => [lane[word]! % 65536, lane[word]! >>> 16].map((half) => half < 32768)),
  );
  expect([...mask].map((value) => value !== 0)).not.toEqual(bits);
});
