import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Hdf5Writer } from "#lib/hdf5/write-hdf5.js";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import { openDataset } from "#lib/sources/open-dataset.js";
import type { NwbSpec } from "#lib/sources/source-spec.js";
import { failureText } from "../failure-text.js";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "lfads-nwb-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

let made = 0;
async function fileWith(write: (w: Hdf5Writer) => void): Promise<string> {
  const file = join(dir, `file${made++}.nwb`);
  await writeHdf5(file, write);
  return file;
}

async function failureOf(source: NwbSpec, file: string): Promise<string> {
  return (await failureText(openDataset("ds", source, file))).replaceAll(file, "FILE");
}

const spec: NwbSpec = {
  kind: "nwb",
  trials: "intervals/trials",
  align: ["start_time"],
  window: [0, 0.4],
  where: {},
  units: [{ table: "units", where: {} }],
  condition: [],
  binMs: 100,
};

/** Each unit's spikes in bins 0 to 3 of the trials at 0, 1 and 2 s: unit u of table k fires once, in bin u of trial k. */
function session(w: Hdf5Writer): void {
  w.dataset("intervals/trials/id", Int32Array.of(0, 1, 2));
  w.dataset("intervals/trials/start_time", Float64Array.of(0, 1, 2));
  const tables = ["units", "processing/ecephys/left", "processing/ecephys/right"];
  for (const [k, table] of tables.entries()) {
    w.dataset(`${table}/id`, Int32Array.of(0, 1, 2));
    w.dataset(`${table}/spike_times`, Float64Array.of(k + 0.05, k + 0.15, k + 0.25));
    w.dataset(`${table}/spike_times_index`, Uint8Array.of(1, 2, 3));
  }
  // Unit 1 has electrodes 0 and 1, unit 2 none, unit 3 electrode 3.
  w.dataset("units/electrodes", Int32Array.of(0, 1, 3));
  w.dataset("units/electrodes_index", Uint8Array.of(2, 2, 3));
  w.dataset("processing/ecephys/left/electrodes", Int32Array.of(2, 0, 9));
  w.dataset("general/extracellular_ephys/electrodes/id", Int32Array.of(10, 11, 12, 13));
  w.strings("general/extracellular_ephys/electrodes/location", ["M1", "PMd", "PMd", "S1"]);
  w.dataset("general/extracellular_ephys/electrodes/depth", Float64Array.of(1, 1, 2, 2));
}

/** The bins in which each channel fires, as `trial.bin`. */
async function firing(units: NwbSpec["units"], file: string): Promise<string[][]> {
  const reader = await openDataset("ds", { ...spec, units }, file);
  const { nTrials, nBins, nChannels } = reader.info;
  const { counts } = reader.readTrials(0, nTrials);
  return Array.from({ length: nChannels }, (_, n) =>
    Array.from({ length: nTrials * nBins }, (_, i) => i)
      .filter((i) => counts[i * nChannels + n] === 1)
      .map((i) => `${Math.floor(i / nBins)}.${i % nBins}`),
  );
}

describe("units of NWB", () => {
  test("those of several tables are channels in the order of the tables", async () => {
    const file = await fileWith(session);
    const units = [
      { table: "processing/ecephys/right", where: {} },
      { table: "units", where: {} },
    ];
    expect(await firing(units, file)).toEqual([["2.0"], ["2.1"], ["2.2"], ["0.0"], ["0.1"], ["0.2"]]);
  });

  test("are chosen by their electrodes: one of a unit's must have all the values", async () => {
    const file = await fileWith(session);
    const of = (electrodes: NwbSpec["where"]) => firing([{ table: "units", where: {}, electrodes }], file);
    expect(await of({ location: ["PMd"] })).toEqual([["0.0"]]);
    expect(await of({ location: ["M1", "S1"] })).toEqual([["0.0"], ["0.2"]]);
    expect(await of({ location: ["S1"], depth: [2] })).toEqual([["0.2"]]);
  });

  test("an electrode that is not there, a filter that nothing passes, a table without electrodes", async () => {
    const file = await fileWith(session);
    const failure = (table: string, electrodes: NwbSpec["where"]) =>
      failureOf({ ...spec, units: [{ table, where: {}, electrodes }] }, file);
    expect(await failure("processing/ecephys/left", { location: ["PMd"] })).toBe(
      "FILE:processing/ecephys/left/electrodes: Unit 3 refers to electrode row 9, but there are 4.",
    );
    expect(await failure("units", { location: ["PMd"], depth: [2] })).toBe(
      "FILE: The dataset is empty: it has no channels.\n  The filters of nwb(…) may let nothing through.",
    );
    expect(await failure("processing/ecephys/right", { location: ["PMd"] })).toBe(
      "FILE:processing/ecephys/right/electrodes: The table processing/ecephys/right has no column electrodes.\n" +
        "  Its columns, closest first: spike_times, id, spike_times_index.",
    );
  });
});

/** `cursor` at times of its own, with a conversion; `pupil` at 20 Hz from 0.9 s to 2.35 s. */
function series(w: Hdf5Writer): void {
  session(w);
  const cursor = "processing/behavior/Position/cursor";
  const times = [0, 0.05, 0.1, 0.32, 1, 1.1, 1.2, 1.3, 1.35, 2, 2.1, 2.2, 2.3, 2.39];
  w.dataset(`${cursor}/timestamps`, Float64Array.from(times));
  w.dataset(`${cursor}/data`, Int16Array.from(times.flatMap((_, i) => [2 * i, -i])), [times.length, 2]);
  w.attribute(`${cursor}/data`, "conversion", 0.5);
  w.attribute(`${cursor}/data`, "offset", 1);
  const pupil = Float64Array.from({ length: 30 }, (_, i) => (i === 3 ? Number.NaN : i));
  w.dataset("acquisition/pupil/data", pupil);
  w.dataset("acquisition/pupil/starting_time", Float64Array.of(0.9), []);
  w.attribute("acquisition/pupil/starting_time", "rate", 20);
  w.dataset("acquisition/back/data", Float64Array.of(1, 2, 3));
  w.dataset("acquisition/back/timestamps", Float64Array.of(0, 2, 1));
  w.dataset("acquisition/cut/data", Float64Array.of(1, 2));
  w.dataset("acquisition/cut/timestamps", Float64Array.of(0, 2, 3));
  w.dataset("acquisition/late/data", Float64Array.of(1, 2, 3));
  w.dataset("acquisition/late/timestamps", Float64Array.of(100, 101, 102));
  w.dataset("acquisition/timeless/data", Float64Array.of(1, 2));
  w.dataset("acquisition/movie/data", new Float64Array(8), [2, 2, 2]);
}
const cursor = { series: "/processing/behavior/Position/cursor", maxGapMs: 250 };
const pupil = { series: "acquisition/pupil", maxGapMs: 100 };
const rounded = (values: Float64Array) => [...values].map((value) => Number(value.toFixed(9)));

describe("series of NWB as external inputs", () => {
  test("are means in bins, converted, interpolated over short gaps, with their columns side by side", async () => {
    const file = await fileWith(series);
    const reader = await openDataset("ds", { ...spec, externalInputs: [{ ...cursor, columns: [1, 0] }] }, file);
    expect([reader.info.nTrials, reader.info.nExternalInputs, reader.notes]).toEqual([3, 2, []]);
    // Sample i is (i + 1, 1 − i/2). Bin 2 of trial 0, at 0.25 s, lies between samples 2 (0.1 s) and 3 (0.32 s).
    const bin2 = 2 + 0.15 / 0.22;
    const of = (sample: number) => [Number((1 - sample / 2).toFixed(9)), Number((sample + 1).toFixed(9))];
    expect(rounded(reader.readTrials(0, 1).externalInputs!)).toEqual([0.5, 2, bin2, 3].flatMap(of).map((v) => v + 0));
    expect(rounded(reader.readTrials(1, 1).externalInputs!).filter((_, i) => i % 2 === 1)).toEqual([5, 6, 7, 8.5]);
  });

  test("trials in which one is not known are left out and told; behaviour keeps them with NaN", async () => {
    const file = await fileWith(series);
    const reader = await openDataset("ds", { ...spec, externalInputs: [cursor, pupil] }, file);
    expect([reader.info.nTrials, reader.info.nExternalInputs]).toEqual([2, 3]);
    expect(reader.notes).toEqual([
      "1 trial is left out because an external input is not known in every bin: row 1 of intervals/trials, counted from 1.",
    ]);
    expect(reader.originOf(0, "counts")).toEqual({ path: "intervals/trials", trial: 2 });
    // From 1.0 s on: samples 2 (3 is missing), 4 and 5, 6 and 7, 8 and 9.
    const third = (values: Float64Array) => rounded(values).filter((_, i) => i % 3 === 2);
    expect(third(reader.readTrials(0, 1).externalInputs!)).toEqual([2, 4.5, 6.5, 8.5]);
    expect(third(reader.readTrials(1, 1).externalInputs!)).toEqual([22.5, 24.5, 26.5, 28.5]);
    expect([...reader.readTrials(0, 2).counts].filter(Boolean)).toEqual([]);

    const decoded = await openDataset("ds", { ...spec, behavior: [pupil] }, file);
    expect([decoded.info.nTrials, decoded.info.nBehavior, decoded.info.nExternalInputs]).toEqual([3, 1, 0]);
    const behavior = decoded.readTrials(0, 2).behavior!;
    expect([...behavior]).toEqual([NaN, NaN, NaN, NaN, 2, 4.5, 6.5, 8.5]);
  });

  test.each<[string, NonNullable<NwbSpec["externalInputs"]>[number], string]>([
    [
      "an unknown one",
      { ...cursor, series: "processing/behavior/cursor" },
      "FILE:processing/behavior/cursor: The NWB file has no such series.\n  Its series, closest first: " +
        "processing/behavior/Position/cursor, acquisition/cut, acquisition/pupil, acquisition/back, acquisition/late, acquisition/movie, acquisition/timeless.",
    ],
    [
      "a column that it has not",
      { ...cursor, columns: [0, 2] },
      "FILE:processing/behavior/Position/cursor/data: The series has no column 2: it has 2, counted from 0.",
    ],
    [
      "times that go back",
      { ...pupil, series: "acquisition/back" },
      "FILE:acquisition/back/timestamps: The timestamps do not ascend: sample 3 is at 1 s.",
    ],
    [
      "fewer samples than times",
      { ...pupil, series: "acquisition/cut" },
      "FILE:acquisition/cut/timestamps: The series has 3 timestamps, but 2 samples.\n  Its data must be samples × columns.",
    ],
    [
      "no times at all",
      { ...pupil, series: "acquisition/timeless" },
      "FILE:acquisition/timeless: The series has neither timestamps nor a starting time with a rate.",
    ],
    [
      "pictures",
      { ...pupil, series: "acquisition/movie" },
      "FILE:acquisition/movie/data: The series has shape 2 × 2 × 2, but samples × columns were expected.",
    ],
    [
      "one at other times",
      { ...pupil, series: "acquisition/late" },
      "FILE: In no trial are the external inputs known in every bin.\n  acquisition/late lasts from 100 to 102 s " +
        "(maxGapMs 100). Bins without samples are interpolated over gaps of at most maxGapMs.",
    ],
  ])("%s", async (_, input, message) => {
    expect(await failureOf({ ...spec, externalInputs: [input] }, await fileWith(series))).toBe(message);
  });
});
