// inputInfo_<dataset>.mat; test/slow/input-info.test.ts loads it with SciPy and Octave.
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Hdf5Writer, writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import type { MatFile } from "#lib/mat/mat-entry.js";
import { openMat } from "#lib/mat/open-mat.js";
import type { CheckedDataset } from "#lib/sources/dataset-check.js";
import type { DatasetReader } from "#lib/sources/dataset-reader.js";
import { divideTrials } from "#lib/sources/divide-trials.js";
import { openDataset } from "#lib/sources/open-dataset.js";
import type { H5Spec } from "#lib/sources/source-spec.js";
import { writeInputInfo } from "#lib/sources/write-input-info.js";
import { writeLfadsInput } from "#lib/sources/write-lfads-input.js";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "lfads-input-info-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const [E, T, N, I] = [7, 6, 3, 2];
const spec: H5Spec = { kind: "h5", counts: "spikes", binMs: 5 };
const options = { spikeBinMs: 10, trainToTestRatio: 2 };
const ramp = (length: number, value: (i: number) => number) => Float64Array.from({ length }, (_, i) => value(i));

/** Writes a recording, exports it, and opens its inputInfo. */
async function inputInfo(changes: Partial<H5Spec>, write: (w: Hdf5Writer) => void): Promise<MatFile> {
  const file = join(dir, "a.h5");
  await writeHdf5(file, write);
  const reader = await openDataset("a", { ...spec, ...changes }, file);
  try {
    const checked = await writeLfadsInput(reader, join(dir, "lfads_a.h5"), options);
    const divided = divideTrials(reader, options);
    const out = join(dir, "inputInfo_a.mat");
    expect(await writeInputInfo(reader, out, { ...divided, checked, dataHash: "T4MzIi" })).toEqual([]);
    return await openMat(out);
  } finally {
    reader.close();
  }
}

/** A variable as it is loaded: class, shape and values in MATLAB's order. */
function loaded(mat: MatFile, name: string) {
  const entry = mat.variable(name);
  const last = entry.shape.length - 1;
  const values = Array.from({ length: entry.shape[last]! }, (_, at) => transposed(entry, last, at)).flat();
  return { class: entry.class, shape: entry.shape, values };
}

/** One index of the last axis, the first axis moving fastest. */
function transposed(entry: ReturnType<MatFile["variable"]>, axis: number, at: number): number[] {
  const rowMajor = [...entry.slab(axis, at, 1)];
  const [rows, columns = 1] = entry.shape.slice(0, axis);
  return Array.from({ length: rowMajor.length }, (_, i) => rowMajor[(i % rows!) * columns + Math.floor(i / rows!)]!);
}

test("has the trials in their order, at the recording's own bins, and who is trained on", async () => {
  const count = (i: number) => i % 251;
  const mat = await inputInfo({ truth: "rates", externalInputs: "light", condition: "target" }, (w) => {
    w.dataset("spikes", ramp(E * T * N, count), [E, T, N]);
    w.dataset(
      "rates",
      ramp(E * T * N, (i) => i / 8),
      [E, T, N],
    );
    w.dataset(
      "light",
      ramp(E * T * I, (i) => -i),
      [E, T, I],
    );
    w.dataset(
      "target",
      ramp(E, (i) => i % 3),
    );
  });
  const row = (values: number[]) => ({ class: "double", shape: [1, values.length], values });
  expect(mat.names).toEqual([
    ...["trainInds", "validInds", "paramInputDataHash", "seq_timeVector", "seq_binSizeMs", "conditionId"],
    ...["counts", "truth", "externalInputs"],
  ]);
  expect(loaded(mat, "trainInds")).toEqual(row([2, 3, 5, 6]));
  expect(loaded(mat, "validInds")).toEqual(row([1, 4, 7]));
  expect(mat.variable("paramInputDataHash").value()).toMatchObject({ class: "char", text: "T4MzIi" });
  expect(loaded(mat, "seq_timeVector")).toEqual(row([2.5, 7.5, 12.5, 17.5, 22.5, 27.5]));
  expect(loaded(mat, "seq_binSizeMs")).toEqual(row([5]));
  expect([...mat.variable("conditionId").slab(0, 0, E)]).toEqual([0, 1, 2, 0, 1, 2, 0]);
  const all = (width: number, value: (i: number) => number) => ({
    class: "double",
    shape: [width, T, E],
    values: [...ramp(E * T * width, value)],
  });
  expect(loaded(mat, "counts")).toEqual(all(N, count));
  const truth = loaded(mat, "truth"); // a rate of 1 spike/s is 0.005 counts in 5 ms, and two bins are merged
  expect(truth.shape).toEqual([N, T / 2, E]);
  truth.values.forEach((value, i) => {
    const first = Math.floor(i / N) * 2 * N + (i % N);
    expect(value).toBeCloseTo((first + first + N) / 1600, 12);
  });
  expect(loaded(mat, "externalInputs")).toEqual(all(I, (i) => -i));
  mat.close();
});

test.each([
  ["a byte", 255, 1],
  ["two bytes", 256, 2],
  ["four bytes", 65536, 4],
])("counts take %s each where all are at most %i", async (_, most, bytes) => {
  const mat = await inputInfo({}, (w) =>
    w.dataset(
      "spikes",
      ramp(E * T * N, (i) => (i === 40 ? most : 1)),
      [E, T, N],
    ),
  );
  expect(loaded(mat, "counts").values[40]).toBe(most);
  expect(loaded(mat, "counts").class).toBe("double");
  mat.close();
  const size = statSync(join(dir, "inputInfo_a.mat")).size;
  const padded = Math.ceil((E * T * N * bytes) / 8) * 8;
  const rest = size - padded;
  expect(rest).toBeGreaterThan(0);
  expect(rest).toBeLessThan(900);
});

test("values that are no counts stay as they are, conditions may be texts, and what is not known is empty", async () => {
  const named = await inputInfo({ condition: "target" }, (w) => {
    w.dataset(
      "spikes",
      ramp(E * T * N, (i) => i / 3 - 5),
      [E, T, N],
    );
    w.strings("target", ["left", "right", "left", "", "right", "left", "Ü"]);
  });
  expect(loaded(named, "counts").values).toEqual([...ramp(E * T * N, (i) => i / 3 - 5)]);
  const conditions = named.variable("conditionId");
  expect({ class: conditions.class, shape: conditions.shape }).toEqual({ class: "cell", shape: [E, 1] });
  expect(conditions.elements().map((each) => (each.value() as { text: string }).text)).toEqual([
    ...["left", "right", "left", "", "right", "left", "Ü"],
  ]);
  named.close();
  const plain = await inputInfo({}, (w) =>
    w.dataset(
      "spikes",
      ramp(E * T * N, () => 1),
      [E, T, N],
    ),
  );
  expect(plain.names).not.toContain("truth");
  expect(plain.names).not.toContain("externalInputs");
  expect(plain.variable("conditionId").shape).toEqual([0, 0]);
  plain.close();
});

/** Trials of one bin and one channel, whose count is 10 times their number. */
function readerOf(numbers: { train: number[]; valid: number[] } | undefined, nTrials: number, read: string[]) {
  const own = numbers && [...numbers.train, ...numbers.valid];
  return {
    file: "a.h5",
    info: { name: "a", nTrials, nBins: 1, nChannels: 1, binMs: 1, hasTruth: false, nExternalInputs: 0 },
    timeVecMs: Float64Array.of(0.5),
    notes: [],
    ...(own ? { split: numbers, conditions: own.map((number) => -number) } : {}),
    readTrials(start: number, count: number) {
      read.push(`${start}+${count}`);
      return { counts: ramp(count, (i) => 10 * (own ? own[start + i]! : start + i + 1)) };
    },
    close() {},
  } as unknown as DatasetReader;
}
const counted: CheckedDataset = { notes: [], notCounts: null, largest: 70 };

test("trials of a recording with a split of its own stand in the order of their numbers", async () => {
  const read: string[] = [];
  const split = { train: [1, 2, 4, 5, 7], valid: [3, 6] };
  const out = join(dir, "split.mat");
  await writeInputInfo(readerOf(split, 7, read), out, { split, rebin: 1, checked: counted, dataHash: "T4MzIi" });
  expect(read).toEqual(["0+7"]);
  const mat = await openMat(out);
  expect([...mat.variable("counts").slab(2, 0, 7)]).toEqual([10, 20, 30, 40, 50, 60, 70]);
  expect([...mat.variable("conditionId").slab(0, 0, 7)]).toEqual([-1, -2, -3, -4, -5, -6, -7]);
  mat.close();
});

test("a variable that MAT files cannot hold is left out, with a word, and never read", async () => {
  const read: string[] = [];
  const reader = readerOf(undefined, 2, read);
  const large = { ...reader, info: { ...reader.info, nBins: 2 ** 20, nChannels: 2 ** 10 } } as DatasetReader;
  const out = join(dir, "large.mat");
  const split = { train: [2], valid: [1] };
  expect(await writeInputInfo(large, out, { split, rebin: 1, checked: counted, dataHash: "T4MzIi" })).toEqual([
    "inputInfo_a.mat is without counts: MAT files hold 2 GB of a variable.",
  ]);
  expect(read).toEqual([]);
  const mat = await openMat(out);
  expect(mat.names).toEqual([
    ...["trainInds", "validInds", "paramInputDataHash", "seq_timeVector", "seq_binSizeMs", "conditionId"],
  ]);
  mat.close();
});

test("what stops the build stops the writing, and leaves no file", async () => {
  const out = join(dir, "stopped.mat");
  const given = { split: { train: [2], valid: [1] }, rebin: 1, checked: counted, dataHash: "T4MzIi" };
  const onSlice = () => {
    throw new Error("stopped");
  };
  await expect(writeInputInfo(readerOf(undefined, 2, []), out, { ...given, onSlice })).rejects.toThrow("stopped");
  expect(existsSync(out)).toBe(false);
});
