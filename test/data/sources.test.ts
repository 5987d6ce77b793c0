import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Hdf5Writer } from "#lib/hdf5/write-hdf5.js";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import { openDataset } from "#lib/sources/open-dataset.js";
import type { H5Spec, NwbSpec, SourceSpec } from "#lib/sources/source-spec.js";
import { failureText } from "../failure-text.js";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "lfads-sources-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

let made = 0;
async function fileWith(write: (w: Hdf5Writer) => void): Promise<string> {
  const file = join(dir, `file${made++}.h5`);
  await writeHdf5(file, write);
  return file;
}

/** The text of the failure that opening the file ends with; the file is called FILE. */
async function failureOf(source: SourceSpec, file: string): Promise<string> {
  return (await failureText(openDataset("ds", source, file))).replaceAll(file, "FILE");
}

const h5: H5Spec = { kind: "h5", counts: "spikes", binMs: 10 };
/** 0, 1, 2, …, so that a value tells where it was. */
const ramp = (length: number): Float64Array => Float64Array.from({ length }, (_, i) => i);

describe("h5 sources", () => {
  test("indices into one array order the trials: training first", async () => {
    const file = await fileWith((w) => {
      w.dataset("spikes", ramp(5), [5, 1, 1]);
      w.dataset("ti", Int32Array.of(4, 1, 2));
      w.dataset("vi", Int32Array.of(5));
    });
    const spec: H5Spec = { ...h5, indices: { train: "ti", valid: "vi", base: 1 } };
    const reader = await openDataset("ds", spec, file);
    expect(reader.info.nTrials).toBe(4);
    expect(reader.split).toEqual({ train: [4, 1, 2], valid: [5] });
    expect([...reader.readTrials(0, 4).counts]).toEqual([3, 0, 1, 4]);
    expect([...reader.readTrials(1, 2).counts]).toEqual([0, 1]);
    reader.close();
  });

  test("counts that MATLAB has saved have its axes in reverse, which is told", async () => {
    const note = async (attribute: string) => {
      const file = await fileWith((w) => {
        w.dataset("spikes", ramp(24), [4, 3, 2]);
        w.attribute("spikes", attribute, "double");
      });
      const reader = await openDataset("ds", h5, file);
      reader.close();
      return reader.notes;
    };
    expect(await note("MATLAB_class")).toEqual([
      "MATLAB has saved spikes, with its axes in reverse: it is read as 4 trials × 3 bins × 2 channels. mat(…) knows MATLAB's order.",
    ]);
    expect(await note("unit")).toEqual([]);
  });

  test("a missing path names those that exist", async () => {
    const file = await fileWith((w) => w.dataset("spikes", ramp(2), [2, 1, 1]));
    expect(await failureOf({ ...h5, counts: "spike" }, file)).toBe(
      "FILE:spike: The HDF5 file has no such dataset.\n  It holds, closest first: spikes.",
    );
  });

  test.each([
    [[0, 4, 2], "trials"],
    [[3, 0, 2], "bins"],
    [[3, 4, 0], "channels"],
  ])("a dataset of shape %j has no %s", async (shape, missing) => {
    const file = await fileWith((w) => w.dataset("spikes", new Float64Array(0), shape));
    expect(await failureOf(h5, file)).toBe(
      `FILE: The dataset is empty: it has no ${missing}.\n  Make the file again, or leave it out by the pattern in the lfadsfile.`,
    );
  });

  test("counts that are not trials × bins × channels", async () => {
    const file = await fileWith((w) => w.dataset("spikes", ramp(6), [3, 2]));
    expect(await failureOf(h5, file)).toBe(
      "FILE:spikes: The counts have shape 3 × 2, but trials × bins × channels were expected.",
    );
  });

  const sized: [string, Partial<H5Spec>, string][] = [
    [
      "truth",
      { truth: "truth" },
      "FILE:truth: The truth has shape 3 × 2 × 1, but 3 trials × 2 bins × 2 channels were expected.\n  Mend the recording, or what the lfadsfile says of it: the counts, spikes, are read as 3 trials × 2 bins × 2 channels.",
    ],
    [
      "conditions",
      { condition: "condition" },
      "FILE:condition: The condition has 4 values, but the counts have 3 trials.\n  Mend the recording, or what the lfadsfile says of it: the counts, spikes, are read as 3 trials × 2 bins × 2 channels.",
    ],
    [
      "external inputs",
      { externalInputs: "condition" },
      "FILE:condition: The external input has shape 4, but 3 trials × 2 bins × inputs were expected.\n  Mend the recording, or what the lfadsfile says of it: the counts, spikes, are read as 3 trials × 2 bins × 2 channels.",
    ],
    [
      "validation trials' external inputs",
      {
        counts: { train: "spikes", valid: "spikes" },
        externalInputs: { train: "truth", valid: "spikes" },
      },
      "FILE:spikes: The external input has shape 3 × 2 × 2, but 3 trials × 2 bins × 1 inputs were expected.\n  Mend the recording, or what the lfadsfile says of it: the counts, spikes, are read as 3 trials × 2 bins × 2 channels.",
    ],
    [
      "the alignment matrix",
      { alignmentMatrix: "truth" },
      "FILE:truth: The alignment matrix has shape 3 × 2 × 1, but 2 channels × factors were expected.",
    ],
    [
      "the alignment matrix, turned round,",
      { alignmentMatrix: "turned" },
      "FILE:turned: The alignment matrix has shape 3 × 2, but 2 channels × factors were expected.",
    ],
    [
      "the alignment bias",
      { alignmentMatrix: "matrix", alignmentBias: "condition" },
      "FILE:condition: The alignment bias has shape 4, but 2 channels were expected.",
    ],
    [
      "an alignment bias that is NaN",
      { alignmentMatrix: "matrix", alignmentBias: "nan" },
      "FILE:nan: The alignment bias holds values that are NaN or infinite.",
    ],
    [
      "times",
      { time: "condition" },
      "FILE:condition: The time has 4 values, but the counts have 2 bins.\n  Mend the recording, or what the lfadsfile says of it: the counts, spikes, are read as 3 trials × 2 bins × 2 channels.",
    ],
    [
      "the validation trials' channels",
      { counts: { train: "spikes", valid: "truth" } },
      "FILE:truth: The counts have shape 3 × 2 × 1, but 3 trials × 2 bins × 2 channels were expected.",
    ],
    [
      "training indices",
      { counts: { train: "spikes", valid: "spikes" }, indices: { train: "condition", valid: "condition", base: 0 } },
      "FILE:condition: It holds 4 trial indices, but the counts have 3 trials.",
    ],
    [
      "an index beyond the trials",
      { indices: { train: "condition", valid: "two", base: 0 } },
      "FILE:condition: The trial index 3 is not a whole number from 0 to 2.",
    ],
    [
      "an index in both parts",
      { indices: { train: "two", valid: "two", base: 0 } },
      "FILE:two: Trial index 0 occurs twice in the training and validation trials.",
    ],
    [
      "a split in only one of two fields",
      { truth: { train: "spikes", valid: "spikes" } },
      "FILE:spikes: The truth is two arrays, but the counts are one.",
    ],
    [
      "uneven times",
      { counts: "long", time: "uneven" },
      "FILE:uneven: The time is not evenly spaced: from bin 1 to bin 2 it moves by 1 ms.\n  Bins must have one width; times are in ms.",
    ],
    [
      "times in another unit than binMs",
      { time: "two" },
      "FILE:two: The time moves by 1 ms a bin, but binMs is 10.\n  Times are in ms.",
    ],
  ];
  test.each(sized)("sizes that do not fit: %s", async (_, fields, message) => {
    const file = await fileWith((w) => {
      w.dataset("spikes", ramp(12), [3, 2, 2]);
      w.dataset("truth", ramp(6), [3, 2, 1]);
      w.dataset("condition", ramp(4));
      w.dataset("two", ramp(2));
      w.dataset("matrix", ramp(6), [2, 3]);
      w.dataset("turned", ramp(6), [3, 2]);
      w.dataset("nan", Float64Array.of(1, Number.NaN));
      w.dataset("long", ramp(3), [1, 3, 1]);
      w.dataset("uneven", Float64Array.of(0, 1, 3));
    });
    expect(await failureOf({ ...h5, ...fields }, file)).toBe(message);
  });

  test("neither the width of a bin nor times", async () => {
    const file = await fileWith((w) => w.dataset("spikes", ramp(2), [2, 1, 1]));
    expect(await failureOf({ kind: "h5", counts: "spikes" }, file)).toBe(
      "FILE: The width of a bin is not known.\n  Give `binMs` or `time` in the lfadsfile.",
    );
  });
});

/** Three trials, two units; unit 1 fires at 12.005, 10.1, 10.0 s (in this order), unit 2 at 20.0999 and 30 s. */
const nwbFile = (): Promise<string> =>
  fileWith((w) => {
    w.dataset("intervals/trials/id", Int32Array.of(0, 1, 2, 3));
    w.dataset("intervals/trials/start_time", Float64Array.of(9, 19, 29, 39));
    w.dataset("intervals/trials/stop_time", new Float64Array(4).fill(NaN));
    w.dataset("intervals/trials/cue", Float64Array.of(1, 1, 1, NaN));
    w.dataset("intervals/trials/good", Uint8Array.of(1, 1, 0, 1));
    w.strings("intervals/trials/side", ["left", "right", "left", "left"]);
    w.dataset("intervals/trials/level", Int32Array.of(2, 3, 2, 2));
    w.dataset("units/id", Int32Array.of(7, 8, 9));
    w.strings("units/quality", ["good", "poor", "good"]);
    w.dataset("units/spike_times", Float64Array.of(12.005, 10.1, 10, 5, 20.0999, 30));
    w.dataset("units/spike_times_index", Int32Array.of(3, 4, 6));
  });
const nwb: NwbSpec = {
  kind: "nwb",
  trials: "intervals/trials",
  align: ["start_time", "cue"],
  window: [-0.1, 0.2],
  where: {},
  units: [{ table: "units", where: { quality: ["good"] } }],
  condition: ["side", "level"],
  binMs: 100,
};

describe("nwb sources", () => {
  test("unsorted spikes are counted in bins about an event that is the sum of columns", async () => {
    const reader = await openDataset("ds", nwb, await nwbFile());
    expect(reader.info).toEqual({
      name: "ds",
      nTrials: 3,
      nChannels: 2,
      nBins: 3,
      binMs: 100,
      hasTruth: false,
      hasConditions: true,
      nExternalInputs: 0,
      alignmentFactors: null,
      split: null,
    });
    expect([...reader.timeVecMs]).toEqual([-50, 50, 150]);
    // Trials × bins × channels; events at 10, 20 and 30 s, bins from −0.1 s on, the first edge included.
    expect([...reader.readTrials(0, 3).counts]).toEqual([0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0]);
    expect([...reader.readTrials(1, 1).counts]).toEqual([0, 0, 0, 1, 0, 0]);
    expect(reader.conditions).toEqual(["left_2", "right_3", "left_2"]);
    expect(reader.notes).toEqual([
      "1 trial is left out because start_time + cue is not known: row 4 of intervals/trials, counted from 1.",
    ]);
    reader.close();
  });

  test("filters on columns choose trials and units; NaN stop times do not matter", async () => {
    const spec: NwbSpec = { ...nwb, align: ["start_time"], where: { good: [true], side: ["left"] }, condition: [] };
    const reader = await openDataset("ds", { ...spec, units: [{ table: "units", where: {} }] }, await nwbFile());
    expect([reader.info.nTrials, reader.info.nChannels, reader.conditions]).toEqual([2, 3, undefined]);
    expect(reader.originOf(1, "counts")).toEqual({ path: "intervals/trials", trial: 4 });
    reader.close();
  });

  test.each<[string, Partial<NwbSpec>, string]>([
    [
      "an unknown table",
      { trials: "intervals/trial" },
      "FILE:intervals/trial: The NWB file has no such table.\n  Its tables, closest first: intervals/trials, units.",
    ],
    [
      "an unknown column",
      { align: ["start_time", "go_cue"] },
      "FILE:intervals/trials/go_cue: The table intervals/trials has no column go_cue.\n" +
        "  Its columns, closest first: cue, good, side, id, level, stop_time, start_time.",
    ],
    [
      "a value that does not occur",
      { where: { side: ["Left"] } },
      'FILE:intervals/trials/side: No row has "Left" in this column.\n  It holds "left", "right".',
    ],
    [
      "filters that exclude each other",
      { where: { side: ["right"], level: [2] } },
      "FILE: The dataset is empty: it has no trials.\n  The filters of nwb(…) may let nothing through.",
    ],
    [
      "strings as an event",
      { align: ["side"] },
      "FILE:intervals/trials/side: Numbers were expected, but the dataset holds strings.",
    ],
  ])("%s", async (_, fields, message) => {
    expect(await failureOf({ ...nwb, ...fields }, await nwbFile())).toBe(message);
  });
});

const alm = new URL("../../../shared/data/alm/sub-anm372904_ses-20170619.nwb", import.meta.url).pathname;
test.skipIf(!existsSync(alm))("a recorded NWB session (skipped where ../shared/data is absent)", async () => {
  const reader = await openDataset(
    "alm",
    {
      ...nwb,
      align: ["start_time", "cue_start_time"],
      window: [-2.4, 2],
      where: { is_good: [true] },
      units: [{ table: "units", where: {} }],
      condition: ["type", "response"],
      binMs: 20,
    },
    alm,
  );
  expect([reader.info.nTrials, reader.info.nBins, reader.info.nChannels]).toEqual([239, 220, 66]);
  const { counts } = reader.readTrials(0, 239);
  // As NumPy's histogram counts them.
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(308_660);
  expect(new Set(reader.conditions).size).toBe(6);
  expect(reader.notes).toEqual([]);
});
