import { mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inFolder, lfads } from "../cli/run-lfads.js";
import { build, leftovers, outputs, ownLfadsfile, record, writeLfadsfile } from "./own-recordings.js";

const fileOf = (dir: string, name: string) => join(dir, "data", `${name}.h5`);
const damaged = [
  "The HDF5 file is damaged and cannot be opened.",
  "It may be cut short, or still being written. Copy or make it again.",
];
const foreign = [
  "This is not an HDF5 file.",
  "Check the pattern in the lfadsfile: HDF5 files can be read, MATLAB 7.3 and NWB 2 included.",
];
const mend = "Trials, bins and channels are counted from 1. Mend these values, or leave their trials out.";
const empty = "Make the file again, or leave it out by the pattern in the lfadsfile.";

/** Name → how the recording is made, and the message: where in the file, what, what to do. */
const unusable: Readonly<
  Record<string, readonly [make: (dir: string, name: string) => unknown, where: string, what: string, hint: string]>
> = {
  cutInHalf: [
    async (dir, name) => {
      await record(dir, name);
      truncateSync(fileOf(dir, name), statSync(fileOf(dir, name)).size / 2);
    },
    "",
    damaged[0]!,
    damaged[1]!,
  ],
  cutToHeader: [
    async (dir, name) => {
      await record(dir, name);
      truncateSync(fileOf(dir, name), 700);
    },
    "",
    damaged[0]!,
    damaged[1]!,
  ],
  foreign: [(dir, name) => writeFileSync(fileOf(dir, name), "%PDF-1.4\n".repeat(100)), "", foreign[0]!, foreign[1]!],
  huge: [
    (dir, name) => record(dir, name, { edit: (counts) => counts.fill(1e39, 85, 87) }),
    ":spikes",
    "2 counts are NaN or infinite, the first in trial 2, bin 2, channel 2.",
    mend,
  ],
  nan: [
    (dir, name) => record(dir, name, { edit: (counts) => counts.fill(Number.NaN, 5, 6) }),
    ":spikes",
    "1 count is NaN or infinite, in trial 1, bin 2, channel 2.",
    mend,
  ],
  noChannels: [
    (dir, name) => record(dir, name, { shape: [12, 20, 0] }),
    "",
    "The dataset is empty: it has no channels.",
    empty,
  ],
  noFile: [(dir, name) => writeFileSync(fileOf(dir, name), ""), "", foreign[0]!, foreign[1]!],
  noSpikes: [
    (dir, name) => writeFileSync(fileOf(dir, name), readFileSync(fileOf(dir, "otherNames"))),
    ":spikes",
    "The HDF5 file has no such dataset.",
    "It holds, closest first: spike.",
  ],
  noTrials: [
    (dir, name) => record(dir, name, { shape: [0, 20, 4] }),
    "",
    "The dataset is empty: it has no trials.",
    empty,
  ],
};

describe("recordings that cannot be used", () => {
  it("each fail with the file, the place in it and what to do; mended ones are read by the next build", async () => {
    await inFolder(ownLfadsfile(), async (dir) => {
      mkdirSync(join(dir, "data"));
      await record(dir, "otherNames", { path: "spike" });
      for (const [name, [make]] of Object.entries(unusable)) await make(dir, name);
      await record(dir, "otherNames");
      const { code, out, err } = build(dir, "own/**", "--jobs", "1");
      const told = Object.entries(unusable).map(
        ([name, [, where, what, hint]]) =>
          `  started   own/${name}:dataset\n✗ failed    own/${name}:dataset  _ s\n` +
          `    <dir>/data/${name}.h5${where}: ${what}\n      ${hint}\n`,
      );
      const fine = "  started   own/otherNames:dataset\n✓ ran       own/otherNames:dataset  _ s\n";
      expect(err).toBe([...told, fine].join(""));
      expect({ code, out }).toEqual({ code: 1, out: "Failed after _ s: 1 ran, 9 failed.\n" });
      expect(leftovers(dir)).toEqual([]);
      expect(outputs(dir)).toEqual(new Map());

      for (const name of Object.keys(unusable)) await record(dir, name);
      const mended = build(dir, "own/**");
      expect({ code: mended.code, out: mended.out }).toEqual({ code: 0, out: "Built in _ s: 9 ran, 1 fresh.\n" });
    });
  });

  it("are all told before the build stops, and nothing is exported", async () => {
    await inFolder(ownLfadsfile(), async (dir) => {
      const bad = { edit: (counts: Float64Array) => counts.fill(Number.NaN, 0, 1) };
      for (const [name, recording] of [
        ["a", bad],
        ["b", {}],
        ["c", bad],
      ] as const)
        await record(dir, name, recording);
      const { code, out, err } = build(dir, "--jobs", "1");
      const failed = (name: string) =>
        `  started   own/${name}:dataset\n✗ failed    own/${name}:dataset  _ s\n` +
        `    <dir>/data/${name}.h5:spikes: 1 count is NaN or infinite, in trial 1, bin 1, channel 1.\n      ${mend}\n`;
      const fine = "  started   own/b:dataset\n✓ ran       own/b:dataset  _ s\n";
      expect(err).toBe(`${failed("a")}${fine}${failed("c")}`);
      expect({ code, out }).toEqual({ code: 1, out: "Failed after _ s: 1 ran, 2 failed.\n" });
      expect(outputs(dir)).toEqual(new Map());
    });
  });

  it.each([
    [
      "conditions",
      'binMs: 1, condition: "conditionId"',
      { conditions: [1, 2, 3] },
      ":conditionId: The condition has 3 values, but the counts have 12 trials.",
    ],
    [
      "truth",
      'binMs: 1, truth: "rates"',
      { truth: [12, 20, 3] },
      ":rates: The truth has shape 12 × 20 × 3, but 12 trials × 20 bins × 4 channels were expected.",
    ],
    ["time", 'time: "timeMs"', { timeMs: [1, 2] }, ":timeMs: The time has 2 values, but the counts have 20 bins."],
  ] as const)("with a size that does not fit the counts say both sizes: %s", async (_, mapping, recording, what) => {
    await inFolder(ownLfadsfile({ mapping }), async (dir) => {
      await record(dir, "a", recording);
      const { code, err } = build(dir);
      expect(err).toBe(
        "  started   own/a:dataset\n✗ failed    own/a:dataset  _ s\n" +
          `    <dir>/data/a.h5${what}\n      Mend the recording, or what the lfadsfile says of it: the counts, spikes, are read as 12 trials × 20 bins × 4 channels.\n`,
      );
      expect(code).toBe(1);
    });
  });
});

describe("a channel that never fires", () => {
  it("is allowed, with a warning that the user sees and that the log keeps", async () => {
    await inFolder(ownLfadsfile(), async (dir) => {
      await record(dir, "a", {
        edit: (counts) => {
          for (let i = 2; i < counts.length; i += 4) counts[i] = 0;
        },
      });
      const { code, out, err } = build(dir);
      expect(err.split("\n").filter((line) => line.startsWith("warning"))).toEqual([
        "warning: Channel 3 of a never fires. (own/a:dataset)",
        "warning: Training ended before the KL and L2 weights had reached 1, so no epoch could be the best; the last one is used. (look/param_*/single_a:train)",
      ]);
      expect(code).toBe(0);
      expect(out).toMatch(/^Built in _ s: 10 ran\.\n/);
      expect(lfads(dir, "logs", "own/a:dataset").out).toBe(
        "Warning: Channel 3 of a never fires.\na: 12 trials × 20 bins of 1 ms × 4 channels.\n",
      );
      const results = JSON.parse([...outputs(dir)].find(([name]) => name.endsWith("results.json"))![1]);
      expect(Object.values(results.all).every((value) => value === null || Number.isFinite(value))).toBe(true);
    });
  });
});

describe("values that are no spike counts", () => {
  it("stop a poisson run before anything is exported, with the first of each kind and what to do", async () => {
    await inFolder(ownLfadsfile(), async (dir) => {
      await record(dir, "a", {
        edit: (counts) => {
          counts.fill(0.5, 85, 87);
          counts.fill(1e30, 7, 8);
          counts.fill(-1, 959);
        },
      });
      await record(dir, "b");
      const { code, out, err } = build(dir, "--jobs", "1");
      expect(err.slice(err.indexOf("error: "))).toBe(
        'error: lfadsfile.ts › collections[0] "look" › params[0] › c_output_dist: c_output_dist is "poisson", but a does not hold spike counts. ' +
          "spikes: 1 count is above 16777216, in trial 1, bin 2, channel 4. " +
          "spikes: 2 counts are fractional, the first in trial 2, bin 2, channel 2. " +
          "spikes: 1 count is negative, in trial 12, bin 20, channel 4.\n" +
          '  Trials, bins and channels are counted from 1. Mend these values, leave their trials out, or use c_output_dist: "gaussian".\n',
      );
      expect({ code, out }).toEqual({ code: 2, out: "" });
      expect(leftovers(dir)).toEqual([]);
      expect(outputs(dir)).toEqual(new Map());

      await record(dir, "a");
      expect(build(dir, "look/**:export")).toMatchObject({ code: 0, out: "Built in _ s: 3 ran, 1 fresh.\n" });
    });
  });
});

describe("recordings and settings that do not fit each other", () => {
  it("are all told at once, before anything is exported; the next build goes on from what was read", async () => {
    const several = `
import { datasetCollection, defineLfads, h5, runCollection, runParams, runSpec, sweep } from "lfads";
const datasets = datasetCollection("own", { path: "data", datasets: h5("*.h5", { counts: "spikes", binMs: 2 }) });
const base = runParams({ spikeBinMs: 4, maxEpochs: 2, c_co_dim: 0, c_batch_size: 4 });
const run = (name: string, runSpecs: ReturnType<typeof runSpec.eachDataset>, change: object) =>
  runCollection(name, { datasets, runSpecs, params: [runParams(base, change)] });
export default defineLfads({
  collections: [
    run("bins", [runSpec.single("a")], { spikeBinMs: 5 }),
    run("narrow", [runSpec.single("a")], { spikeBinMs: 0.5 }),
    run("wide", [runSpec.single("a")], { spikeBinMs: 60 }),
    run("batch", [runSpec.single("a")], { c_batch_size: 10 }),
    run("oneTrial", [runSpec.single("one")], {}),
    run("lengths", [runSpec.of(["a", "longer"], { name: "both" })], {}),
    run("inputs", [runSpec.single("a")], { c_ext_input_dim: 2 }),
    run("firstBins", [runSpec.single("a")], { c_debug_reduce_timesteps_to: 11 }),
  ],
});
`;
    await inFolder(several, async (dir) => {
      await record(dir, "a");
      await record(dir, "longer", { shape: [12, 30, 4] });
      await record(dir, "one", { shape: [1, 20, 4] });
      const { code, out, err } = build(dir, "--jobs", "1");
      const at = (i: number, name: string) => `error: lfadsfile.ts › collections[${i}] "${name}" ›`;
      expect(
        err
          .split("error: ")
          .slice(1)
          .map((text) => `error: ${text}`),
      ).toEqual([
        `${at(0, "bins")} params[0] › spikeBinMs: spikeBinMs is 5, but must be a multiple of 2, the bin width of a in ms.\n  Use spikeBinMs: 6.\n`,
        `${at(1, "narrow")} params[0] › spikeBinMs: spikeBinMs is 0.5, but must be a multiple of 2, the bin width of a in ms.\n  Use spikeBinMs: 2.\n`,
        `${at(2, "wide")} params[0] › spikeBinMs: spikeBinMs is 60, but a lasts 40 ms only.\n  Use a multiple of 2 up to that.\n`,
        `${at(3, "batch")} params[0] › c_batch_size: c_batch_size is 10, but a has 9 training trials.\n  Use c_batch_size: 9 or less.\n`,
        `${at(4, "oneTrial")} params[0] › trainToTestRatio: one has 1 trial: none is left for training.\n  trainToTestRatio is 4; at least 2 trials are needed.\n`,
        `${at(5, "lengths")} run spec "both": Datasets of a stitched run need the same number of time bins, but a has 10 and longer has 15.\n` +
          "  Give the recordings one length, or train a model for each: ...runSpec.eachDataset().\n",
        `${at(6, "inputs")} params[0] › c_ext_input_dim: c_ext_input_dim is 2, but the recording of a has none.\n  Say where they are with externalInputs in the lfadsfile, or use c_ext_input_dim: 0.\n`,
        `${at(7, "firstBins")} params[0] › c_debug_reduce_timesteps_to: c_debug_reduce_timesteps_to is 11, but a has 10 time bins.\n  Use c_debug_reduce_timesteps_to: 10 or less, or [] for all of them.\n`,
      ]);
      expect({ code, out }).toEqual({ code: 2, out: "" });
      expect(leftovers(dir)).toEqual([]);
      expect(outputs(dir)).toEqual(new Map());

      writeLfadsfile(dir, several.replace("spikeBinMs: 5 }", "spikeBinMs: 8 }"));
      const mended = build(dir, "bins/**:export", "--jobs", "1");
      expect(mended).toEqual({
        code: 0,
        out: "Built in _ s: 1 ran, 1 fresh.\n",
        err: "  started   bins/data_*/single_a/a:export\n✓ ran       bins/data_*/single_a/a:export  _ s\n",
      });
    });
  });
});
