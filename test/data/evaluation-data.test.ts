import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import { checkDataset } from "#lib/sources/dataset-check.js";
import { openDataset } from "#lib/sources/open-dataset.js";
import type { H5Spec } from "#lib/sources/source-spec.js";
import { hasEvaluationData, writeEvaluationData } from "#lib/sources/write-evaluation-data.js";
import { writeLfadsInput } from "#lib/sources/write-lfads-input.js";

let dir: string;
let file: string;
const shape = [5, 4, 3] as const;
const options = { spikeBinMs: 2, trainToTestRatio: 4 };

/** Trial, bin and channel in the digits of a count: trial 2, bin 3, channel 1 is 231. */
const counts = Float64Array.from({ length: 60 }, (_, i) => {
  const [trial, bin, channel] = [Math.floor(i / 12) + 1, (Math.floor(i / 3) % 4) + 1, (i % 3) + 1];
  return 100 * trial + 10 * bin + channel;
});

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "lfads-evaluation-"));
  file = join(dir, "recording.h5");
  await writeHdf5(file, (w) => {
    w.dataset("counts", counts, shape);
    w.dataset("truth", counts, shape);
    w.dataset(
      "velocity",
      Float64Array.from({ length: 20 }, (_, i) => (i === 3 ? Number.NaN : i)),
      [5, 4, 1],
    );
    w.dataset(
      "endless",
      Float64Array.from({ length: 40 }, (_, i) => (i === 21 ? Infinity : i)),
      [5, 4, 2],
    );
    w.dataset("matrix", Float64Array.of(11, 12, 21, 22, 31, 32), [3, 2]);
    w.dataset("bias", Float64Array.of(1, 2, 3), [3]);
    w.dataset(
      "broken",
      counts.map((value) => (value === 231 || value === 232 ? 0.5 : value)),
      shape,
    );
  });
});
afterAll(() => rmSync(dir, { recursive: true }));

const open = (more: Partial<H5Spec> = {}) =>
  openDataset(
    "a",
    { kind: "h5", counts: "counts", binMs: 1, truth: "truth", truthUnit: "countsPerBin", ...more },
    file,
  );

/** Writes both files of an export and gives what is in them. */
async function exported(more: Partial<H5Spec>) {
  const reader = await open(more);
  const [input, evaluation] = [join(dir, "lfads.h5"), join(dir, "evaluation.h5")];
  await writeLfadsInput(reader, input, options);
  await writeEvaluationData(reader, evaluation, options);
  reader.close();
  const contents = async (path: string) => {
    const h5 = await openHdf5(path);
    const all = h5.paths().map((name) => [name, { shape: h5.shape(name), values: [...h5.readFloat64(name)] }] as const);
    h5.close();
    return Object.fromEntries(all);
  };
  return { input: await contents(input), evaluation: await contents(evaluation) };
}

test("channels that are held out are left out of what the model reads, and written beside it", async () => {
  const { input, evaluation } = await exported({ heldOut: [2] });
  // Validation is trial 1; bins 1 and 2, 3 and 4 are merged.
  expect(input.valid_data).toEqual({ shape: [1, 2, 2], values: [111 + 121, 113 + 123, 131 + 141, 133 + 143] });
  expect(input.valid_truth).toEqual(input.valid_data);
  expect(evaluation.valid_heldout).toEqual({ shape: [1, 2, 1], values: [112 + 122, 132 + 142] });
  expect(evaluation.train_heldout!.shape).toEqual([4, 2, 1]);
  expect(evaluation.train_heldout!.values.slice(0, 2)).toEqual([212 + 222, 232 + 242]);
  expect(evaluation.heldin_channels!.values).toEqual([1, 3]);
  expect(evaluation.heldout_channels!.values).toEqual([2]);
  expect(Object.keys(input).filter((name) => name.includes("held"))).toEqual([]);
});

test("a share of the channels is drawn by its seed: at least one, the same each time", async () => {
  const drawn = async (fraction: number, seed: number) => {
    const reader = await open({ heldOut: { fraction, seed } });
    reader.close();
    return reader.channels!.heldOut;
  };
  expect(await drawn(0.01, 1)).toHaveLength(1);
  expect(await drawn(0.67, 1)).toHaveLength(2);
  expect(await drawn(0.67, 5)).toEqual(await drawn(0.67, 5));
  const picked = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((seed) => drawn(0.3, seed)));
  expect(new Set(picked.flat()).size).toBe(3);
});

test("an alignment keeps the rows of the channels that are left", async () => {
  const reader = await open({ heldOut: [1], alignmentMatrix: "matrix", alignmentBias: "bias" });
  reader.close();
  expect(reader.info).toMatchObject({ nChannels: 2, nHeldOut: 1, alignmentFactors: 2 });
  expect(reader.alignment).toEqual({ matrix: Float64Array.of(21, 22, 31, 32), bias: Float64Array.of(2, 3) });
});

test("states and behavior are averaged over merged bins, NaN where one of them is not known", async () => {
  const plain = await exported({ behavior: "velocity" });
  expect(plain.evaluation).toMatchObject({ valid_behavior: { shape: [1, 2, 1], values: [0.5, Number.NaN] } });
  expect(plain.evaluation.train_behavior!.values.slice(0, 3)).toEqual([4.5, 6.5, 8.5]);
  expect(plain.input).toEqual((await exported({ states: "velocity" })).input);
});

test("a recording without any of these has nothing for a file of its own", async () => {
  const reader = await open();
  reader.close();
  expect(hasEvaluationData(reader)).toBe(false);
});

test("channels that cannot be held out are named", async () => {
  await expect(open({ heldOut: [2, 4, 7] })).rejects.toMatchObject({
    failure: { what: "Channels 4, 7 to be held out, but a has 3.", where: file },
  });
  await expect(open({ heldOut: [1, 2, 3] })).rejects.toMatchObject({
    failure: { what: "All 3 channels of a are held out: the model would see none." },
  });
});

test("what is odd in a channel is told with the number that the recording gives it", async () => {
  const reader = await open({ counts: "broken", heldOut: [1] });
  const { notCounts } = checkDataset(reader, () => {});
  reader.close();
  expect(notCounts).toBe(
    "broken: 1 count is fractional, in trial 2, bin 3, channel 2. broken: 1 count is fractional, in trial 2, bin 3, channel 1.",
  );
  const endless = await open({ behavior: "endless" });
  expect(() => checkDataset(endless, () => {})).toThrow(
    "1 behavior value is infinite, in trial 3, bin 3, dimension 2.",
  );
  endless.close();
});

test("arrays that do not fit the counts are named", async () => {
  await expect(open({ states: "matrix" })).rejects.toMatchObject({
    failure: { what: "The array of states has shape 3 × 2, but 5 trials × 4 bins × states were expected." },
  });
});
