import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { decodeValues } from "#lib/report/decode-values.js";
import { makeReport } from "#lib/report/make-report.js";
import type { DatasetDetail, RunDetail, Values } from "#lib/report/report-data.js";
import type { RunSources } from "#lib/report/run-sources.js";
import { scalarRecord, versionRecord } from "#lib/tensorboard/event-record.js";
import type { WrittenRun } from "../export/written-run.js";
import { BIN_MS, bareRun, collectionOf, wholeRun, withFitlog } from "./report-sources.js";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "lfads-report-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const numbers = (values: Values | undefined) => [...decodeValues(values!)];

/** Trial n of 10, every third of validation, conditions in turn; the last has none. */
const written: WrittenRun = {
  inds: { train: [1, 2, 4, 5, 7, 8, 10], valid: [3, 6, 9] },
  bins: 4,
  channels: 3,
  conditions: [1, 2, 1, 2, 1, 2, 1, 2, 1, 0],
  conditionNames: ["left", "right"],
  heldIn: [2, 3, 7],
};

async function detailOf(written: WrittenRun): Promise<[RunDetail, DatasetDetail]> {
  const { runs } = await makeReport(collectionOf([await wholeRun(dir, 1, 0.1, written)]));
  return [runs[0]!.detail!, runs[0]!.detail!.datasets[0]!];
}

describe("trials, averages and model of a run", () => {
  test("are the numbers of its HDF5 files, rates by the second", async () => {
    const [detail, dataset] = await detailOf(written);
    expect(dataset.trials).toEqual(
      Array.from({ length: 10 }, (_, i) => ({
        number: i + 1,
        side: (i + 1) % 3 === 0 ? "valid" : "train",
        condition: ["left", "right", "left", "right", "left", "right", "left", "right", "left", null][i],
      })),
    );
    expect(dataset.nTrials).toEqual({ train: 7, valid: 3 });
    expect(numbers(dataset.timesMs)).toEqual([-20, 0, 20, 40]);
    expect([dataset.nChannels, numbers(dataset.channels)]).toEqual([3, [2, 3, 7]]);
    const placed = (width: number, by = 1) =>
      Array.from({ length: 10 }, (_, i) => i + 1).flatMap((trial) =>
        [0, 1, 2, 3].flatMap((bin) =>
          Array.from({ length: width }, (_, column) => Math.fround((100 * trial + 10 * bin + column) * by)),
        ),
      );
    expect(dataset.counts).toMatchObject({ type: "uint16", shape: [10, 4, 3] });
    expect(numbers(dataset.counts)).toEqual(placed(3));
    expect([numbers(dataset.rates), dataset.rates.shape]).toEqual([placed(3, 1000 / BIN_MS), [10, 4, 3]]);
    expect(numbers(dataset.truth)).toEqual(placed(3, 1 / BIN_MS));
    expect([numbers(dataset.factors), dataset.factors.shape]).toEqual([placed(2), [10, 4, 2]]);
    expect(numbers(dataset.externalInputs)).toEqual(placed(1));
    expect(dataset.inputs).toBeUndefined();
    expect(detail).toMatchObject({ unit: "spikes/s", binMs: BIN_MS, factors: 2, conditions: ["left", "right"] });
  });

  test("averages are over all trials of a condition, those without one left out", async () => {
    const { averages } = (await detailOf(written))[1];
    // Trials 1, 3, 5, 7, 9 and 2, 4, 6, 8: on average both are 500.
    const average = (by: number, width: number) =>
      ["left", "right"].flatMap(() =>
        [0, 10, 20, 30].flatMap((bin) => Array.from({ length: width }, (_, c) => Math.fround((500 + bin + c) * by))),
      );
    expect(numbers(averages!.nTrials)).toEqual([5, 4]);
    expect([numbers(averages!.psthData), averages!.psthData.shape]).toEqual([average(50, 3), [2, 4, 3]]);
    expect(numbers(averages!.psthModel)).toEqual(average(50, 3));
    expect(numbers(averages!.psthTruth)).toEqual(average(1 / 20, 3));
    expect(numbers(averages!.factors)).toEqual(average(1, 2));
  });

  test("PCs are of all trials and bins, and trajectories follow from them", async () => {
    const [{ pca }, dataset] = await detailOf(written);
    // Both factors are the same but for a constant, so there is one direction.
    expect(numbers(pca.mean).map((value) => value.toFixed(3))).toEqual(["565.000", "566.000"]);
    expect(numbers(pca.explained).map((value) => value.toFixed(6))).toEqual(["1.000000", "0.000000"]);
    const [a, _, b] = numbers(pca.loadings) as [number, number, number];
    expect([a, b].map((value) => value.toFixed(4))).toEqual(["0.7071", "0.7071"]);
    const factors = numbers(dataset.factors);
    const projected = numbers(dataset.factorsPca);
    for (let row = 0; row < 40; row++) {
      const expected = (factors[2 * row]! - 565) * a + (factors[2 * row + 1]! - 566) * b;
      expect(projected[2 * row]).toBeCloseTo(expected, 3);
    }
  });

  test("the read-out and the prior of inferred inputs are the model's", async () => {
    const [{ prior }, { readout }] = await detailOf(written);
    expect(numbers(readout!.channels)).toEqual([2, 3, 7]);
    expect([numbers(readout!.weights), readout!.weights.shape]).toEqual([
      [0, 1, 2, 10, 11, 12],
      [2, 3],
    ]);
    expect(numbers(readout!.bias)).toEqual([-0, -1, -2]);
    expect(numbers(prior!.tauMs).map((value) => value.toFixed(3))).toEqual(["200.000", "20.000"]);
    const stationary = [1 / (1 - Math.exp(-0.2)), 0.5 / (1 - Math.exp(-2))];
    expect(numbers(prior!.variance)).toEqual(stationary.map((value) => expect.closeTo(value, 4)));
  });

  test("gaussian output is shown in the units of a bin, means against values", async () => {
    const [{ unit }, { counts, rates, truth, averages }] = await detailOf({ ...written, gaussian: true });
    expect(unit).toBe("a.u.");
    expect(numbers(counts).slice(0, 3)).toEqual([100, 101, 102]);
    expect(numbers(rates).slice(0, 6)).toEqual([100, 101, 102, 110, 111, 112]);
    expect(numbers(truth).slice(0, 3)).toEqual([0.1, 0.101, 0.102].map(Math.fround));
    expect(numbers(averages!.psthData).slice(0, 3)).toEqual([500, 501, 502]);
    expect(numbers(averages!.psthModel)).toEqual(numbers(averages!.psthData));
  });

  test("without conditions there are no averages", async () => {
    const { conditions: _, conditionNames: __, ...others } = written;
    const [detail, dataset] = await detailOf(others);
    expect(detail).toMatchObject({ conditions: [], nConditions: 0 });
    expect(dataset.averages).toBeUndefined();
    expect(dataset.trials.every(({ condition }) => condition === null)).toBe(true);
  });

  test("conditions of which no names are known have their numbers", async () => {
    const { conditionNames: _, ...others } = written;
    const [{ conditions }, { trials, averages }] = await detailOf(others);
    expect([conditions, trials[1]!.condition, trials[9]!.condition]).toEqual([["1", "2"], "2", null]);
    expect(numbers(averages!.nTrials)).toEqual([5, 4]);
  });

  test("of many channels those with most spikes are shown, under their numbers", async () => {
    const inds = { train: [1, 3], valid: [2] };
    const [, dataset] = await detailOf({ inds, bins: 2, channels: 300 });
    // Counts grow with the channel.
    expect(dataset.nChannels).toBe(300);
    expect(numbers(dataset.channels)).toEqual(Array.from({ length: 64 }, (_, i) => 237 + i));
    expect(dataset.counts.shape).toEqual([3, 2, 64]);
    expect(numbers(dataset.counts).slice(0, 2)).toEqual([100 + 236, 100 + 237]);
    expect(numbers(dataset.readout!.channels)).toEqual(Array.from({ length: 256 }, (_, i) => 45 + i));
  });
});

describe("curves", () => {
  test("are those of fitlog.csv, with the learning rate of TensorBoard's events", async () => {
    const events = join(dir, "events");
    const scalars = (epoch: number) => [["LFADS/Learning_rate", 0.5 / epoch] as const, ["other", 7] as const];
    const records = [1, 3].map((epoch) => scalarRecord({ wallTime: 0, step: 10 * epoch, scalars: scalars(epoch) }));
    writeFileSync(events, Buffer.concat([versionRecord(0), ...records, Buffer.from("cut short")]));
    const run = { ...withFitlog(dir, bareRun(1, 0.1), 3), events: [events] };
    const { cost } = (await makeReport(collectionOf([run]))).runs[0]!;
    expect(cost).toMatchObject({ epochs: 3, lveEpoch: 2 });
    expect(numbers(cost!.epoch)).toEqual([1, 2, 3]);
    expect(numbers(cost!.step)).toEqual([10, 20, 30]);
    expect(numbers(cost!.trainTotal)).toEqual([1.25, 2.25, 3.25]);
    expect(numbers(cost!.validTotal)).toEqual([1.5, 2.5, 3.5]);
    expect(numbers(cost!.trainRecon)).toEqual([1.75, 2.75, 3.75]);
    expect(numbers(cost!.validRecon)).toEqual([-1, -2, -3]);
    expect(numbers(cost!.trainKl)).toEqual([0.5, 0.5, 0.5]);
    expect(numbers(cost!.validKl)).toEqual([0.25, 0.25, 0.25]);
    expect(numbers(cost!.l2)).toEqual([1.5, 1.5, 1.5]);
    expect(numbers(cost!.klWeight)).toEqual([0.02, 0.02, 0.02].map(Math.fround));
    expect(numbers(cost!.l2Weight)).toEqual([0.04, 0.04, 0.04].map(Math.fround));
    expect(numbers(cost!.learningRate)).toEqual([0.5, Number.NaN, Math.fround(0.5 / 3)]);
    expect([cost!.gradientNorm, cost!.svNll]).toEqual([undefined, undefined]);
  });

  test("of long trainings have some of the epochs: the first, the last and that of the LVE checkpoint among them", async () => {
    const { cost } = (await makeReport(collectionOf([withFitlog(dir, bareRun(1, 0.1), 5000)]))).runs[0]!;
    const epochs = numbers(cost!.epoch);
    expect([cost!.epochs, epochs.length, epochs[0], epochs.at(-1)]).toEqual([5000, 501, 1, 5000]);
    expect(epochs).toContain(4999);
    expect(epochs).toEqual(epochs.toSorted((a, b) => a - b));
  });
});

describe("what fits", () => {
  test("of 2,500 runs all are listed; those of the lowest NLL have curves, the best of them trials", async () => {
    const best = await wholeRun(dir, 2000, 0.01, { ...written, bins: 50, channels: 40 });
    const { fitlog } = withFitlog(dir, bareRun(0, 0), 100) as Required<RunSources>;
    const runs = Array.from({ length: 2500 }, (_, i) => ({ ...bareRun(i, i === 7 ? null : 1 - i / 1e4), fitlog }));
    runs[1200] = { ...best, fitlog, label: "c/best/all" };
    runs[3] = { ...runs[3]!, ...(await wholeRun(dir, 3, 0.5, written)) };
    const data = await makeReport(collectionOf(runs));
    expect(JSON.stringify(data).length).toBeLessThan(4e6);
    expect(data.runs).toHaveLength(2500);
    expect(data.runs.map(({ label }) => label)).toEqual(runs.map(({ label }) => label));
    expect(data.runs.flatMap(({ detail, label }) => (detail ? [label] : []))).toEqual(["c/param_3/all", "c/best/all"]);
    const shown = data.runs.filter(({ cost }) => cost).map(({ results }) => results.nll!);
    const hidden = data.runs.filter(({ cost }) => !cost).map(({ results }) => results.nll ?? Infinity);
    expect(shown.length).toBeGreaterThan(100);
    expect(Math.max(...shown)).toBeLessThanOrEqual(Math.min(...hidden));
  });

  test("the data is the same however often it is made, and keeps to the characters it may have", async () => {
    const wide: WrittenRun = { inds: { train: range(1, 60), valid: range(61, 80) }, bins: 20, channels: 90 };
    const runs = [];
    for (let i = 0; i < 4; i++) runs.push(withFitlog(dir, await wholeRun(dir, i, i, wide), 300));
    const made = async (characters: number) => {
      const data = await makeReport(collectionOf(runs), { characters });
      expect(await makeReport(collectionOf(runs), { characters })).toEqual(data);
      expect(JSON.stringify(data).length).toBeLessThanOrEqual(characters);
      return data.runs.map(({ detail }) => detail?.datasets[0]?.counts.shape);
    };
    expect(await made(8e6)).toEqual(Array(4).fill([32, 20, 64]));
    expect(await made(1e6)).toEqual(Array(4).fill([16, 20, 40]));
    expect(await made(1e5)).toEqual([[8, 20, 24], undefined, undefined, undefined]);
  });

  test("lists of files stay where there is room, and with the runs that are shown", async () => {
    const files = [{ path: "results.json", sha256: "0".repeat(64) }];
    const runs = [
      { ...(await wholeRun(dir, 1, 0.1, written)), files },
      { ...bareRun(2, 0.2), files },
    ];
    const listed = async (characters: number) =>
      (await makeReport(collectionOf(runs), { characters })).runs.map((run) => run.files.length);
    expect(await listed(4e6)).toEqual([1, 1]);
    expect(await listed(1500)).toEqual([1, 0]);
  });
});

test("an imported run without all of its files is listed, with the curves there are", async () => {
  const { parts: _, ...run } = withFitlog(dir, bareRun(1, null), 2);
  const data = await makeReport(collectionOf([{ ...run, results: {} }]));
  expect(data.runs[0]!.detail).toBeUndefined();
  expect(data.runs[0]!.cost).toMatchObject({ epochs: 2, lveEpoch: null });
});

test("a damaged file stops the report and is named", async () => {
  const run = await wholeRun(dir, 99, 0.1, written);
  const { train } = run.parts![0]!.files.posterior;
  writeFileSync(train, "no HDF5");
  await expect(makeReport(collectionOf([run]))).rejects.toMatchObject({ failure: { kind: "data", where: train } });
  // It is still one for others.
  await expect(openHdf5(run.parts![0]!.files.posterior.valid).then((h5) => h5.close())).resolves.toBeUndefined();
});

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
