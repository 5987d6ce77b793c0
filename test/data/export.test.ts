import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Rule } from "#lib/build/rule.js";
import type { Json } from "#lib/build/target.js";
import { FailureError, formatFailure } from "#lib/failure.js";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import type { Hdf5Writer } from "#lib/hdf5/write-hdf5.js";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import { meanRateNll } from "#lib/metrics/mean-rate-nll.js";
import { MeanPoissonNll } from "#lib/metrics/poisson-nll.js";
import type { H5Spec } from "#lib/sources/source-spec.js";
import { dataset } from "#rules/dataset.js";
import { exportRule } from "#rules/export.js";
import { generate } from "#rules/generate.js";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "lfads-export-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

let made = 0;
async function fileWith(write: (w: Hdf5Writer) => void): Promise<string> {
  const file = join(dir, `file${made++}.h5`);
  await writeHdf5(file, write);
  return file;
}

interface Ran {
  out: string;
  log: string[];
  failure: string | undefined;
}

/** Runs a rule as a child process would; the failure's text calls the input FILE. */
async function run(rule: Rule, params: object, file?: string): Promise<Ran> {
  const out = join(dir, `out${made++}`);
  mkdirSync(out);
  const log: string[] = [];
  const context = {
    label: "label",
    params: params as Json,
    settings: null,
    inputs: file ? { file: [{ name: basename(file), path: file, digest: "" }] } : {},
    out,
    scratch: out,
    threads: 1,
    signal: new AbortController().signal,
    log: (line: string) => log.push(line),
    warn: (what: string) => log.push(`Warning: ${what}`),
    progress: () => {},
  };
  const error = await rule.run(context).then(
    () => undefined,
    (reason) => reason,
  );
  if (error !== undefined && !(error instanceof FailureError)) throw error;
  const text = error && formatFailure((error as FailureError).failure);
  return { out, log, failure: file ? text?.replaceAll(file, "FILE") : text };
}

const h5: H5Spec = { kind: "h5", counts: "spikes", binMs: 5 };
const exported = (source: H5Spec, file: string, params: object = {}): Promise<Ran> =>
  run(
    exportRule,
    { dataset: "ds", source, spikeBinMs: 5, trainToTestRatio: 4, dataHash: "T4MzIi", dataParams: {}, ...params },
    file,
  );
const checked = (source: H5Spec, file: string): Promise<Ran> => run(dataset, { name: "ds", source }, file);

/** Counts with 1s everywhere but where `change` sets something else. */
function spikes(shape: readonly [number, number, number], change: Record<string, number> = {}): Float64Array {
  const [, nBins, nChannels] = shape;
  const counts = new Float64Array(shape[0] * nBins * nChannels).fill(1);
  for (const [place, value] of Object.entries(change)) {
    const [trial, bin, channel] = place.split(",").map(Number) as [number, number, number];
    counts[((trial - 1) * nBins + bin - 1) * nChannels + channel - 1] = value;
  }
  return counts;
}

test("an export warns where no validation trial has the condition of a training trial", async () => {
  const warnings = async (conditions: readonly number[], trainToTestRatio: number) => {
    const file = await fileWith((w) => {
      w.dataset("spikes", spikes([6, 2, 1]), [6, 2, 1]);
      w.dataset("side", Float64Array.from(conditions));
    });
    const { log, failure } = await exported({ ...h5, condition: "side" }, file, { trainToTestRatio });
    expect(failure).toBeUndefined();
    return log.filter((line) => line.startsWith("Warning"));
  };
  expect(await warnings([1, 2, 3, 1, 2, 3], 2)).toEqual([
    "Warning: No validation trial of ds has the condition of a training trial, as conditions come in step with trainToTestRatio: measures of PSTHs say nothing. Another trainToTestRatio divides them better.",
  ]);
  expect(await warnings([1, 2, 3, 1, 2, 3], 1)).toEqual([]);
  expect(await warnings([Number.NaN, 2, 3, Number.NaN, 2, 3], 2)).toEqual([]);
});

describe("export", () => {
  test("bins are merged, a remainder dropped, and every (ratio + 1)th trial is for validation", async () => {
    // 7 trials, 5 bins, 2 channels; value 100 trial + 10 bin + channel, all from 1.
    const values = Float64Array.from({ length: 70 }, (_, i) => {
      return 100 * (Math.floor(i / 10) + 1) + 10 * ((Math.floor(i / 2) % 5) + 1) + (i % 2) + 1;
    });
    const file = await fileWith((w) => {
      w.dataset("spikes", Uint16Array.from(values), [7, 5, 2]);
      w.dataset("rates", values, [7, 5, 2]);
      w.dataset("input", values.slice(0, 35), [7, 5, 1]);
      w.strings("side", ["right", "left", "left", "right", "up", "left", "left"]);
    });
    const source: H5Spec = {
      ...h5,
      truth: "rates",
      truthUnit: "countsPerBin",
      externalInputs: "input",
      condition: "side",
    };
    const { out, failure } = await exported(source, file, { spikeBinMs: 10, trainToTestRatio: 2 });
    expect(failure).toBeUndefined();
    expect(readdirSync(out)).toEqual(["inputInfo_ds.mat", "lfads_ds.h5"]);
    const input = await openHdf5(join(out, "lfads_ds.h5"));
    expect(Object.fromEntries(input.keys().map((name) => [name, [input.dtype(name), ...input.shape(name)]]))).toEqual({
      condition_names: ["string", 3],
      conversion_factor: ["float64", 1],
      timeVecMs: ["float64", 2],
      train_condition: ["int64", 4],
      train_data: ["int64", 4, 2, 2],
      train_ext_input: ["float64", 4, 2, 1],
      train_inds: ["float64", 4],
      train_truth: ["float64", 4, 2, 2],
      valid_condition: ["int64", 3],
      valid_data: ["int64", 3, 2, 2],
      valid_ext_input: ["float64", 3, 2, 1],
      valid_inds: ["float64", 3],
      valid_truth: ["float64", 3, 2, 2],
    });
    expect([...input.readFloat64("train_inds")]).toEqual([2, 3, 5, 6]);
    expect([...input.readFloat64("valid_inds")]).toEqual([1, 4, 7]);
    // Bins 1 + 2 and 3 + 4 of trial 1 hold 111 + 121 and 131 + 141 for channel 1; 200 more for each later trial.
    const merged = (trial: number) => [232, 234, 272, 274].map((sum) => sum + 200 * (trial - 1));
    expect([...input.readFloat64("valid_data")]).toEqual([1, 4, 7].flatMap(merged));
    expect([...input.readFloat64("train_data")]).toEqual([2, 3, 5, 6].flatMap(merged));
    expect(input.readFloat64("train_truth")).toEqual(input.readFloat64("train_data"));
    expect(input.readFloat64("conversion_factor")).toEqual(Float64Array.of(0.5));
    expect([...input.readFloat64("timeVecMs")]).toEqual([5, 15]);
    expect(input.readStrings("condition_names")).toEqual(["left", "right", "up"]);
    expect([...input.readFloat64("train_condition")]).toEqual([1, 1, 3, 1]);
    expect([...input.readFloat64("valid_condition")]).toEqual([2, 2, 1]);
    // Trial 1 has inputs 111, 112, 121, 122, 131: one a bin.
    expect([...input.readFloat64("valid_ext_input")].slice(0, 2)).toEqual([111 + 112, 121 + 122]);
    input.close();
  });

  test("a split that the file brings is kept", async () => {
    const file = await fileWith((w) => {
      w.dataset("a", Float32Array.of(1, 2, 3), [3, 1, 1]);
      w.dataset("b", Float32Array.of(4, 5), [2, 1, 1]);
      w.dataset("ai", Int32Array.of(4, 0, 2));
      w.dataset("bi", Int32Array.of(1, 3));
    });
    const source: H5Spec = {
      kind: "h5",
      counts: { train: "a", valid: "b" },
      indices: { train: "ai", valid: "bi", base: 0 },
      condition: { train: "ai", valid: "bi" },
      binMs: 5,
    };
    const { out } = await exported(source, file);
    const input = await openHdf5(join(out, "lfads_ds.h5"));
    expect([...input.readFloat64("train_data")]).toEqual([1, 2, 3]);
    expect([...input.readFloat64("valid_data")]).toEqual([4, 5]);
    expect([...input.readFloat64("train_inds")]).toEqual([5, 1, 3]);
    expect([...input.readFloat64("valid_inds")]).toEqual([2, 4]);
    expect([...input.readFloat64("train_condition")]).toEqual([5, 1, 3]);
    expect([...input.readFloat64("valid_condition")]).toEqual([2, 4]);
    input.close();
  });

  test("many trials are exported by slices, in order, and equal content gives equal bytes", async () => {
    // 2.4 million counts: two slices.
    const shape = [200, 100, 120] as const;
    const counts = new Uint8Array(200 * 100 * 120);
    for (let i = 0; i < counts.length; i += 7) counts[i] = i % 5;
    const one = await fileWith((w) => w.dataset("spikes", counts, shape, { gzip: 1 }));
    const two = await fileWith((w) => w.dataset("spikes", counts, shape));
    const [first, second] = [await exported(h5, one), await exported(h5, two)];
    const bytes = readFileSync(join(first.out, "lfads_ds.h5"));
    expect(readFileSync(join(second.out, "lfads_ds.h5")).equals(bytes)).toBe(true);
    const input = await openHdf5(join(first.out, "lfads_ds.h5"));
    const valid = input.readFloat64("valid_data");
    expect(input.shape("valid_data")).toEqual([40, 100, 120]);
    for (const row of [0, 1, 20, 39]) {
      const want = counts.subarray(row * 5 * 12000, (row * 5 + 1) * 12000);
      expect(Buffer.from(Uint8Array.from(valid.subarray(row * 12000, (row + 1) * 12000))).equals(want)).toBe(true);
    }
    input.close();
  });

  test.each([
    [12, "spikeBinMs is 12, which is no whole multiple of the 5 ms bins of ds."],
    [2.5, "spikeBinMs is 2.5, which is no whole multiple of the 5 ms bins of ds."],
    [20, "spikeBinMs is 20, longer than the whole trial of ds (3 bins of 5 ms)."],
  ])("bins of %d ms do not fit", async (spikeBinMs, message) => {
    const file = await fileWith((w) => w.dataset("spikes", spikes([2, 3, 1]), [2, 3, 1]));
    expect((await exported(h5, file, { spikeBinMs })).failure).toBe(`FILE: ${message}`);
  });

  test("one trial leaves nothing to train on", async () => {
    const file = await fileWith((w) => w.dataset("spikes", spikes([1, 3, 2]), [1, 3, 2]));
    const { out, failure } = await exported(h5, file);
    expect(failure).toBe(
      "FILE: ds has 1 trial, which leaves no training trial.\n" +
        "  At least 2 trials are needed; with trainToTestRatio 4 every 5th is for validation.",
    );
    expect(readdirSync(out)).toEqual([]);
  });
});

describe("checks of every value, the same in dataset and export", () => {
  const hint = "\n  Trials, bins and channels are counted from 1. Mend these values, or leave their trials out.";
  const bad: [string, Record<string, number>, string][] = [
    ["NaN", { "2,3,1": NaN }, "1 count is NaN or infinite, in trial 2, bin 3, channel 1."],
    [
      "infinite",
      { "2,3,1": Infinity, "3,1,1": NaN },
      "2 counts are NaN or infinite, the first in trial 2, bin 3, channel 1.",
    ],
    ["not 32-bit", { "2,3,1": -1e39 }, "1 count is NaN or infinite, in trial 2, bin 3, channel 1."],
  ];
  test.each(bad)("%s counts", async (_, change, message) => {
    const file = await fileWith((w) => w.dataset("spikes", spikes([3, 3, 2], change), [3, 3, 2]));
    for (const { failure, out } of [await checked(h5, file), await exported(h5, file)]) {
      expect(failure).toBe(`FILE:spikes: ${message}${hint}`);
      expect(readdirSync(out)).toEqual([]);
    }
  });

  const real: [string, Record<string, number>, string][] = [
    ["negative", { "1,1,2": -1 }, "spikes: 1 count is negative, in trial 1, bin 1, channel 2."],
    ["fractional", { "3,2,2": 0.5 }, "spikes: 1 count is fractional, in trial 3, bin 2, channel 2."],
    ["huge", { "3,2,2": 1e30 }, "spikes: 1 count is above 16777216, in trial 3, bin 2, channel 2."],
    [
      "several kinds of",
      { "3,2,2": 0.5, "3,3,1": 0.5, "1,2,1": -2 },
      "spikes: 1 count is negative, in trial 1, bin 2, channel 1. " +
        "spikes: 2 counts are fractional, the first in trial 3, bin 2, channel 2.",
    ],
  ];
  test.each(real)("%s counts are told, and exported as they are for a gaussian model", async (_, change, message) => {
    const values = spikes([3, 3, 2], change);
    const file = await fileWith((w) => w.dataset("spikes", values, [3, 3, 2]));
    const { out, log } = await checked(h5, file);
    expect(JSON.parse(readFileSync(join(out, "ds.json"), "utf8")).notCounts).toBe(message);
    expect(log.at(-1)).toBe(`Only a gaussian model can take it. ${message}`);
    const input = await openHdf5(join((await exported(h5, file)).out, "lfads_ds.h5"));
    expect(input.dtype("train_data")).toBe("float64");
    expect([...input.readFloat64("valid_data"), ...input.readFloat64("train_data")]).toEqual([...values]);
    input.close();
  });

  test("negative true rates go with real values only", async () => {
    const file = await fileWith((w) => {
      w.dataset("spikes", spikes([3, 3, 2]), [3, 3, 2]);
      w.dataset("rates", spikes([3, 3, 2], { "2,1,2": -0.1 }), [3, 3, 2]);
    });
    const { out } = await checked({ ...h5, truth: "rates" }, file);
    expect(JSON.parse(readFileSync(join(out, "ds.json"), "utf8")).notCounts).toBe(
      "rates: 1 true rate is negative, in trial 2, bin 1, channel 2.",
    );
  });

  test("true rates and external inputs, with their places", async () => {
    const file = await fileWith((w) => {
      w.dataset("spikes", spikes([3, 3, 2]), [3, 3, 2]);
      w.dataset("rates", spikes([3, 3, 2], { "2,1,2": Infinity }), [3, 3, 2]);
      w.dataset("input", spikes([3, 3, 1], { "3,3,1": NaN }), [3, 3, 1]);
    });
    expect((await checked({ ...h5, truth: "rates", externalInputs: "input" }, file)).failure).toBe(
      "FILE: rates: 1 true rate is NaN or infinite, in trial 2, bin 1, channel 2. " +
        `input: 1 external input is NaN or infinite, in trial 3, bin 3, input 1.${hint}`,
    );
  });

  test("a channel that never fires is allowed, with a warning", async () => {
    const silent = Object.fromEntries([1, 2, 3].flatMap((trial) => [1, 2].map((bin) => [`${trial},${bin},2`, 0])));
    const file = await fileWith((w) => w.dataset("spikes", spikes([3, 2, 3], silent), [3, 2, 3]));
    const { log, failure } = await exported(h5, file);
    expect(failure).toBeUndefined();
    expect(log).toEqual(["Warning: Channel 2 of ds never fires.", "ds: 3 trials in bins of 5 ms."]);
    expect((await checked(h5, file)).log).toEqual([
      "Warning: Channel 2 of ds never fires.",
      "ds: 3 trials × 2 bins of 5 ms × 3 channels.",
    ]);
  });

  test("a truncated and a foreign file", async () => {
    const file = await fileWith((w) => w.dataset("spikes", spikes([3, 30, 20]), [3, 30, 20]));
    writeFileSync(file, readFileSync(file).subarray(0, 9000));
    expect((await exported(h5, file)).failure).toBe(
      "FILE: The HDF5 file is damaged and cannot be opened.\n" +
        "  It may be cut short, or still being written. Copy or make it again.",
    );
    writeFileSync(file, "a,b\n1,2\n");
    expect((await checked(h5, file)).failure).toBe(
      "FILE: This is not an HDF5 file.\n  Check the pattern in the lfadsfile: HDF5 files can be read, MATLAB 7.3 and NWB 2 included.",
    );
  });
});

test("the dataset rule writes what is known of a dataset", async () => {
  const file = await fileWith((w) => w.dataset("spikes", spikes([3, 4, 2]), [3, 4, 2]));
  const { out } = await checked(h5, file);
  expect(readFileSync(join(out, "ds.json"), "utf8")).toBe(`{
  "name": "ds",
  "nTrials": 3,
  "nChannels": 2,
  "nBins": 4,
  "binMs": 5,
  "hasTruth": false,
  "hasConditions": false,
  "nConditions": 0,
  "nExternalInputs": 0,
  "alignmentFactors": null,
  "split": null,
  "notCounts": null
}
`);
});

test("a generated dataset is exported with its truth", async () => {
  const source = {
    kind: "lorenz",
    index: 0,
    seed: 3,
    conditions: 3,
    trialsPerCondition: 5,
    channels: [4, 4],
    durationMs: 105,
    meanRateHz: 30,
    dt: 0.006,
    sigma: 10,
    rho: 28,
    beta: 8 / 3,
  };
  const made = await run(generate, { source, file: "dataset001.h5" });
  expect(made.log).toEqual(["dataset001.h5: 3 conditions × 5 trials of 105 ms."]);
  const params = {
    dataset: "dataset001",
    source,
    spikeBinMs: 10,
    trainToTestRatio: 4,
    dataHash: "T4MzIi",
    dataParams: {},
  };
  const { out } = await run(exportRule, params, join(made.out, "dataset001.h5"));
  const input = await openHdf5(join(out, "lfads_dataset001.h5"));
  expect(input.shape("train_data")).toEqual([12, 10, 4]);
  expect(input.shape("valid_truth")).toEqual([3, 10, 4]);
  expect([...input.readFloat64("valid_condition")]).toEqual([1, 2, 3]);
  input.close();
});

const lorenz = new URL("../../../shared/data/lorenz/lfads_lorenz.h5", import.meta.url).pathname;
test.skipIf(!existsSync(lorenz))("the published Lorenz file (skipped where ../shared/data is absent)", async () => {
  const both = (name: string) => ({ train: `train_${name}`, valid: `valid_${name}` });
  const source: H5Spec = {
    kind: "h5",
    counts: both("data"),
    truth: both("truth"),
    truthUnit: "hz",
    indices: { ...both("inds"), base: 0 },
    binMs: 10,
  };
  const { out, failure } = await exported(source, lorenz, { spikeBinMs: 10 });
  expect(failure).toBeUndefined();
  const input = await openHdf5(join(out, "lfads_ds.h5"));
  expect(input.shape("train_data")).toEqual([640, 100, 60]);
  const original = await openHdf5(lorenz);
  const bytes = (values: Float64Array) => Buffer.from(values.buffer);
  // Compared as bytes: toEqual takes seconds for a million numbers.
  expect(bytes(input.readFloat64("valid_data")).equals(bytes(original.readFloat64("valid_data")))).toBe(true);
  expect(input.readFloat64("train_inds")).toEqual(original.readFloat64("train_inds").map((index) => index + 1));
  const valid = input.readFloat64("valid_data");
  const nll = new MeanPoissonNll();
  nll.add(valid, input.readFloat64("valid_truth"));
  expect(nll.mean).toBeCloseTo(0.07755, 5);
  // The published 0.08962 is for the mean rates of the validation trials themselves.
  expect(meanRateNll([valid], [valid], 60)).toBeCloseTo(0.08962, 5);
  expect(meanRateNll([input.readFloat64("train_data")], [valid], 60)).toBeCloseTo(0.08967, 5);
  input.close();
  original.close();
});
