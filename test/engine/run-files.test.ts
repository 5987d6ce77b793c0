// The small text files of a run and a collection.
import { describe, expect, test } from "vitest";
import type { Collection } from "#lib/config/project.js";
import { fitlogLine } from "#rules/fitlog-line.js";
import { hyperparametersText, modelSpecOf, trainingSpecOf, withDefaults } from "#rules/model-spec-of.js";
import { summaryText } from "#rules/summary-text.js";
import { epochReport } from "./saved-states.js";
import { twoDatasets } from "./small-models.js";

test("a line of fitlog.csv has the original's labels, places and digits", () => {
  const report = { ...epochReport(12), step: 960, total: [1234.567, 1300.004], kl: [3.5, 0] } as const;
  const line = fitlogLine(report);
  expect(line).toBe(
    "epoch,12, step,960, total,1234.57,1300.00,       recon,1230.00,1299.99, kl,3.50,0.00, l2,0.01235,       klweight,0.48, l2weight,1.00",
  );
  const columns = line.split(",");
  expect([2, 4, 6, 7, 9, 10, 12, 13, 15, 17, 19].map((column) => columns[column - 1])).toEqual([
    "12",
    "960",
    "1234.57",
    "1300.00",
    "1230.00",
    "1299.99",
    "3.50",
    "0.00",
    "0.01235",
    "0.48",
    "1.00",
  ]);
  expect(fitlogLine({ ...report, heldOut: 0.123456 })).toBe(`${line}, sv,0.12346`);
});

describe("RunParams as the engine's specifications", () => {
  test("ramps count in steps of all datasets when they scale with the number of datasets", () => {
    const given = { c_kl_start_step: 10, c_kl_increase_steps: 20, c_l2_start_step: 30, c_l2_increase_steps: 40 };
    const ramps = (values: Record<string, boolean>) => {
      const spec = trainingSpecOf(withDefaults({ ...given, ...values }), 3);
      return [spec.klStartStep, spec.klIncreaseSteps, spec.l2StartStep, spec.l2IncreaseSteps];
    };
    const scale = (start: boolean, increase: boolean) =>
      ramps({ scaleStartStepWithDatasets: start, scaleIncreaseStepsWithDatasets: increase });
    expect(scale(false, false)).toEqual([10, 20, 30, 40]);
    expect(scale(true, false)).toEqual([30, 20, 90, 40]);
    expect(scale(false, true)).toEqual([10, 60, 30, 120]);
  });

  test("hyperparameters-0.txt is one JSON object: every parameter without c_, sorted, and what the original adds", () => {
    const values = withDefaults({ c_factors_dim: 8, seed: 4 });
    const model = modelSpecOf(values, 50, twoDatasets);
    const text = hyperparametersText(values, model);
    const object = JSON.parse(text) as Record<string, unknown>;
    expect(text).toBe(`${JSON.stringify(object, null, 2)}\n`);
    const names = Object.keys(object);
    expect(names).toEqual([...names].sort());
    const added = ["dataset_dims", "dataset_names", "kind", "ndatasets", "num_steps"];
    const own = Object.keys(values)
      .filter((name) => name.startsWith("c_") && !name.startsWith("c_debug_") && !name.startsWith("c_tf_debug_"))
      .map((name) => name.slice(2));
    expect(own).toContain("learning_rate_init");
    expect(names).toEqual([...own, ...added].sort());
    expect(object).toMatchObject({
      factors_dim: 8,
      kind: "train",
      dataset_names: ["one.h5", "two.h5"],
      dataset_dims: { "one.h5": 5, "two.h5": 9 },
      num_steps: 50,
      ndatasets: 2,
    });
  });

  test("hyperparameters-0.txt has the ramps that were trained with", () => {
    const values = withDefaults({ c_kl_start_step: 10, c_l2_increase_steps: 40, scaleStartStepWithDatasets: false });
    const object = JSON.parse(hyperparametersText(values, modelSpecOf(values, 50, twoDatasets)));
    expect(object).toMatchObject({
      kl_start_step: 10,
      kl_increase_steps: 1800,
      l2_start_step: 0,
      l2_increase_steps: 80,
    });
  });
});

test("summary.txt lists runs, datasets, specifications and settings in the Run Manager's layout", () => {
  const source = {} as Collection["datasets"]["datasets"][number]["source"];
  const dataset = (name: string) => ({ name, source, file: `/somewhere/${name}.h5` });
  const settings = (name: string, factors: number, values: Record<string, number | string | number[]>) => ({
    name,
    values: { c_factors_dim: factors, spikeBinMs: 2, ...values },
    nonDefault: { c_factors_dim: factors, ...values },
    paramName: `param_${name}aaaaa`,
    dataName: "data_RE1kuL",
    affects: {},
  });
  const collection: Collection = {
    name: "exampleRun",
    datasets: { name: "lorenz", path: "/somewhere/datasets", datasets: [dataset("day1"), dataset("day2")] },
    runSpecs: [
      { name: "single_day1", datasets: ["day1"] },
      { name: "all", datasets: ["day1", "day2"] },
    ],
    params: [settings("Y", 2, {}), settings("Z", 4, { note: "long", window: [0, 1] })],
  };
  expect(summaryText(collection, "runs/exampleRun", "datasets")).toBe(`LFADS.RunCollection "exampleRun" (4 runs total)
  Path: runs/exampleRun
  Dataset Collection "lorenz" (2 datasets) in datasets

  ------------------------

  2 Run Specifications:

    [runSpec 1] LFADS.RunSpec "single_day1" (1 datasets)
      [ds 1] LFADS.Dataset "day1"

    [runSpec 2] LFADS.RunSpec "all" (2 datasets)
      [ds 1] LFADS.Dataset "day1"
      [ds 2] LFADS.Dataset "day2"

  ------------------------

  2 Parameter Settings:

    [1 param_Yaaaaa data_RE1kuL] LFADS.RunParams "Y"
      c_factors_dim=2

      c_factors_dim: 2
      spikeBinMs: 2

    [2 param_Zaaaaa data_RE1kuL] LFADS.RunParams "Z"
      c_factors_dim=4 note=long window=[0,1]

      c_factors_dim: 4
      spikeBinMs: 2
      note: long
      window: [0,1]
`);
});
