/**
 * Every model parameter that docs/parameters.md says has an effect changes what training computes, keeps or logs; every
 * other one changes nothing. Through the plan and the rule, as a run does.
 */
import { expect, test } from "vitest";
import { runParamsTable } from "#lib/params/run-params-table.js";
import { effects } from "../../scripts/generate-params-page.mjs";
import { folder } from "./saved-states.js";
import { type Given, type TrainedRun, trainRun } from "./train-run.js";

const decaying = { c_learning_rate_init: 0.3, c_learning_rate_n_to_compare: 1, maxEpochs: 15 };
const withInputs = { values: { c_ext_input_dim: 2 }, externalInputs: 2 };

/** A value to change each parameter to, and what else both trainings need for it to matter. */
const cases: Readonly<Record<string, readonly [value: number | string | boolean, given?: Given]>> = {
  c_max_ckpt_to_keep: [1, { values: { maxEpochs: 21 } }],
  c_max_ckpt_to_keep_lve: [1, { values: { maxEpochs: 21 } }],
  c_learning_rate_init: [0.02],
  c_learning_rate_decay_factor: [0.5, { values: decaying }],
  c_learning_rate_n_to_compare: [4, { values: decaying }],
  c_learning_rate_stop: [0.299, { values: decaying }],
  c_max_grad_norm: [0.1],
  c_batch_size: [4],
  c_cell_clip_value: [0.05],
  c_temporal_spike_jitter_width: [2],
  c_keep_prob: [0.5],
  c_l2_gen_scale: [5],
  c_l2_con_scale: [5],
  c_co_mean_corr_scale: [1],
  c_kl_ic_weight: [0.5],
  c_kl_co_weight: [0.5],
  c_kl_start_step: [2],
  c_kl_increase_steps: [9],
  c_l2_start_step: [2],
  c_l2_increase_steps: [9],
  c_ext_input_dim: [0, withInputs],
  c_inject_ext_input_to_gen: [true, withInputs],
  c_co_dim: [0],
  c_prior_ar_atau: [5],
  c_do_train_prior_ar_atau: [false],
  c_prior_ar_nvar: [0.2],
  c_do_train_prior_ar_nvar: [false],
  c_do_causal_controller: [true],
  c_do_feed_factors_to_controller: [false],
  c_feedback_factors_or_rates: ["rates"],
  c_controller_input_lag: [2],
  c_ci_enc_dim: [5],
  c_con_dim: [6],
  c_num_steps_for_gen_ic: [3],
  c_ic_dim: [0],
  c_ic_enc_dim: [5],
  c_ic_prior_var_min: [0.05, { values: { c_ic_prior_var_max: 1 } }],
  c_ic_prior_var_scale: [0.2],
  c_ic_prior_var_max: [1],
  c_ic_post_var_min: [0.5],
  c_cell_weight_scale: [2],
  c_gen_dim: [7],
  c_gen_cell_input_weight_scale: [2],
  c_gen_cell_rec_weight_scale: [2],
  c_factors_dim: [4],
  c_output_dist: ["gaussian"],
  c_do_train_readin: [false, { datasets: 2 }],
  c_debug_verbose: [true],
  c_debug_reduce_timesteps_to: [4],
  c_debug_print_each_step: [true],
  c_cd_rate: [0.3],
  c_cd_pass_rate: [0.5, { values: { c_cd_rate: 0.3 } }],
  c_sv_rate: [0.2],
};

const modelParams = runParamsTable.map(({ name }) => name).filter((name) => name.startsWith("c_"));

const [without, effective] = [true, false].map((which) => modelParams.filter((name) => name in effects === which));

test("there is a case for every model parameter with an effect, and for no other", () => {
  expect(Object.keys(cases)).toEqual(effective);
});

test.each(effective!)("%s changes what training makes", async (name) => {
  const [value, given = {}] = cases[name]!;
  const changed = { ...given, values: { ...given.values, [name]: value } };
  expect(await made(changed)).not.toEqual(await made(given));
});

test.each(without!)("%s, which has no effect, changes nothing", async (name) => {
  const { default: value } = runParamsTable.find((param) => param.name === name)!;
  const other = typeof value === "number" ? value + 1 : typeof value === "boolean" ? !value : "other";
  expect(await made({ values: { [name]: other } })).toEqual(await made({}));
});

const runs = new Map<string, Promise<TrainedRun>>();

/** What one training makes; trained once for equal parameters. */
function made(given: Given): Promise<TrainedRun> {
  const key = JSON.stringify(given);
  const run = runs.get(key) ?? trainRun(folder(), given);
  runs.set(key, run);
  return run;
}
