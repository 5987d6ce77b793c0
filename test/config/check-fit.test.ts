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
  nExternalInputs: 0,
  split: null,
  ...changes,
});

const setting = (changes: Record<string, ParamValue>): RunParams => ({
  name: "",
  values: { spikeBinMs: 10, trainToTestRatio: 4, c_batch_size: 120, ...changes },
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
