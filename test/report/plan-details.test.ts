import { describe, expect, test } from "vitest";
import { chooseConditions, chooseLargest, chooseTrials } from "#lib/report/choose-shown.js";
import { charactersOf, type DatasetSize, planDetails } from "#lib/report/plan-details.js";

const size: DatasetSize = {
  ...{ trials: 500, bins: 100, channels: 300, factors: 20, inputs: 0 },
  ...{ hasTruth: true, conditions: 8 },
};

describe("how much is shown", () => {
  const spent = (runs: readonly (readonly DatasetSize[])[], characters: number) =>
    planDetails(runs, characters).reduce(
      (sum, { level, datasets }, run) =>
        sum + runs[run]!.slice(0, datasets).reduce((own, each) => own + charactersOf(each, level), 0),
      0,
    );

  test("never exceeds the characters, and at most eight runs are shown", () => {
    for (const characters of [1e5, 1e6, 3e6, 1e8]) {
      for (const [runs, datasets] of [
        [1, 1],
        [3, 1],
        [30, 1],
        [2, 10],
        [1, 100],
      ] as const) {
        const all = Array.from({ length: runs }, () => Array.from({ length: datasets }, () => size));
        const plans = planDetails(all, characters);
        expect(plans.length).toBeLessThanOrEqual(8);
        expect(plans.length).toBeGreaterThan(0);
        if (charactersOf(size, { trials: 2, channels: 4, conditions: 2 }) <= characters)
          expect(spent(all, characters)).toBeLessThanOrEqual(characters);
      }
    }
  });

  test("becomes less before runs are left out, and datasets only when nothing else helps", () => {
    const runs = (count: number, datasets = 1) =>
      Array.from({ length: count }, () => Array.from({ length: datasets }, () => size));
    const planned = (...args: Parameters<typeof runs>) =>
      planDetails(runs(...args), 3e6).map(({ level, datasets }) => [level.trials, level.channels, datasets]);
    expect(planned(1)).toEqual([[24, 48, 1]]);
    expect(planned(4)).toEqual(Array(4).fill([8, 24, 1]));
    expect(planned(30)).toEqual(Array(4).fill([8, 24, 1]));
    expect(planned(2, 6)).toEqual([[6, 16, 6]]);
    expect(planned(1, 100)).toEqual([[2, 4, 33]]);
    expect(planDetails([], 3e6)).toEqual([]);
  });
});

describe("what is shown", () => {
  const trial = (number: number, isValid: boolean, condition: string | null = null) => ({ number, isValid, condition });

  test("trials are half of validation and in turn of each condition", () => {
    const trials = Array.from({ length: 40 }, (_, i) => trial(i + 1, i % 4 === 0, ["a", "b", "c", "d"][(i >> 2) % 4]!));
    const chosen = chooseTrials(trials, ["a", "c"], 6).map((place) => trials[place]!);
    expect(chosen.map(({ number, isValid, condition }) => [number, isValid, condition])).toEqual([
      [1, true, "a"],
      [2, false, "a"],
      [3, false, "a"],
      [9, true, "c"],
      [10, false, "c"],
      [17, true, "a"],
    ]);
  });

  test("without conditions trials are spread over the recording; of few all are taken", () => {
    const trials = Array.from({ length: 100 }, (_, i) => trial(i + 1, i % 10 === 0));
    expect(chooseTrials(trials, [], 6)).toEqual([0, 1, 50, 50, 90, 99].map((place, i) => (i === 3 ? 51 : place)));
    expect(chooseTrials(trials.slice(0, 3), [], 6)).toEqual([0, 1, 2]);
    expect(chooseTrials([trial(1, true), trial(2, true), trial(3, false)], [], 2)).toEqual([0, 2]);
  });

  test("channels are the largest, of equal ones the first", () => {
    expect(chooseLargest([5, 9, 5, 1, 7], 3)).toEqual([0, 1, 4]);
    expect(chooseLargest([1, 2], 3)).toEqual([0, 1]);
  });

  test("conditions are those that all datasets have; any where there is none", () => {
    const letters = [..."abcdefghij"];
    expect(chooseConditions([letters, ["j", "c", "x", "a", "h"]], 3)).toEqual(["a", "h", "j"]);
    expect(chooseConditions([["a"], ["b", "c"]], 2)).toEqual(["a", "c"]);
    expect(chooseConditions([], 4)).toEqual([]);
  });
});
