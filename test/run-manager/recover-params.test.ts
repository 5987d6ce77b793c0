import { expect, it } from "vitest";
import { paramNames } from "#lib/params/param-names.js";
import { numberCandidates } from "#lib/run-manager/number-candidates.js";
import { printedChoices } from "#lib/run-manager/param-choices.js";
import { readTrainScript } from "#lib/run-manager/read-arguments.js";
import { readSummary } from "#lib/run-manager/read-summary.js";
import { dataNames, recoverParams } from "#lib/run-manager/recover-params.js";

it("a number of fewer than six digits is what was printed, and a longer one may be more", () => {
  expect(numberCandidates("0.95")).toEqual([0.95]);
  expect(numberCandidates("1e-05")).toEqual([1e-5]);
  expect(numberCandidates("900")).toEqual([900]);
  expect(numberCandidates("0.333333")).toContain(1 / 3);
  expect(numberCandidates("3.16228e-05")).toContain(10 ** -4.5);
  expect(numberCandidates("1.41421")).toContain(2 ** 0.5);
  expect(numberCandidates("0.123457")).toContain(0.12345678);
});

it("every candidate of a number is printed as it", () => {
  for (const printed of ["0.333333", "3.16228e-05", "1.41421", "-0.123457", "123457"]) {
    const found = numberCandidates(printed);
    expect(new Set(found).size).toBe(found.length);
    expect(found.map((value) => Number(value.toPrecision(6)))).toEqual(found.map(() => Number(printed)));
  }
});

it("two values that six digits do not tell are found together by the folder's name", () => {
  const values = { c_keep_prob: 2 / 3, c_learning_rate_init: 10 ** -2.5, c_gen_dim: 64 };
  const printed = new Map([
    ["c_keep_prob", "0.666667"],
    ["c_learning_rate_init", "0.00316228"],
    ["c_gen_dim", "64"],
  ]);
  const { paramName } = paramNames(values);
  expect(recoverParams(paramName, printedChoices(printed, []))).toEqual({
    values,
    own: {},
    confirmed: true,
    unsure: [],
  });
});

it("more digits of another file are tried where they begin alike", () => {
  const values = { c_keep_prob: 0.8123456789 };
  const printed = new Map([["c_keep_prob", "0.812346"]]);
  const { paramName } = paramNames(values);
  const others = [new Map([["c_keep_prob", 0.8123456789]])];
  expect(recoverParams(paramName, printedChoices(printed, [])).confirmed).toBe(false);
  expect(recoverParams(paramName, printedChoices(printed, others))).toMatchObject({ values, confirmed: true });
  const unlike = [new Map([["c_keep_prob", 0.9]])];
  expect(recoverParams(paramName, printedChoices(printed, unlike)).values).toEqual({ c_keep_prob: 0.812346 });
});

it("the documented demo has the names that the Run Manager's documentation shows", () => {
  const printed = new Map([
    ["c_learning_rate_stop", "0.001"],
    ["c_batch_size", "150"],
    ["c_co_dim", "0"],
    ["c_ic_enc_dim", "64"],
    ["c_gen_dim", "64"],
    ["c_factors_dim", "8"],
  ]);
  const found = recoverParams("param_YOs74u", printedChoices(printed, []));
  expect(found.confirmed).toBe(true);
  expect(dataNames(found)).toEqual(["data_4MaTKO", "data_T4MzIi"]);
});

it("a summary of today's and one of the early Run Manager are read alike", () => {
  const head = [
    'My.RunCollection "exampleRun" (1 runs total)',
    "  Path: /data/runs/exampleRun",
    '  Dataset Collection "lorenz" (2 datasets) in /data/datasets',
    "",
    "  ------------------------",
    "",
    "  1 Run Specifications:",
    "",
    '    [runSpec 1] My.RunSpec "all, of both" (2 datasets)',
    '      [ds 1] My.Dataset "a"',
    '      [ds 2] My.Dataset "b"',
    "",
    "  ------------------------",
    "",
    "  1 Parameter Settings:",
    "",
  ];
  const values = ["      spikeBinMs: 10", "      label: with = and : in it", "      c_device: /gpu:0", ""];
  const today = [
    ...head,
    '    [1 param_abcdef data_ghijkl] My.RunParams "first"',
    "      spikeBinMs=10 label=with = and : in it",
    "",
    ...values,
  ];
  const early = [
    ...head,
    "    [1 param_abcdef] My.RunParams",
    "      Diff: spikeBinMs=10 label=with = and : in it",
    "",
    ...values,
  ];
  const setting = {
    paramName: "param_abcdef",
    printed: new Map([
      ["spikeBinMs", "10"],
      ["label", "with = and : in it"],
      ["c_device", "/gpu:0"],
    ]),
    differing: new Set(["spikeBinMs", "label"]),
  };
  const others = {
    name: "exampleRun",
    datasetCollection: "lorenz",
    runSpecs: [{ name: "all, of both", datasets: ["a", "b"] }],
  };
  expect(readSummary(today.join("\n"))).toEqual({
    ...others,
    settings: [{ ...setting, name: "first", dataName: "data_ghijkl" }],
  });
  expect(readSummary(early.join("\r\n"))).toEqual({
    ...others,
    settings: [{ ...setting, name: "", dataName: undefined }],
  });
  expect(readSummary("something else")).toBeUndefined();
});

it("the flags of a train script are those of the training, not of what follows it", () => {
  const script = `#!/bin/bash
path_to_run_lfads=$(which run_lfads.py)
CUDA_VISIBLE_DEVICES=0 python $(which run_lfads.py) --data_dir="a b" --gen_dim=64 --keep_prob=0.950000 && python $(which run_lfads.py) --kind=write --gen_dim=65
`;
  expect([...readTrainScript(script)]).toEqual([
    ["c_data_dir", "a b"],
    ["c_gen_dim", "64"],
    ["c_keep_prob", "0.950000"],
  ]);
});
