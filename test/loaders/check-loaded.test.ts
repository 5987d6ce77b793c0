import { describe, expect, it } from "vitest";
import { FailureError } from "#lib/failure.js";
import { checkLoaded } from "#lib/sources/check-loaded.js";

/** 2 trials × 1 channel × 3 bins. */
const counts = [[[0, 1, 2]], [[3, 4, 5]]];

function failureOf(returned: unknown) {
  try {
    checkLoaded(returned, "load.ts");
  } catch (error) {
    if (error instanceof FailureError) return error.failure;
    throw error;
  }
  return undefined;
}

describe("what a loader returns", () => {
  it("is laid out as trials × bins × channels, from nested arrays and from one array with its shape", () => {
    const nested = [
      [Float32Array.of(0, 1, 2), [10, 11, 12]],
      [
        [3, 4, 5],
        [13, 14, 15],
      ],
    ];
    const data = Uint8Array.of(0, 1, 2, 10, 11, 12, 3, 4, 5, 13, 14, 15);
    const expected = [0, 10, 1, 11, 2, 12, 3, 13, 4, 14, 5, 15];
    for (const form of [nested, { data, shape: [2, 2, 3] }]) {
      const checked = checkLoaded({ counts: form, binMs: 2 }, "load.ts");
      expect([...checked.counts.values]).toEqual(expected);
      expect([...checked.timeVecMs]).toEqual([1, 3, 5]);
    }
  });

  it("has true rates in spikes/s, or in counts per bin", () => {
    const truth = [[[0, 100, 200]], [[300, 400, 500]]];
    const truthOf = (more: object) => [...checkLoaded({ counts, binMs: 10, truth, ...more }, "load.ts").truth!.values];
    expect(truthOf({})).toEqual([0, 1, 2, 3, 4, 5]);
    expect(truthOf({ truthUnit: "countsPerBin" })).toEqual([0, 100, 200, 300, 400, 500]);
  });

  it.each([
    [undefined, "The loader returned undefined, but an object is expected."],
    [{ binMs: 1 }, "The loader returned no counts."],
    [{ counts }, "The loader returned neither binMs nor timeVecMs."],
    [{ counts, binMs: 0 }, "binMs is 0, but must be a number of milliseconds above 0."],
    [{ counts, binMs: 1, conditionIds: [1, 2] }, 'The loader returned "conditionIds", which means nothing here.'],
    [{ counts: [], binMs: 1 }, "The dataset is empty: counts has no trials."],
    [{ counts: [[], []], binMs: 1 }, "The dataset is empty: counts has no channels."],
    [{ counts: "none", binMs: 1 }, 'counts is "none", but must be trials × channels × bins.'],
    [{ counts: [[[1, 2]], [[1]]], binMs: 1 }, "counts of trial 2, channel 1, has 1 bins, but there are 2 before it."],
    [{ counts: [[[1]], [[1], [2]]], binMs: 1 }, "counts of trial 2 has 2 channels, but trial 1 has 1."],
    [{ counts: [[[0, Number.NaN]]], binMs: 1 }, "counts is NaN in trial 1, channel 1, bin 2."],
    [{ counts: [[BigInt64Array.of(2n)]], binMs: 1 }, "counts is 2n in trial 1, channel 1, bin 1."],
    [{ counts: [[[0, null]]], binMs: 1 }, "counts is null in trial 1, channel 1, bin 2."],
    [{ counts: { data: [1, 2], shape: [1, 1, 3] }, binMs: 1 }, "counts has 2 values, but its shape 1 × 1 × 3 has 3."],
    [
      { counts: { data: [1, 2] }, binMs: 1 },
      "The shape of counts is undefined, but [trials, channels, bins] is expected.",
    ],
    [{ counts, timeVecMs: [1, 2] }, "timeVecMs has 2 values, but the counts have 3 bins."],
    [{ counts, binMs: 1, conditionId: [1] }, "conditionId has 1 values, but the counts have 2 trials."],
    [{ counts, binMs: 1, conditionId: ["a", 2] }, "conditionId of trial 2 is 2, but of others it is text."],
    [
      { counts, binMs: 1, truth: [[[1, 2, 3]]] },
      "truth is 1 × 1 × 3, but the counts ask for 2 trials × 1 channels × 3 bins.",
    ],
  ])("is refused with its reason: %o", (returned, what) => {
    expect(failureOf(returned)).toMatchObject({ kind: "data", what, where: "load.ts" });
  });
});
