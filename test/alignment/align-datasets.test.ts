import { describe, expect, test } from "vitest";
import { type AlignOptions, alignDatasets } from "#lib/alignment/align-datasets.js";
import { type ConditionAverages, restrictedTo } from "#lib/alignment/condition-averages.js";
import { averagesOf } from "./recordings.js";

const conditions = [1, 2, 3];
const options: AlignOptions = { factors: 2, regression: "leastSquares", normalizeEach: false };
const [T, C] = [20, conditions.length];

const days = (noise = 0) =>
  averagesOf(
    [
      { name: "a", channels: 5, conditions },
      { name: "b", channels: 7, conditions },
    ],
    T,
    noise,
  );

/** What a dataset's matrix makes of its averages less their bias: C×T×F. */
function readIn({ nChannels, byCondition }: ConditionAverages, matrix: Float64Array, bias: Float64Array, F: number) {
  return [...byCondition.keys()].sort().flatMap((condition) => {
    const average = byCondition.get(condition)!;
    return Array.from({ length: T * F }, (_, i) => {
      const [t, f] = [Math.floor(i / F), i % F];
      let sum = 0;
      for (let n = 0; n < nChannels; n++) sum += (average[t * nChannels + n]! - bias[n]!) * matrix[n * F + f]!;
      return sum;
    });
  });
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, digits = 9): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < actual.length; i++) expect(actual[i]).toBeCloseTo(expected[i]!, digits);
}

describe("alignment of several datasets", () => {
  test("brings each one's averages to the same PCs, where all see the same trajectories", () => {
    const datasets = days();
    const { pcs, nPcs, explained, datasets: aligned } = alignDatasets(datasets, options);
    expect(nPcs).toBe(2);
    expect(explained[0]! + explained[1]!).toBeCloseTo(1, 12);
    expect(pcs).toHaveLength(C * T * 2);
    aligned.forEach(({ matrix, bias, reconstruction, r2 }, d) => {
      expectClose(readIn(datasets[d]!, matrix, bias, 2), pcs);
      expectClose(reconstruction, pcs);
      expectClose(r2, [1, 1]);
    });
  });

  test("has the channels' means as biases", () => {
    const [first] = days(1);
    const sums = new Float64Array(5);
    for (const average of first!.byCondition.values()) {
      for (let i = 0; i < average.length; i++) sums[i % 5]! += average[i]!;
    }
    const { datasets } = alignDatasets(days(1), options);
    expectClose(
      datasets[0]!.bias,
      sums.map((sum) => sum / (C * T)),
    );
  });

  test("explains what it cannot reconstruct: the error of least squares is uncorrelated with every channel", () => {
    const datasets = days(1);
    const { pcs, datasets: aligned } = alignDatasets(datasets, options);
    aligned.forEach(({ nChannels, bias, reconstruction, r2 }, d) => {
      const averages = conditions.flatMap((condition) => [...datasets[d]!.byCondition.get(condition)!]);
      for (let n = 0; n < nChannels; n++) {
        for (const f of [0, 1]) {
          let product = 0;
          for (let s = 0; s < C * T; s++) {
            product += (averages[s * nChannels + n]! - bias[n]!) * (pcs[s * 2 + f]! - reconstruction[s * 2 + f]!);
          }
          expect(product).toBeCloseTo(0, 8);
        }
      }
      for (const value of r2) expect(value > 0.5 && value < 1).toBe(true);
    });
  });

  test("has zero columns for factors beyond the channels and the dimensions of the averages", () => {
    const { nPcs, datasets } = alignDatasets(days(), { ...options, factors: 4 });
    expect(nPcs).toBe(2);
    for (const { matrix, nChannels, reconstruction } of datasets) {
      expect(matrix).toHaveLength(nChannels * 4);
      matrix.forEach((value, i) => {
        expect(value === 0).toBe(i % 4 >= 2);
      });
      expect(reconstruction).toHaveLength(C * T * 2);
    }
    const many = alignDatasets(days(1), { ...options, factors: 50 });
    expect(many.nPcs).toBe(12);
    expect([...many.datasets[0]!.matrix].slice(12, 50)).toEqual(new Array(38).fill(0));
  });

  test("gives a silent channel weights of 0", () => {
    const datasets = days(1);
    for (const average of datasets[0]!.byCondition.values()) for (let t = 0; t < T; t++) average[t * 5 + 3] = 0;
    const { datasets: aligned } = alignDatasets(datasets, options);
    expectClose(aligned[0]!.matrix.slice(6, 8), [0, 0], 14);
    expect(aligned[0]!.bias[3]).toBe(0);
    const ridge = alignDatasets(datasets, { ...options, regression: "ridge", normalizeEach: true });
    expectClose(ridge.datasets[0]!.matrix.slice(6, 8), [0, 0], 14);
  });

  test("is fitted to conditions that all have, and NaN in the others; PCs see those of some datasets, too", () => {
    const partial = averagesOf(
      [
        { name: "a", channels: 5, conditions: [1, 2, 3, 4] },
        { name: "b", channels: 7, conditions: [2, 3, 4, 10] },
      ],
      T,
    );
    const result = alignDatasets(partial, options);
    expect(result.conditions).toEqual([1, 2, 3, 4, 10]);
    const missing = [1, 10];
    for (const values of [result.pcs, ...result.datasets.map(({ reconstruction }) => reconstruction)]) {
      result.conditions.forEach((condition, c) => {
        const own = [...values.slice(c * T * 2, (c + 1) * T * 2)];
        expect(own.every(Number.isNaN)).toBe(missing.includes(condition as number));
        expect(own.some(Number.isNaN)).toBe(missing.includes(condition as number));
      });
    }
    for (const { r2 } of result.datasets) expectClose(r2, [1, 1]);
    // The bias is of all conditions that the dataset has.
    expectClose(result.datasets[0]!.bias, alignDatasets([partial[0]!], options).datasets[0]!.bias);
  });

  test("takes covariances over the conditions of each pair where that is one, over those of all where not", () => {
    const some = (noise: number) =>
      averagesOf(
        [
          { name: "a", channels: 5, conditions: [1, 2, 3, 4, 5, 6, 7, 8, 9] },
          { name: "b", channels: 7, conditions: [1, 2, 3, 4, 5, 6, 7, 8, 10] },
        ],
        T,
        noise,
      );
    const shared = [1, 2, 3, 4, 5, 6, 7, 8];
    const onShared = (datasets: ConditionAverages[]) => datasets.map((each) => restrictedTo(each, shared));
    // Noise makes every direction vary; without, those that do not come out below zero for want of one condition.
    for (const [noise, sharedOnly] of [
      [1, false],
      [0, true],
    ] as const) {
      const [all, few] = [alignDatasets(some(noise), options), alignDatasets(onShared(some(noise)), options)];
      expect([noise, all.sharedOnly]).toEqual([noise, sharedOnly]);
      expect(few.sharedOnly).toBe(false);
      const difference = Math.abs(all.explained[0]! - few.explained[0]!);
      expect(difference < 1e-12).toBe(sharedOnly);
    }
  });

  test("does not depend on the order in which conditions were met", () => {
    const datasets = days(1);
    const turned = datasets.map((each) => ({ ...each, byCondition: new Map([...each.byCondition].reverse()) }));
    const [one, other] = [alignDatasets(datasets, options), alignDatasets(turned, options)];
    expect(other.conditions).toEqual(one.conditions);
    expectClose(other.pcs, one.pcs);
    other.datasets.forEach(({ matrix }, d) => {
      expectClose(matrix, one.datasets[d]!.matrix);
    });
  });

  test("says that there is no PC where nothing varies", () => {
    const datasets = days().map((each) => ({
      ...each,
      byCondition: new Map([...each.byCondition].map(([c, average]) => [c, average.map(() => 2)])),
    }));
    expect(alignDatasets(datasets, options).nPcs).toBe(0);
  });
});

describe("ridge regression", () => {
  const ridge = { ...options, regression: "ridge" } as const;

  test("shrinks the weights, by a λ of the grid, and reconstructs a little less", () => {
    const datasets = days(2);
    const [plain, shrunk] = [alignDatasets(datasets, options), alignDatasets(datasets, ridge)];
    const size = (values: Float64Array) => values.reduce((sum, value) => sum + value * value, 0);
    shrunk.datasets.forEach(({ matrix, lambda, r2 }, d) => {
      expect(lambda! > 0.99e-5 && lambda! <= 1).toBe(true);
      expect(size(matrix)).toBeLessThan(size(plain.datasets[d]!.matrix));
      r2.forEach((value, f) => {
        expect(value).toBeLessThan(plain.datasets[d]!.r2[f]!);
      });
    });
    expect(plain.datasets.map(({ lambda }) => lambda)).toEqual([null, null]);
    expectClose(shrunk.pcs, plain.pcs);
  });

  test("with normalizeEach does not depend on the units of a channel", () => {
    const scale = (datasets: ConditionAverages[]) =>
      datasets.map((each, d) => ({
        ...each,
        byCondition: new Map(
          [...each.byCondition].map(([c, average]) => [
            c,
            average.map((v, i) => (d === 0 && i % 5 === 0 ? 1e-3 * v : v)),
          ]),
        ),
      }));
    // A weak channel hardly moves the PCs: what differs is how much it is shrunk.
    const weak = scale(days(2));
    const [common, each] = [false, true].map((normalizeEach) => alignDatasets(weak, { ...ridge, normalizeEach }));
    const first = ({ datasets }: ReturnType<typeof alignDatasets>) => Math.abs(datasets[0]!.matrix[0]!);
    expect(first(each!)).toBeGreaterThan(10 * first(common!));
  });
});

describe("alignment of one dataset", () => {
  test("is its PCs: orthonormal weights, each with its largest positive", () => {
    const [only] = days(1);
    const { datasets, pcs, nPcs } = alignDatasets([only!], { ...options, factors: 3, regression: "ridge" });
    const [{ matrix, bias, reconstruction, lambda }] = datasets as [(typeof datasets)[0]];
    expect([nPcs, lambda]).toEqual([3, null]);
    for (const f of [0, 1, 2]) {
      const column = [0, 1, 2, 3, 4].map((n) => matrix[n * 3 + f]!);
      expect(Math.max(...column)).toBe(Math.max(...column.map(Math.abs)));
      for (const g of [0, 1, 2]) {
        const product = column.reduce((sum, value, n) => sum + value * matrix[n * 3 + g]!, 0);
        expect(product).toBeCloseTo(f === g ? 1 : 0, 12);
      }
    }
    expectClose(readIn(only!, matrix, bias, 3), pcs);
    expect(reconstruction).toEqual(pcs);
  });
});
