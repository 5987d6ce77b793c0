import { describe, expect, test } from "vitest";
import { KernelMemory } from "./kernel-memory.js";
import { normalFloats } from "./numbers.js";
import { gemm, gemmTransposed } from "./reference/matrix.js";

/** Rows × columns × depth. */
const SHAPES = [
  [1, 4, 4],
  [3, 32, 8],
  [5, 36, 20],
  [17, 192, 32],
  [40, 300, 100],
] as const;

/** Normals of which about `share` are not zero; the first row has none. */
function sparseFloats(M: number, K: number, share: number): Float32Array {
  const pick = normalFloats(M * K).map((value) => value ** 2);
  const limit = pick.slice().sort()[Math.floor((1 - share) * M * K)]!;
  return normalFloats(M * K).map((value, at) => (at >= K && pick[at]! > limit ? value : 0));
}

const unused = 7;
/** Rows of n in rows of n + 4. */
function strided(values: ArrayLike<number>, rows: number, n: number): Float32Array {
  const out = new Float32Array(rows * (n + 4)).fill(unused);
  for (let at = 0; at < rows * n; at++) out[at + 4 * Math.floor(at / n)] = values[at]!;
  return out;
}

function memoryOf(M: number, K: number, a: Float32Array) {
  const space = new KernelMemory();
  const from = space.floats(strided(a, M, K)).at;
  const index = space.floats(M * K).at;
  const found = space.kernels.indexNonZeros(M, K, from, K + 4, index);
  return { space, k: space.kernels, from, index, found };
}

describe.each(SHAPES)("%i × %i × %i", (M, N, K) => {
  test.each([0.02, 0.3])(
    "the sums of the dense products in their order, to the bit, with %f of A not zero",
    (share) => {
      const a = sparseFloats(M, K, share);
      const [w, row, d, start] = [K * N, N, M * N, K * N].map(normalFloats) as [
        Float32Array,
        Float32Array,
        Float32Array,
        Float32Array,
      ];
      const { space, k, from, index, found } = memoryOf(M, K, a);
      expect(found).toBe(1);

      const c = space.floats(strided(new Float32Array(M * N), M, N));
      const weights = space.floats(strided(w, K, N)).at;
      k.gemmSparse(M, N, index, from, K + 4, weights, N + 4, c.at, N + 4, space.floats(row).at, 0);
      const once = gemm(M, N, K, a, w, row, Math.fround);
      expect([...c.view]).toEqual([...strided(once, M, N)]);
      k.gemmSparse(M, N, index, from, K + 4, weights, N + 4, c.at, N + 4, c.at, N + 4);
      expect([...c.view]).toEqual([...strided(gemm(M, N, K, a, w, once, Math.fround), M, N)]);

      const dw = space.floats(strided(start, K, N));
      const gradient = space.floats(strided(d, M, N)).at;
      k.gemmTransposedSparse(M, N, index, from, K + 4, gradient, N + 4, dw.at, N + 4);
      expect([...dw.view]).toEqual([...strided(gemmTransposed(M, K, N, a, d, start, Math.fround), K, N)]);
      expect(space.intact).toBe(true);
    },
  );
});

test("the index has the places of all that is not zero, row by row", () => {
  const a = [0, 2, 0, 0, 0, 0, 0, 0, /**/ 0, 0, 0, 0, 0, 0, 0, 0, /**/ 1, 0, -0, Number.NaN, 0, 0, 0, -3];
  const { space, index, found } = memoryOf(3, 8, Float32Array.from(a));
  expect(found).toBe(1);
  const first = index + 16;
  expect([...new Uint32Array(space.memory.buffer, index, 8)]).toEqual(
    [first, first + 4, first + 4, first + 16].concat([4, 0, 12, 28]),
  );
});

test("there is an index up to 3/8 that are not zero; more write nothing past its place", () => {
  for (const [count, found] of [
    [12, 1],
    [13, 0],
    [32, 0],
  ]) {
    const a = new Float32Array(32).fill(1, 0, count);
    const memory = memoryOf(4, 8, a);
    expect(memory.found).toBe(found);
    expect(memory.space.intact).toBe(true);
  }
});
