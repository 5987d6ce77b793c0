import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { averageArrays } from "#lib/export/average-arrays.js";
import { EXPORT_FORMATS } from "#lib/export/export-format.js";
import { exportWriters } from "#lib/export/export-writers.js";
import type { ExportedResults } from "#lib/export/exported-results.js";
import { openRunResults, type RunResults } from "#lib/export/open-run-results.js";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import { matNumbers } from "#lib/mat/mat-value.js";
import { writeMat } from "#lib/mat/write-mat.js";
import { openNpz } from "#lib/npy/open-npz.js";
import { writeNpz } from "#lib/npy/write-npz.js";
import { placed, writeRun } from "./written-run.js";

const dir = mkdtempSync(join(tmpdir(), "lfads-export-"));
const BIN_MS = 20;
const all = [1, 2, 3, 4, 5, 6, 7];
const facts = {
  made_by: "lfads 1.2.3",
  made_at: "2026-11-21T19:28:05.825Z",
  run: "c/param_aaaaaa/all",
  dataset: "a",
  kind: "posterior_push_mean",
  bin_ms: BIN_MS,
  params: '{"spikeBinMs":20}',
};
let opened: RunResults;
let results: ExportedResults;

beforeAll(async () => {
  const conditions = [1, 2, 1, 2, 2, 1, 2];
  const inds = { train: [2, 3, 4, 6, 7], valid: [1, 5] };
  const files = await writeRun(join(dir, "run"), { inds, conditions, conditionNames: ["left", "right"] });
  opened = await openRunResults(files, BIN_MS);
  const arrays = [...opened.arrays, ...averageArrays(opened.arrays, 2, BIN_MS)];
  results = { facts, arrays, conditionNames: opened.conditionNames, variables: opened.variables, metadata: {} };
});
afterAll(() => {
  opened.close();
  rmSync(dir, { recursive: true, force: true });
});

const rates = [...placed(all, 3, 2)].map((value) => value / 0.02);
const recording = () => join(dir, "run", "lfads_a.h5");

async function written(
  name: string,
  format: (typeof EXPORT_FORMATS)[number],
  { from = recording(), of = results } = {},
): Promise<string> {
  const file = join(dir, `${name}.${format}`);
  await exportWriters[format].write(file, of, from);
  return file;
}

describe.each(EXPORT_FORMATS)("an exported file, %s", (format) => {
  it("has the same bytes whenever the same is exported, and leaves nothing beside it", async () => {
    const [once, again] = [await written("once", format), await written("again", format)];
    expect(readFileSync(once).equals(readFileSync(again))).toBe(true);
    expect(readdirSync(dir).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("is known as one, and a file from elsewhere is not", async () => {
    const { isExported } = exportWriters[format];
    expect(await isExported(await written("ours", format))).toBe(true);
    const foreign = join(dir, `foreign.${format}`);
    if (format === "npz") writeNpz(foreign, { made_by: { data: ["somebody"], shape: [] } });
    else if (format === "mat") writeFileSync(foreign, "MATLAB 5.0 MAT-file, Platform: GLNXA64".padEnd(128));
    else await writeHdf5(foreign, (w) => w.attribute("/", "made_by", "somebody"));
    expect(await isExported(foreign)).toBe(false);
  });
});

describe("HDF5", () => {
  it("holds arrays with what they are, facts, condition names and the variables of the model", async () => {
    const h5 = await openHdf5(await written("results", "h5"));
    expect([...h5.read("rates")]).toEqual(rates);
    expect([h5.dtype("counts"), h5.dtype("is_valid"), h5.dtype("factors")]).toEqual(["int32", "uint8", "float64"]);
    expect([h5.attribute("rates", "unit"), h5.attribute("rates", "axes"), h5.attribute("rates", "about")]).toEqual([
      "spikes/s",
      ["trial", "time", "channel"],
      "inferred rates",
    ]);
    expect(Object.entries(facts).map(([name]) => h5.attribute("/", name))).toEqual(Object.values(facts));
    expect(h5.readStrings("condition_names")).toEqual(["left", "right"]);
    expect([h5.shape("model_params/LFADS_gen_gen_2_fac_W:0"), h5.shape("model_params/LFADS_global_step:0")]).toEqual([
      [4, 2],
      [],
    ]);
    h5.close();
  });
});

describe("NPZ", () => {
  it("holds the same arrays, facts as single values", async () => {
    const npz = openNpz(await written("results", "npz"));
    const array = await npz.array("rates");
    expect([array.shape, [...array.read()]]).toEqual([[7, 3, 2], rates]);
    expect((await npz.array("run")).readText()).toEqual([facts.run]);
    expect([...(await npz.array("bin_ms")).read()]).toEqual([20]);
    expect((await npz.array("condition_names")).readText()).toEqual(["left", "right"]);
    expect([...(await npz.array("model_params/LFADS_gen_gen_2_fac_W:0")).read()]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    npz.close();
  });

  it("gets the same bytes from an array and from its pieces", () => {
    const data = Float64Array.from({ length: 24 }, (_, i) => i / 7);
    const [whole, parts] = [join(dir, "whole.npz"), join(dir, "parts.npz")];
    writeNpz(whole, { x: { data, shape: [4, 6] }, last: { data: Int32Array.of(1) } });
    const pieces = () => [data.subarray(0, 12), data.subarray(12)];
    writeNpz(parts, { x: { type: "float64", shape: [4, 6], pieces }, last: { data: Int32Array.of(1) } });
    expect(readFileSync(parts).equals(readFileSync(whole))).toBe(true);
  });
});

describe("MAT", () => {
  it("gets from pieces in MATLAB's order the bytes of the array", async () => {
    const data = Float64Array.from({ length: 24 }, (_, i) => i); // 4 × 3 × 2, row-major
    const columnMajor = Float64Array.from(
      { length: 24 },
      (_, i) => (i % 4) * 6 + (Math.floor(i / 4) % 3) * 2 + Math.floor(i / 12),
    );
    const [whole, parts] = [join(dir, "whole.mat"), join(dir, "parts.mat")];
    await writeMat(whole, { x: matNumbers(data, [4, 3, 2]) });
    const pieces = () => [columnMajor.subarray(0, 10), columnMajor.subarray(10)];
    await writeMat(parts, { x: { class: "double", shape: [4, 3, 2], pieces } });
    expect(readFileSync(parts).equals(readFileSync(whole))).toBe(true);
  });
});

describe("NWB", () => {
  it("lays trials end to end, with a row for each in intervals/trials", async () => {
    const h5 = await openHdf5(await written("results", "nwb"));
    expect(h5.shape("processing/lfads/rates/data")).toEqual([21, 2]);
    expect([...h5.read("processing/lfads/rates/data")]).toEqual(rates);
    expect(h5.attribute("processing/lfads/rates/data", "unit")).toBe("spikes/s");
    expect([...h5.read("processing/lfads/rates/starting_time")]).toEqual([0.01]);
    expect(h5.attribute("processing/lfads/rates/starting_time", "rate")).toBe(50);
    const rounded = (path: string) => Array.from(h5.readFloat64(path), (value) => Number(value.toFixed(9)));
    expect(rounded("intervals/trials/start_time")).toEqual([0, 0.06, 0.12, 0.18, 0.24, 0.3, 0.36]);
    expect(rounded("intervals/trials/stop_time")).toEqual([0.06, 0.12, 0.18, 0.24, 0.3, 0.36, 0.42]);
    // time_ms is −20, 0, 20: 0 is the centre of the second bin
    expect(rounded("intervals/trials/zero_time")[1]).toBe(0.09);
    expect(h5.readStrings("intervals/trials/condition")).toEqual(
      [1, 2, 1, 2, 2, 1, 2].map((code) => ["left", "right"][code - 1]),
    );
    expect(h5.attribute("intervals/trials", "colnames")).toEqual([
      ...["start_time", "stop_time", "zero_time", "trial", "is_valid", "condition", "generator_ics", "costs"],
    ]);
    expect(h5.shape("processing/lfads/conditions/average_rates")).toEqual([2, 3, 2]);
    expect(h5.readStrings("processing/lfads/conditions/condition")).toEqual(["left", "right"]);
    expect(h5.attribute("scratch/LFADS_gen_gen_2_fac_W", "notes")).toBe(
      "Variable LFADS_gen_gen_2_fac_W:0 of the model.",
    );
    expect(h5.readStrings("session_start_time")).toEqual(["1970-01-01T00:00:00+00:00"]);
    expect(h5.has("general/subject")).toBe(false);
    h5.close();
  });

  it("carries session and subject over from a recording in NWB", async () => {
    const source = join(dir, "source.nwb");
    await writeHdf5(source, (w) => {
      w.attribute("/", "nwb_version", "2.6.0");
      w.text("session_description", "a maze");
      w.text("session_start_time", "2017-06-19T10:00:00-05:00");
      w.strings("general/experimenter", ["A. Nother", "B. Else"]);
      w.text("general/related_publications", "doi:10.1/x");
      w.text("general/subject/subject_id", "m1");
      w.text("general/subject/species", "Mus musculus");
      w.text("general/notes", "not carried over");
    });
    const h5 = await openHdf5(await written("carried", "nwb", { from: source }));
    const text = (path: string) => h5.readStrings(path);
    expect(text("session_description")).toEqual(["a maze"]);
    expect(text("session_start_time")).toEqual(["2017-06-19T10:00:00-05:00"]);
    expect(text("general/experimenter")).toEqual(["A. Nother", "B. Else"]);
    expect([h5.shape("general/related_publications"), text("general/related_publications")]).toEqual([
      [1],
      ["doi:10.1/x"],
    ]);
    expect([text("general/subject/subject_id"), text("general/subject/species")]).toEqual([["m1"], ["Mus musculus"]]);
    expect(h5.attribute("general/subject", "neurodata_type")).toBe("Subject");
    expect(text("general/notes")[0]).toMatch(/^lfads 1\.2\.3, run c\/param_aaaaaa\/all, posterior_push_mean/);
    h5.close();
    const told = { subject: "m2", date: "2020-01-01", species: "Homo sapiens" };
    const both = await openHdf5(await written("both", "nwb", { from: source, of: { ...results, metadata: told } }));
    expect(both.readStrings("session_start_time")).toEqual(["2017-06-19T10:00:00-05:00"]);
    expect(both.readStrings("general/subject/subject_id")).toEqual(["m2"]);
    expect(both.readStrings("general/subject/species")).toEqual(["Homo sapiens"]);
    both.close();
  });

  it("has from a dataset's metadata the subject, the date and what NWB has a name for", async () => {
    const metadata = {
      subject: "m1",
      date: "2026-01-31",
      sex: "F",
      experimenter: "A. Nother",
      lab: "of ours",
      saveTags: [1],
      description: "the best session",
      weight: 7,
      rig: "two",
    };
    const h5 = await openHdf5(await written("told", "nwb", { of: { ...results, metadata } }));
    expect(h5.readStrings("session_start_time")).toEqual(["2026-01-31T00:00:00+00:00"]);
    expect(h5.readStrings("timestamps_reference_time")).toEqual(["2026-01-31T00:00:00+00:00"]);
    expect(h5.keys("general/subject").sort()).toEqual(["sex", "subject_id"]);
    expect(h5.readStrings("general/subject/subject_id")).toEqual(["m1"]);
    expect(h5.keys("general").sort()).toEqual(["experimenter", "lab", "notes", "subject"]);
    expect(h5.shape("general/experimenter")).toEqual([1]);
    h5.close();
  });

  it("has an empty text for the condition of a trial without one, and a table of the channels held out", async () => {
    const inds = { train: [2, 3], valid: [1] };
    const run = { inds, conditions: [1, 0, 2], conditionNames: ["left", "right"], heldIn: [1, 3], heldOut: [2, 4] };
    const { arrays, conditionNames, variables, close } = await openRunResults(
      await writeRun(join(dir, "lacking"), run),
      BIN_MS,
    );
    const of = { facts, arrays, conditionNames, variables, metadata: {} };
    const h5 = await openHdf5(await written("lacking", "nwb", { of }));
    close();
    expect(h5.readStrings("intervals/trials/condition")).toEqual(["left", "", "right"]);
    expect([...h5.read("processing/lfads/heldout_channels/heldout_channel")]).toEqual([2, 4]);
    expect(h5.shape("processing/lfads/heldout_counts/data")).toEqual([9, 2]);
    h5.close();
  });
});
