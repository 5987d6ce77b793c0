import { describe, expect, test } from "vitest";
import { checkFit } from "#lib/config/check-fit.js";
import type { Project, RunParams } from "#lib/config/project.js";
import type { ParamValue } from "#lib/params/param-value.js";
import type { DatasetInfo } from "#lib/sources/dataset-info.js";

const info = (name: string, changes: Partial<DatasetInfo> = {}): DatasetInfo => ({
  name,
  nTrials: 150,
  nChannels: 30,
  nBins: 500,
  binMs: 1,
  hasTruth: true,
  hasConditions: true,
  nConditions: 10,
  nExternalInputs: 0,
  alignmentFactors: null,
  split: null,
  notCounts: null,
  ...changes,
});

const setting = (changes: Record<string, ParamValue>): RunParams => ({
  name: "",
  values: {
    spikeBinMs: 10,
    trainToTestRatio: 4,
    c_batch_size: 120,
    c_factors_dim: 8,
    c_output_dist: "poisson",
    c_ext_input_dim: 0,
    c_debug_reduce_timesteps_to: [],
    setInFactorsMatchDataForSingleDataset: false,
    ...changes,
  },
  nonDefault: changes,
  paramName: "param_x",
  dataName: "data_x",
  affects: {},
});

function failuresWith(infos: readonly DatasetInfo[], ...params: RunParams[]) {
  const names = infos.map(({ name }) => name);
  const datasets = names.map((name) => ({ name, file: "", source: {} as never }));
  const project: Project = {
    file: "/somewhere/lfadsfile.ts",
    dir: "/somewhere",
    root: "/somewhere/runs",
    store: { maxBytes: null, hardLinks: false },
    collections: [
      {
        name: "demo",
        datasets: { name: "set", path: "", datasets },
        runSpecs: [{ name: "all", datasets: names }],
        params,
      },
    ],
  };
  return checkFit(project, new Map(infos.map((one) => [`set/${one.name}`, one])));
}

const at = 'lfadsfile.ts › collections[0] "demo" › params[0]';

describe("recordings and parameters", () => {
  test("fit when the bins divide, the batches are filled and the lengths agree", () => {
    expect(failuresWith([info("a"), info("b", { nBins: 505 })], setting({}))).toEqual([]);
    expect(failuresWith([info("a", { binMs: 0.1, nBins: 5000 })], setting({ spikeBinMs: 0.3 }))).toEqual([]);
  });

  test("do not fit when a batch is larger than the training trials; the largest possible one is named", () => {
    expect(failuresWith([info("a")], setting({ c_batch_size: 256 }), setting({ c_batch_size: 256 }))).toEqual([
      {
        kind: "config",
        where: `${at} › c_batch_size (and 1 more place)`,
        what: "c_batch_size is 256, but a has 120 training trials.",
        hint: "Use c_batch_size: 120 or less.",
      },
    ]);
    expect(failuresWith([info("a", { nTrials: 151 })], setting({ c_batch_size: 121 }))[0]?.hint).toBe(
      "Use c_batch_size: 120 or less.",
    );
    expect(failuresWith([info("a", { split: { train: 100, valid: 50 } })], setting({}))[0]?.hint).toBe(
      "Use c_batch_size: 100 or less.",
    );
  });

  test("do not fit when spikeBinMs is no multiple of the bin width, or longer than the trial", () => {
    expect(failuresWith([info("a", { binMs: 4 })], setting({}))).toEqual([
      {
        kind: "config",
        where: `${at} › spikeBinMs`,
        what: "spikeBinMs is 10, but must be a multiple of 4, the bin width of a in ms.",
        hint: "Use spikeBinMs: 12.",
      },
    ]);
    expect(failuresWith([info("a", { nBins: 5 })], setting({}))).toEqual([
      {
        kind: "config",
        where: `${at} › spikeBinMs`,
        what: "spikeBinMs is 10, but a lasts 5 ms only.",
        hint: "Use a multiple of 1 up to that.",
      },
    ]);
  });

  test("do not fit when no trial is left to train on or to validate with", () => {
    expect(failuresWith([info("a", { nTrials: 1 })], setting({ c_batch_size: 1 }))).toEqual([
      {
        kind: "config",
        where: `${at} › trainToTestRatio`,
        what: "a has 1 trial: none is left for training.",
        hint: "trainToTestRatio is 4; at least 2 trials are needed.",
      },
    ]);
    expect(failuresWith([info("a", { split: { train: 150, valid: 0 } })], setting({}))).toEqual([
      {
        kind: "config",
        where: `${at} › trainToTestRatio`,
        what: "a has 150 trials: none is left for validation.",
      },
    ]);
  });

  test("fit a gaussian model only when they are no spike counts", () => {
    const notCounts = "spikes: 2 counts are fractional, the first in trial 2, bin 2, channel 2.";
    expect(failuresWith([info("a", { notCounts })], setting({}))).toEqual([
      {
        kind: "config",
        where: `${at} › c_output_dist`,
        what: `c_output_dist is "poisson", but a does not hold spike counts. ${notCounts}`,
        hint: 'Trials, bins and channels are counted from 1. Mend these values, leave their trials out, or use c_output_dist: "gaussian".',
      },
    ]);
    expect(failuresWith([info("a", { notCounts })], setting({ c_output_dist: "gaussian" }))).toEqual([]);
    expect(failuresWith([info("a")], setting({ c_output_dist: "gaussian" }))).toEqual([]);
  });

  test("do not fit when a dataset has another number of external inputs than the model", () => {
    const where = `${at} › c_ext_input_dim`;
    const two = info("two", { nExternalInputs: 2 });
    expect(failuresWith([info("a"), two], setting({ c_ext_input_dim: 3 }))).toEqual([
      {
        kind: "config",
        where,
        what: "c_ext_input_dim is 3, but the recording of a has none.",
        hint: "Say where they are with externalInputs in the lfadsfile, or use c_ext_input_dim: 0.",
      },
      {
        kind: "config",
        where,
        what: "c_ext_input_dim is 3, but the recording of two has 2.",
        hint: "Use c_ext_input_dim: 2.",
      },
    ]);
    expect(failuresWith([two], setting({ c_ext_input_dim: 2 }))).toEqual([]);
    expect(failuresWith([two], setting({}))).toEqual([]);
  });

  test("do not fit when an alignment matrix is for another number of factors, unless it is not used", () => {
    const [a, b] = [info("a", { alignmentFactors: 8 }), info("b", { alignmentFactors: 1 })];
    const wrong = {
      kind: "config",
      where: `${at} › c_factors_dim`,
      what: "c_factors_dim is 8, but the alignment matrix of b is for 1 factor.",
      hint: "Use c_factors_dim: 1, or make another matrix.",
    };
    expect(failuresWith([a, b], setting({}))).toEqual([wrong]);
    expect(failuresWith([b], setting({}))).toEqual([wrong]);
    const identity = setting({ setInFactorsMatchDataForSingleDataset: true });
    expect(failuresWith([b], identity)).toEqual([]);
    expect(failuresWith([a, b], identity)).toEqual([wrong]);
  });

  test("do not fit when alignment matrices are to be computed without conditions, or beside the recordings' own", () => {
    const [plain, none, own] = [info("a"), info("b", { nConditions: 0 }), info("c", { alignmentFactors: 8 })];
    const wrong = (param: string) => ({ kind: "config", where: `${at} › ${param}` });
    const noConditions = (param: string) => ({
      ...wrong(param),
      what: `${param} is true, but no trial of b has a condition: alignment matrices come from averages over conditions.`,
      hint: `Say where the conditions are (condition in h5(…)), or write ${param}: false.`,
    });
    const ownMatrix = (param: string) => ({
      ...wrong(param),
      what: `${param} is true, but of c an alignment matrix is given.`,
      hint: `Leave alignmentMatrix out of h5(…) to compute one, or write ${param}: false to use it.`,
    });
    const [stitched, alone] = ["useAlignmentMatrix", "useSingleDatasetAlignmentMatrix"] as const;
    expect(failuresWith([plain, none, own], setting({ [stitched]: true }))).toEqual([
      noConditions(stitched),
      ownMatrix(stitched),
    ]);
    expect(failuresWith([plain, none, own], setting({ [alone]: true }))).toEqual([]);
    expect(failuresWith([none], setting({ [alone]: true }))).toEqual([noConditions(alone)]);
    expect(failuresWith([own], setting({ [alone]: true }))).toEqual([ownMatrix(alone)]);
    expect(failuresWith([none], setting({ [stitched]: true }))).toEqual([]);
    const both = failuresWith([none, info("d", { nConditions: 0 })], setting({ [stitched]: true }));
    expect(both.map(({ what }) => what)).toEqual([
      `${stitched} is true, but no trial of b, d has a condition: alignment matrices come from averages over conditions.`,
    ]);
  });

  test("do not fit when alignment matrices are computed of recordings of several lengths, cut to one later or not", () => {
    const cut = { c_debug_reduce_timesteps_to: 30 };
    const recordings = [info("a"), info("b", { nBins: 400 })];
    expect(failuresWith(recordings, setting(cut))).toEqual([]);
    expect(failuresWith(recordings, setting({ ...cut, useAlignmentMatrix: true }))).toHaveLength(1);
  });

  test("do not fit when only read-in and read-out are trained and there is neither", () => {
    const only = setting({ trainOnly: "readinReadout" });
    const a = info("a", { nChannels: 8 });
    expect(failuresWith([a], only)).toEqual([
      {
        kind: "config",
        where: `${at} › trainOnly`,
        what: 'trainOnly is "readinReadout", but with the 8 channels of a and as many factors a run of one dataset has neither.',
      },
    ]);
    const others = [setting({ trainOnly: "all" }), setting({ trainOnly: "readinReadout", c_output_dist: "gaussian" })];
    expect(failuresWith([a], ...others)).toEqual([]);
    expect(failuresWith([a, info("b")], only)).toEqual([]);
    expect(failuresWith([info("a")], only)).toEqual([]);
    expect(failuresWith([info("a", { nChannels: 8, alignmentFactors: 8 })], only)).toEqual([]);
    const aligned = setting({ trainOnly: "readinReadout", useSingleDatasetAlignmentMatrix: true });
    expect(failuresWith([a], aligned)).toEqual([]);
  });

  test("do not fit when fewer bins are asked for than there are; cut to one number, lengths may differ", () => {
    const cut = (n: number) => setting({ c_debug_reduce_timesteps_to: n });
    expect(failuresWith([info("a"), info("b", { nBins: 400 })], cut(41))).toEqual([
      {
        kind: "config",
        where: `${at} › c_debug_reduce_timesteps_to`,
        what: "c_debug_reduce_timesteps_to is 41, but b has 40 time bins.",
        hint: "Use c_debug_reduce_timesteps_to: 40 or less, or [] for all of them.",
      },
    ]);
    expect(failuresWith([info("a"), info("b", { nBins: 400 })], cut(40))).toEqual([]);
  });

  test("do not fit when the datasets of a stitched run differ in length", () => {
    expect(failuresWith([info("a"), info("b", { nBins: 400 })], setting({}))).toEqual([
      {
        kind: "config",
        where: 'lfadsfile.ts › collections[0] "demo" › run spec "all"',
        what: "Datasets of a stitched run need the same number of time bins, but a has 50 and b has 40.",
        hint: "Give the recordings one length, or train a model for each: ...runSpec.eachDataset().",
      },
    ]);
  });
});
