import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { epochBatches, nextLearningRate, ramp } from "#lib/engine/schedule.js";

describe("epochBatches", () => {
  test("every trial of every dataset comes, none twice but to fill up the last batch of its dataset", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 1, max: 100 }),
        (counts, batchSize, seed, epoch) => {
          const batches = epochBatches(seed, epoch, counts, batchSize);
          expect(batches.every(({ trials }) => trials.length === batchSize)).toBe(true);
          counts.forEach((count, dataset) => {
            const own = batches.filter((batch) => batch.dataset === dataset);
            expect(own.length).toBe(Math.ceil(count / batchSize));
            const visits = new Array<number>(count).fill(0);
            for (const { trials } of own) for (const trial of trials) visits[trial] = visits[trial]! + 1;
            expect(visits.length).toBe(count);
            expect(Math.min(...visits)).toBeGreaterThanOrEqual(1);
            const partial = count % batchSize;
            expect(visits.reduce((a, b) => a + b, 0) - count).toBe(partial === 0 ? 0 : batchSize - partial);
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  test("the filling is spread over all trials and differs from epoch to epoch", () => {
    const extra = new Array<number>(9).fill(0);
    for (let epoch = 1; epoch <= 200; epoch++) {
      for (const { trials } of epochBatches(1, epoch, [9], 8)) for (const trial of trials) extra[trial]! += 1;
    }
    for (const visits of extra) expect(visits - 200).toBeGreaterThan(100); // 1400 fillings of 9 trials, 156 each
  });

  test("trials, and the datasets' batches among each other, are shuffled anew in every epoch and for every seed", () => {
    const order = (seed: number, epoch: number) =>
      epochBatches(seed, epoch, [40, 40], 4).map(({ dataset, trials }) => `${dataset}: ${trials.join()}`);
    expect(order(1, 1)).toEqual(order(1, 1));
    const orders = [order(1, 1), order(1, 2), order(2, 1)];
    expect(new Set(orders.map((each) => each.join())).size).toBe(3);
    const datasets = epochBatches(1, 1, [40, 40], 4).map(({ dataset }) => dataset);
    expect(datasets).not.toEqual(datasets.toSorted());
    expect(orders[0]!.toSorted()).not.toEqual(orders[1]!.toSorted());
  });
});

test.each([
  [0, 0, 0, 1],
  [5, 0, 0, 1],
  [3, 4, 0, 0],
  [4, 4, 0, 1],
  [0, 0, 10, 0],
  [1, 0, 10, 0.1],
  [4, 4, 10, 0],
  [9, 4, 10, 0.5],
  [14, 4, 10, 1],
  [1000, 4, 10, 1],
])("the weight at step %i, from step %i in %i steps, is %f", (step, start, increase, weight) => {
  expect(ramp(step, start, increase)).toBe(weight);
});

describe("the learning rate", () => {
  const rule = { nToCompare: 2, decayFactor: 0.5 };
  /** Rates after each of these training costs. */
  const course = (costs: readonly number[], nToCompare = rule.nToCompare) => {
    let state = { rate: 1, costs: [] as number[] };
    return costs.map((cost) => {
      state = nextLearningRate(state.rate, state.costs, cost, { ...rule, nToCompare });
      return state.rate;
    });
  };

  test("falls when a cost exceeds the largest of the last n, once more than n are recorded", () => {
    // two recorded costs are not more than n = 2; the fourth cost 10 exceeds 9 and 8
    expect(course([9, 8, 10, 11])).toEqual([1, 1, 1, 0.5]);
    expect(course([9, 8, 7, 8])).toEqual([1, 1, 1, 1]); // as large as the largest of (8, 7), not larger
    expect(course([9, 8, 7, 8.5])).toEqual([1, 1, 1, 0.5]);
    expect(course([9, 3, 2, 8])).toEqual([1, 1, 1, 0.5]); // the first, 9, is no longer looked at
  });

  test("does not fall again before n + 1 epochs: +Infinity stands for the cost that made it fall", () => {
    // 10 makes it fall; then (8, ∞), (∞, 20): never exceeded; then (20, 21) is exceeded by 22
    expect(course([9, 8, 8, 10, 20, 21, 22])).toEqual([1, 1, 1, 0.5, 0.5, 0.5, 0.25]);
    expect(nextLearningRate(1, [9, 8, 8], 10, rule)).toEqual({
      rate: 0.5,
      costs: [9, 8, 8, Number.POSITIVE_INFINITY],
    });
  });

  test("is decided by a record of costs that stays short", () => {
    let costs: number[] = [];
    for (let epoch = 0; epoch < 50; epoch++) ({ costs } = nextLearningRate(1, costs, 100 - epoch, rule));
    expect(costs).toEqual([54, 53, 52, 51].slice(-costs.length));
  });
});
