/** Files of the posterior and of the prior, made by the rules from a trained run. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Rule } from "#lib/build/rule.js";
import type { Json } from "#lib/build/target.js";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { posterior } from "#rules/posterior.js";
import { prior } from "#rules/prior.js";
import { folder } from "./saved-states.js";
import { filesOf, type Given, runRule, trainRun, writeExport } from "./train-run.js";

/** File → HDF5 dataset → shape and values of what `rule` makes of a run trained as given, from its or other exports. */
async function made(rule: Rule, params: Json, given: Given, sampled: Given = given) {
  const [dir, out] = [folder(), folder()];
  await trainRun(dir, given);
  await writeExport(join(dir, "lfads_day1.h5"), 0, sampled.externalInputs ?? 0, false);
  const names = Array.from({ length: given.datasets ?? 1 }, (_, index) => `day${index + 1}`);
  const exports = names.map((name) => [name, [{ name, path: join(dir, `lfads_${name}.h5`), digest: "" }]] as const);
  const inputs = { checkpoint: filesOf(join(dir, "out/lfadsOutput")), ...Object.fromEntries(exports) };
  await runRule(rule, { params, inputs, out });
  const files = new Map<string, Map<string, { shape: readonly number[]; values: Float64Array }>>();
  for (const { name, path } of filesOf(join(out, "lfadsOutput"))) {
    const h5 = await openHdf5(path);
    const fields = h5
      .paths()
      .map((field) => [field, { shape: h5.shape(field), values: h5.readFloat64(field) }] as const);
    files.set(name.replace("lfadsOutput/model_runs_", ""), new Map(fields));
    h5.close();
  }
  return files;
}

const shapesOf = (fields: ReadonlyMap<string, { shape: readonly number[] }>) =>
  Object.fromEntries([...fields].map(([name, { shape }]) => [name, shape]));

// 10 training and 4 validation trials, 6 bins, 5 channels; 6 generator units, 3 factors, 3 dimensions of g0, 2 of u
describe("a posterior's file", () => {
  const kind = "posterior_sample_and_average";
  const params = { kind, seed: 0, samples: 3, datasets: ["day1"] };
  const costs = { costs: [4], nll_bound_iwaes: [4], nll_bound_vaes: [4], train_steps: [4] };

  test("has controller outputs where there is a controller", async () => {
    const files = await made(posterior, params, {});
    expect([...files.keys()]).toEqual([`day1.h5_train_${kind}`, `day1.h5_valid_${kind}`]);
    expect(shapesOf(files.get(`day1.h5_valid_${kind}`)!)).toEqual({
      ...costs,
      controller_outputs: [4, 6, 2],
      factors: [4, 6, 3],
      gen_ics: [4, 6],
      gen_states: [4, 6, 6],
      output_dist_params: [4, 6, 5],
      post_g0_logvar: [4, 3],
      post_g0_mean: [4, 3],
      prior_g0_logvar: [4, 3],
      prior_g0_mean: [4, 3],
    });
  });

  test("has means and variances of gaussian output, and nothing of g0 where there is none", async () => {
    const files = await made(posterior, params, { values: { c_output_dist: "gaussian", c_ic_dim: 0 } });
    const fields = files.get(`day1.h5_valid_${kind}`)!;
    expect(shapesOf(fields)).toEqual({
      ...costs,
      controller_outputs: [4, 6, 2],
      factors: [4, 6, 3],
      gen_ics: [4, 6],
      gen_states: [4, 6, 6],
      output_dist_params: [4, 6, 10],
    });
    const { values } = fields.get("output_dist_params")!;
    expect(values.every((value, i) => i % 10 < 5 || value > 0)).toBe(true);
  });
});

test.each([
  ["the posterior", posterior, "day1.h5_valid_posterior_push_mean", false],
  ["the posterior", posterior, "day1.h5_valid_posterior_push_mean", true],
  ["the prior", prior, "day1.h5_prior_sample", true],
] as const)("%s depends on the external inputs (%#)", async (_, rule, file, c_inject_ext_input_to_gen) => {
  const given = { values: { c_ext_input_dim: 2, c_inject_ext_input_to_gen }, externalInputs: 2 };
  const params = { kind: "posterior_push_mean", seed: 0, samples: 3, datasets: ["day1"] };
  const rates = (files: Awaited<ReturnType<typeof made>>) => files.get(file)!.get("output_dist_params")!.values;
  const without = await made(rule, params, given, { externalInputs: 0 });
  expect(rates(await made(rule, params, given))).not.toEqual(rates(without));
});

describe("prior_sample", () => {
  test("has what the generator makes of samples of the prior, with the read-out of each dataset", async () => {
    const files = await made(prior, { seed: 3, samples: 8 }, { datasets: 2 });
    expect([...files.keys()]).toEqual(["day1.h5_prior_sample", "day2.h5_prior_sample"]);
    const [first, second] = [...files.values()];
    expect(shapesOf(first!)).toEqual({
      controller_outputs: [8, 6, 2],
      factors: [8, 6, 3],
      gen_ics: [8, 6],
      gen_states: [8, 6, 6],
      output_dist_params: [8, 6, 5],
    });
    expect(first!.get("factors")).toEqual(second!.get("factors"));
    expect(first!.get("output_dist_params")).not.toEqual(second!.get("output_dist_params"));
  });

  test("has inferred inputs as correlated as the prior says", async () => {
    const values = { c_prior_ar_atau: 3, c_prior_ar_nvar: 0.5, maxEpochs: 1, c_learning_rate_init: 1e-4 };
    const files = await made(prior, { seed: 3, samples: 4000 }, { values });
    const { values: u } = files.get("day1.h5_prior_sample")!.get("controller_outputs")!;
    const mean = (of: (at: number) => number) => {
      let sum = 0;
      let count = 0;
      for (let at = 0; at < u.length; at++) {
        if (at % 12 >= 10) continue;
        sum += of(at);
        count += 1;
      }
      return sum / count;
    };
    // variance nvar/(1 − φ²) in every bin, and φ of it from a bin to the next; u is [samples][6 bins][2]
    const phi = Math.exp(-1 / 3);
    const variance = 0.5 / (1 - phi * phi);
    expect(mean((at) => u[at]! ** 2) / variance).toBeCloseTo(1, 1);
    expect(mean((at) => u[at]! * u[at + 2]!) / variance).toBeCloseTo(phi, 1);
  });
});
