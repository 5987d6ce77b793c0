import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nwb } from "#lib/sources/define-sources.js";
import { openDataset } from "#lib/sources/open-dataset.js";
import type { SourceSpec } from "#lib/sources/source-spec.js";
import { inFolder, lfads } from "../cli/run-lfads.js";
import { exampleBlocks } from "../docs/example-blocks.js";

// A Python with PyNWB; .ci/run makes one. Without it there is no file to read.
const python = process.env.LFADS_TEST_PYTHON;
const hasPynwb = python !== undefined && spawnSync(python, ["-c", "import pynwb"]).status === 0;
const script = fileURLToPath(new URL("write_nwb.py", import.meta.url));
const example = exampleBlocks("own-data.md").find((block) => block.includes("reach_*.nwb"))!;

interface Expected {
  channels: number;
  trials: { row: number; side: string; counts: number[][]; inputs: number[][] }[];
}

let folder: string;
let expected: Expected;
beforeAll(() => {
  if (!hasPynwb) return;
  folder = mkdtempSync(join(tmpdir(), "lfads-pynwb-"));
  const { status, stdout, stderr } = spawnSync(python!, [script], { cwd: folder, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expected = JSON.parse(stdout);
});
afterAll(() => {
  if (hasPynwb) rmSync(folder, { recursive: true, force: true });
});

/** Puts a copy of what PyNWB wrote into a folder. */
function written(dir: string): Expected {
  cpSync(folder, dir, { recursive: true });
  return expected;
}

/** The source of the page's example, as an export is given it. */
const source = (): SourceSpec => {
  const {
    patterns: _,
    nameOf: __,
    ...spec
  } = nwb("reach_*.nwb", {
    trials: { table: "processing/behavior/reaches", where: { side: ["left", "right"] } },
    align: "start_time",
    window: [-0.2, 0.6],
    condition: "side",
    binMs: 20,
    units: [{ where: { quality: "good" }, electrodes: { location: ["M1", "PMd"] } }, "processing/ecephys/sorted_again"],
    externalInputs: [
      { series: "processing/behavior/Position/cursor", columns: [0, 1] },
      { series: "processing/behavior/pupil", maxGapMs: 200 },
    ],
  });
  return spec;
};

it("finds PyNWB in CI", () => {
  if (process.env.CI) expect(hasPynwb).toBe(true);
});

describe.runIf(hasPynwb)("a file that PyNWB wrote", () => {
  it("is read with the counts, conditions and inputs that NumPy computes", async () => {
    await inFolder("", async (dir) => {
      const { channels, trials } = written(dir);
      const reader = await openDataset("reach_a", source(), join(dir, "data/reach_a.nwb"));
      expect(channels).toBe(6);
      expect(trials).toHaveLength(15); // of 16: the pupil was lost in one
      expect([reader.info.nTrials, reader.info.nBins, reader.info.nChannels]).toEqual([trials.length, 40, channels]);
      expect(reader.conditions).toEqual(trials.map(({ side }) => side));
      expect(trials.map((_, i) => reader.originOf(i, "counts").trial - 1)).toEqual(trials.map(({ row }) => row));
      const read = reader.readTrials(0, trials.length);
      expect([...read.counts]).toEqual(trials.flatMap(({ counts }) => counts.flat()));
      const inputs = trials.flatMap((trial) => trial.inputs.flat());
      expect(inputs).toHaveLength(read.externalInputs!.length);
      inputs.forEach((value, i) => {
        expect(read.externalInputs![i]).toBeCloseTo(value, 10);
      });
    });
  });

  it("is chosen from by the names of what its references refer to", async () => {
    await inFolder("", async (dir) => {
      written(dir);
      const file = join(dir, "data/reach_a.nwb");
      const channels = async (units: object) => {
        const spec = { ...source(), units: [{ table: "units", where: {}, ...units }] } as SourceSpec;
        return (await openDataset("reach_a", spec, file)).info.nChannels;
      };
      expect(await channels({ where: { electrode_group: ["shank1", "shank3"] } })).toBe(4);
      expect(await channels({ electrodes: { group: ["shank0"] } })).toBe(2);
      expect(await channels({ electrodes: { group: ["shank1"], location: ["PMd"] } })).toBe(3);
    });
  });

  it("builds with the example of the page about own recordings", async () => {
    const short = example.replace("c_co_dim: 0,", "c_co_dim: 0, maxEpochs: 2, num_samples_posterior: 2,");
    await inFolder(short.replace("c_batch_size: 16", "c_batch_size: 8"), async (dir) => {
      written(dir);
      const { code, out, err } = lfads(dir, "build");
      expect(code).toBe(0);
      expect(err).toMatch(/left out because an external input is not known in every bin: row 4 of/);
      expect(out).toMatch(/^reaches\n {2}param_[\w-]{6}\/single_reach_a /m);
    });
  });

  it("is refused with the filter's name where it is compressed by a filter that is no part of HDF5", async () => {
    await inFolder("", async (dir) => {
      written(dir);
      const edit = `
import h5py
with h5py.File("data/reach_a.nwb", "r+") as f:
    times = f["units/spike_times"][:]
    del f["units/spike_times"]
    f.create_dataset("units/spike_times", data=0 * times, compression="lzf")`;
      writeFileSync(join(dir, "edit.py"), edit);
      expect(spawnSync(python!, ["edit.py"], { cwd: dir }).status).toBe(0);
      const file = join(dir, "data/reach_a.nwb");
      await expect(openDataset("reach_a", source(), file)).rejects.toMatchObject({
        failure: {
          what: "The dataset is compressed with lzf, which cannot be read here.",
          where: `${file}:units/spike_times`,
          hint: "Write it with gzip: h5repack -f GZIP=4 old.h5 new.h5",
        },
      });
    });
  });
});
