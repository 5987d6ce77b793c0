import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { averageArrays } from "#lib/export/average-arrays.js";
import { openRunResults, type RunResults } from "#lib/export/open-run-results.js";
import { blocksOf } from "#lib/export/result-array.js";
import { placed, type WrittenRun, writeRun } from "./written-run.js";

const dir = mkdtempSync(join(tmpdir(), "lfads-export-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const BIN_MS = 20;
let runs = 0;

async function resultsOf(run: WrittenRun): Promise<RunResults> {
  return openRunResults(await writeRun(join(dir, String(runs++)), run), BIN_MS);
}

function values(results: { arrays: RunResults["arrays"] }, name: string): number[] {
  const array = results.arrays.find((each) => each.name === name);
  if (!array) throw new Error(`no ${name}`);
  return [...blocksOf(array)].flatMap(([, block]) => Array.from(block as Float64Array));
}

const inds = { train: [2, 3, 4, 6, 7], valid: [1, 5] };
const all = [1, 2, 3, 4, 5, 6, 7];

describe("results of a run", () => {
  it("have their trials in the order of the recording", async () => {
    const results = await resultsOf({ inds });
    expect(values(results, "trial")).toEqual(all);
    expect(values(results, "is_valid")).toEqual([1, 0, 0, 0, 1, 0, 0]);
    expect(values(results, "train_inds")).toEqual(inds.train);
    expect(values(results, "valid_inds")).toEqual(inds.valid);
    expect(values(results, "counts")).toEqual([...placed(all, 3, 2)]);
    expect(values(results, "factors")).toEqual([...placed(all, 3, 2)]);
    expect(values(results, "generator_ics")).toEqual([...placed(all, 1, 4)]);
    expect(values(results, "external_inputs")).toEqual([...placed(all, 3, 1)]);
    expect(values(results, "costs")).toEqual([-1, -2, -3, -4, -5, -6, -7]);
    results.close();
  });

  it("have rates and true rates in spikes/s", async () => {
    const results = await resultsOf({ inds });
    expect(values(results, "rates")).toEqual([...placed(all, 3, 2)].map((value) => value / 0.02));
    expect(values(results, "true_rates")).toEqual([...placed(all, 3, 2)].map((value) => value / 1000 / 0.02));
    const { unit, axes, shape } = results.arrays.find(({ name }) => name === "rates")!;
    expect({ unit, axes, shape }).toEqual({
      unit: "spikes/s",
      axes: ["trial", "time", "channel"],
      shape: [7, 3, 2],
    });
    results.close();
  });

  it("are in that order whatever the order and the gaps of a recording's own split", async () => {
    const results = await resultsOf({ inds: { train: [9, 2, 4, 3], valid: [12, 1] } });
    const numbers = [1, 2, 3, 4, 9, 12];
    expect(values(results, "trial")).toEqual(numbers);
    expect(values(results, "is_valid")).toEqual([1, 0, 0, 0, 0, 1]);
    expect(values(results, "counts")).toEqual([...placed(numbers, 3, 2)]);
    expect(values(results, "factors")).toEqual([...placed(numbers, 3, 2)]);
    results.close();
  });

  it("have of the input only the bins that the run used", async () => {
    const results = await resultsOf({ inds, bins: 2, inputBins: 5 });
    expect(values(results, "time_ms")).toEqual([-20, 0]);
    expect(values(results, "counts")).toEqual([...placed(all, 2, 2)]);
    expect(values(results, "external_inputs")).toEqual([...placed(all, 2, 1)]);
    expect(results.arrays.find(({ name }) => name === "true_rates")!.shape).toEqual([7, 2, 2]);
    results.close();
  });

  it("have means and variances instead of rates where the output is Gaussian", async () => {
    const results = await resultsOf({ inds, gaussian: true });
    expect(results.arrays.map(({ name }) => name)).not.toContain("rates");
    const both = [...placed(all, 3, 4)];
    expect(values(results, "output_means")).toEqual(both.filter((_, i) => i % 4 < 2));
    expect(values(results, "output_variances")).toEqual(both.filter((_, i) => i % 4 >= 2));
    expect(results.arrays.find(({ name }) => name === "counts")!.type).toBe("float64");
    results.close();
  });

  it("name the channels by their numbers in the recording, without those held out", async () => {
    const whole = await resultsOf({ inds });
    const some = await resultsOf({ inds, heldIn: [1, 3], heldOut: [2, 4, 5] });
    expect(values(whole, "channel")).toEqual([1, 2]);
    expect(whole.arrays.map(({ name }) => name)).not.toContain("heldout_channel");
    expect(values(some, "channel")).toEqual([1, 3]);
    expect(values(some, "heldout_channel")).toEqual([2, 4, 5]);
    whole.close();
    some.close();
  });

  it("have what a run was not given: counts of channels held out, states, behaviour", async () => {
    const results = await resultsOf({ inds, bins: 2, inputBins: 5, heldIn: [1, 3], heldOut: [2, 4, 5] });
    expect(values(results, "heldout_counts")).toEqual([...placed(all, 2, 3)]);
    expect(values(results, "states")).toEqual([...placed(all, 2, 1)]);
    expect(values(results, "behavior")).toEqual([...placed(all, 2, 2)]);
    const types = ["counts", "heldout_counts", "states"].map(
      (name) => results.arrays.find((each) => each.name === name)!.type,
    );
    expect(types).toEqual(["int32", "int32", "float64"]);
    results.close();
  });

  it("are the same in one block and in many", async () => {
    const trials = Array.from({ length: 90 }, (_, i) => i + 1);
    const valid = trials.filter((number) => number % 5 === 1);
    const train = trials.filter((number) => number % 5 !== 1);
    const results = await resultsOf({ inds: { train, valid }, bins: 300, channels: 100 });
    const rates = results.arrays.find(({ name }) => name === "rates")!;
    const expected = placed(trials, 300, 100).map((value) => value / 0.02);
    const starts: number[] = [];
    for (const [start, block] of blocksOf(rates)) {
      starts.push(start);
      const same = expected.subarray(start * 30_000, start * 30_000 + block.length);
      expect(Buffer.from(block.buffer).equals(Buffer.from(same.slice().buffer)), `from trial ${start}`).toBe(true);
    }
    expect(starts).toEqual([0, 69]);
    results.close();
  });
});

describe("condition averages", () => {
  it("are means over the trials of each condition, of counts in spikes/s", async () => {
    // trials 1, 3, 6 of the first condition, 2, 4, 5, 7 of the second
    const results = await resultsOf({ inds, conditions: [1, 2, 1, 2, 2, 1, 2], conditionNames: ["left", "right"] });
    expect(values(results, "condition")).toEqual([1, 2, 1, 2, 2, 1, 2]);
    expect(results.conditionNames).toEqual(["left", "right"]);
    const averages = { arrays: averageArrays(results.arrays, 2, BIN_MS) };
    expect(averages.arrays.map(({ name }) => name)).toEqual([
      ...["trials_per_condition", "psth", "average_true_rates", "average_external_inputs", "average_rates"],
      "average_factors",
    ]);
    expect(values(averages, "trials_per_condition")).toEqual([3, 4]);
    const means = [10 / 3, 18 / 4].flatMap((trial) =>
      [0, 10, 20].flatMap((bin) => [0, 1].map((column) => 100 * trial + bin + column)),
    );
    const close = (name: string, expected: readonly number[]) =>
      values(averages, name).forEach((value, i) => {
        expect(value, `${name} ${i}`).toBeCloseTo(expected[i]!, 9);
      });
    close("average_factors", means);
    close(
      "psth",
      means.map((value) => value / 0.02),
    );
    close(
      "average_rates",
      means.map((value) => value / 0.02),
    );
    const { unit, axes, shape } = averages.arrays.find(({ name }) => name === "psth")!;
    expect({ unit, axes, shape }).toEqual({
      unit: "spikes/s",
      axes: ["condition", "time", "channel"],
      shape: [2, 3, 2],
    });
    results.close();
  });

  it("leave out trials without a condition, and are of the channels held out, too", async () => {
    const conditions = [1, 0, 1, 0, 0, 2, 0];
    const heldOut = { heldIn: [1, 3], heldOut: [2] };
    const results = await resultsOf({ inds, conditions, conditionNames: ["left", "right"], ...heldOut });
    const averages = { arrays: averageArrays(results.arrays, 2, BIN_MS) };
    expect(values(averages, "trials_per_condition")).toEqual([2, 1]);
    const first = [200, 201, 210, 211, 220, 221];
    expect(values(averages, "average_factors")).toEqual([...first, ...first.map((value) => value + 400)]);
    const heldOutRates = [200, 210, 220, 600, 610, 620].map((value) => value / 0.02);
    expect(values(averages, "heldout_psth").map((value) => Number(value.toFixed(6)))).toEqual(heldOutRates);
    results.close();
  });

  it("leave data that are no counts as they are", async () => {
    const conditions = [1, 1, 1, 1, 1, 1, 1];
    const results = await resultsOf({ inds, gaussian: true, conditions, conditionNames: ["only"] });
    const averages = { arrays: averageArrays(results.arrays, 1, BIN_MS) };
    expect(values(averages, "psth")).toEqual([400, 401, 410, 411, 420, 421]);
    expect(averages.arrays.find(({ name }) => name === "psth")!.unit).toBeUndefined();
    results.close();
  });
});
