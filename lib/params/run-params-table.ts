/**
 * Every parameter of a run, in the order of the MATLAB Run Manager, then this project's own.
 * Defaults are frozen: changing one renames everybody's folders.
 */
import type { MatlabClass } from "./matlab-value.js";
import type { ParamDefinition, ParamLimits } from "./param-definition.js";
import type { ParamValue } from "./param-value.js";
import type { runParamsAbout } from "./run-params-about.js";

export type RunParamName = keyof typeof runParamsAbout;

const positive = { exclusiveMinimum: 0 };
const notNegative = { minimum: 0 };
const atLeastOne = { minimum: 1 };

export const runParamsTable: readonly ParamDefinition[] = [
  define("name", "char", ""),
  define("version", "uint32", 20171107),
  define("spikeBinMs", "double", 2, positive),
  define("c_allow_gpu_growth", "logical", true),
  define("c_max_ckpt_to_keep", "uint16", 5, atLeastOne),
  define("c_max_ckpt_to_keep_lve", "uint16", 5, atLeastOne),
  define("c_device", "char", "/gpu:0"),
  define("c_learning_rate_init", "double", 0.01, positive),
  define("c_learning_rate_decay_factor", "double", 0.98, { exclusiveMinimum: 0, exclusiveMaximum: 1 }),
  define("c_learning_rate_n_to_compare", "uint16", 6, atLeastOne),
  define("c_learning_rate_stop", "double", 1e-5, positive),
  define("c_max_grad_norm", "double", 200, positive),
  define("trainToTestRatio", "uint16", 4, atLeastOne),
  define("c_batch_size", "uint16", 256, atLeastOne),
  define("c_cell_clip_value", "double", 5, positive),
  define("c_temporal_spike_jitter_width", "uint16", 0),
  define("c_keep_prob", "double", 0.95, { exclusiveMinimum: 0, maximum: 1 }),
  define("c_l2_gen_scale", "double", 500, notNegative),
  define("c_l2_con_scale", "double", 500, notNegative),
  define("c_co_mean_corr_scale", "double", 0, notNegative),
  define("c_kl_ic_weight", "double", 1, notNegative),
  define("c_kl_co_weight", "double", 1, notNegative),
  define("c_kl_start_step", "uint32", 0),
  define("c_kl_increase_steps", "uint32", 900),
  define("c_l2_start_step", "uint32", 0),
  define("c_l2_increase_steps", "uint32", 900),
  define("scaleIncreaseStepsWithDatasets", "logical", true),
  define("scaleStartStepWithDatasets", "logical", true),
  define("c_ext_input_dim", "uint16", 0),
  define("c_inject_ext_input_to_gen", "logical", false),
  define("c_co_dim", "uint16", 4),
  define("c_prior_ar_atau", "double", 10, positive),
  define("c_do_train_prior_ar_atau", "logical", true),
  define("c_prior_ar_nvar", "double", 0.1, positive),
  define("c_do_train_prior_ar_nvar", "logical", true),
  define("c_do_causal_controller", "logical", false),
  define("c_do_feed_factors_to_controller", "logical", true),
  define("c_feedback_factors_or_rates", "char", "factors", { enum: ["factors", "rates"] }),
  define("c_controller_input_lag", "uint16", 1),
  define("c_ci_enc_dim", "uint16", 128, atLeastOne),
  define("c_con_dim", "uint16", 128, atLeastOne),
  define("c_co_prior_var_scale", null, 0.1, positive),
  define("c_num_steps_for_gen_ic", "uint32", 4294967295, atLeastOne),
  define("c_ic_dim", "uint16", 64),
  define("c_ic_enc_dim", "uint16", 128, atLeastOne),
  define("c_ic_prior_var_min", "double", 0.1, positive),
  define("c_ic_prior_var_scale", "double", 0.1, positive),
  define("c_ic_prior_var_max", "double", 0.1, positive),
  define("c_ic_post_var_min", "double", 0.0001, positive),
  define("c_cell_weight_scale", "double", 1, positive),
  define("c_gen_dim", "uint16", 100, atLeastOne),
  define("c_gen_cell_input_weight_scale", "double", 1, positive),
  define("c_gen_cell_rec_weight_scale", "double", 1, positive),
  define("c_factors_dim", "uint16", 50, atLeastOne),
  define("c_output_dist", "char", "poisson", { enum: ["poisson", "gaussian"] }),
  define("c_do_train_readin", "logical", true),
  define("useAlignmentMatrix", "logical", false),
  define("useSingleDatasetAlignmentMatrix", "logical", false),
  define("alignmentApproach", "char", "regressGlobalPCs", {
    enum: ["regressGlobalPCs", "ridgeRegressGlobalPCs"],
  }),
  define("alignmentExtraArgs", "cell", []),
  define("posterior_mean_kind", "char", "posterior_sample_and_average", {
    enum: ["posterior_sample_and_average", "posterior_push_mean"],
  }),
  define("num_samples_posterior", null, 512, { minimum: 1, whole: true }),
  define("c_tf_debug_cli", "logical", false),
  define("c_tf_debug_tensorboard", "logical", false),
  define("c_tf_debug_tensorboard_hostport", "char", "localhost:6064"),
  define("c_tf_debug_dump_root", null, ""),
  define("c_debug_verbose", null, false),
  define("c_debug_reduce_timesteps_to", null, []),
  define("c_debug_print_each_step", null, false),
  define("c_in_factors_dim", "uint16", 50),
  define("setInFactorsMatchDataForSingleDataset", "logical", false),
  define("seed", "uint32", 0),
  define("maxEpochs", "uint32", 0),
  define("patience", "uint32", 0),
  define("onDivergence", "char", "fail", { enum: ["fail", "halveLearningRate"] }),
  define("initFrom", "char", ""),
  define("trainOnly", "char", "all", { enum: ["all", "readinReadout", "encoders"] }),
  define("numSamplesPrior", "uint32", 0),
  define("c_cd_rate", "double", 0, { minimum: 0, exclusiveMaximum: 1 }),
  define("c_cd_pass_rate", "double", 0, { minimum: 0, maximum: 1 }),
  define("c_sv_rate", "double", 0, { minimum: 0, exclusiveMaximum: 1 }),
];

/** Those of the Run Manager, in its order. */
export const runManagerParams = runParamsTable.slice(
  0,
  runParamsTable.findIndex(({ name }) => name === "setInFactorsMatchDataForSingleDataset") + 1,
);

export const runParamsByName: ReadonlyMap<string, ParamDefinition> = new Map(runParamsTable.map((p) => [p.name, p]));

function define(
  name: RunParamName,
  className: MatlabClass | null,
  defaultValue: ParamValue,
  limits: ParamLimits = {},
): ParamDefinition {
  return { name, class: className, default: defaultValue, limits };
}
