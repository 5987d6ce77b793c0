/** RunParams as the engine's specifications. Names lose `c_`; spec: docs/model.md. */
import type { Json } from "#lib/build/target.js";
import type { CostWeights, ModelDataset, ModelSpec, TrainingSpec } from "#lib/engine/model-spec.js";
import type { ParamValue } from "#lib/params/param-value.js";
import { runParamsTable } from "#lib/params/run-params-table.js";

export type ParamValues = Readonly<Record<string, ParamValue>>;

/** Every built-in parameter: the given values, and the defaults of the rest. */
export function withDefaults(nonDefault: Readonly<Record<string, Json>>): ParamValues {
  const defaults = Object.fromEntries(runParamsTable.map(({ name, default: value }) => [name, value]));
  return { ...defaults, ...nonDefault } as ParamValues;
}

export function modelSpecOf(values: ParamValues, bins: number, datasets: readonly ModelDataset[]): ModelSpec {
  const number = (name: string) => values[name] as number;
  const flag = (name: string) => values[name] as boolean;
  return {
    datasets,
    bins,
    factorsDim: number("c_factors_dim"),
    genDim: number("c_gen_dim"),
    icDim: number("c_ic_dim"),
    icEncDim: number("c_ic_enc_dim"),
    numStepsForGenIc: number("c_num_steps_for_gen_ic"),
    outputDist: values.c_output_dist as ModelSpec["outputDist"],
    extInputDim: number("c_ext_input_dim"),
    injectExtInputToGen: flag("c_inject_ext_input_to_gen"),
    coDim: number("c_co_dim"),
    ciEncDim: number("c_ci_enc_dim"),
    conDim: number("c_con_dim"),
    controllerInputLag: number("c_controller_input_lag"),
    doCausalController: flag("c_do_causal_controller"),
    doFeedFactorsToController: flag("c_do_feed_factors_to_controller"),
    feedbackFactorsOrRates: values.c_feedback_factors_or_rates as ModelSpec["feedbackFactorsOrRates"],
    priorArAtau: number("c_prior_ar_atau"),
    priorArNvar: number("c_prior_ar_nvar"),
    cellClipValue: number("c_cell_clip_value"),
    cellWeightScale: number("c_cell_weight_scale"),
    genCellInputWeightScale: number("c_gen_cell_input_weight_scale"),
    genCellRecWeightScale: number("c_gen_cell_rec_weight_scale"),
    icPriorVarMin: number("c_ic_prior_var_min"),
    icPriorVarScale: number("c_ic_prior_var_scale"),
    icPriorVarMax: number("c_ic_prior_var_max"),
    icPostVarMin: number("c_ic_post_var_min"),
  };
}

export function costWeightsOf(values: ParamValues): CostWeights {
  const number = (name: string) => values[name] as number;
  return {
    klIcWeight: number("c_kl_ic_weight"),
    klCoWeight: number("c_kl_co_weight"),
    l2GenScale: number("c_l2_gen_scale"),
    l2ConScale: number("c_l2_con_scale"),
    coMeanCorrScale: number("c_co_mean_corr_scale"),
  };
}

export function trainingSpecOf(values: ParamValues, datasets: number): TrainingSpec {
  const number = (name: string) => values[name] as number;
  const flag = (name: string) => values[name] as boolean;
  const startFactor = values.scaleStartStepWithDatasets ? datasets : 1;
  const increaseFactor = values.scaleIncreaseStepsWithDatasets ? datasets : 1;
  return {
    ...costWeightsOf(values),
    seed: number("seed"),
    batchSize: number("c_batch_size"),
    keepProb: number("c_keep_prob"),
    learningRateInit: number("c_learning_rate_init"),
    learningRateDecayFactor: number("c_learning_rate_decay_factor"),
    learningRateNToCompare: number("c_learning_rate_n_to_compare"),
    learningRateStop: number("c_learning_rate_stop"),
    maxGradNorm: number("c_max_grad_norm"),
    klStartStep: number("c_kl_start_step") * startFactor,
    klIncreaseSteps: number("c_kl_increase_steps") * increaseFactor,
    l2StartStep: number("c_l2_start_step") * startFactor,
    l2IncreaseSteps: number("c_l2_increase_steps") * increaseFactor,
    maxCkptToKeep: number("c_max_ckpt_to_keep"),
    maxCkptToKeepLve: number("c_max_ckpt_to_keep_lve"),
    maxEpochs: number("maxEpochs"),
    patience: number("patience"),
    onDivergence: values.onDivergence as TrainingSpec["onDivergence"],
    trainOnly: values.trainOnly as TrainingSpec["trainOnly"],
    doTrainReadin: flag("c_do_train_readin"),
    doTrainPriorArAtau: flag("c_do_train_prior_ar_atau"),
    doTrainPriorArNvar: flag("c_do_train_prior_ar_nvar"),
    temporalSpikeJitterWidth: number("c_temporal_spike_jitter_width"),
    cdRate: number("c_cd_rate"),
    cdPassRate: number("c_cd_pass_rate"),
    svRate: number("c_sv_rate"),
  };
}

/**
 * `hyperparameters-<step>.txt`: every model parameter without `c_`, and what the original adds. The ramps are those that
 * were trained with, in steps of all datasets.
 */
export function hyperparametersText(values: ParamValues, model: ModelSpec): string {
  const own = Object.entries(values)
    .filter(([name]) => name.startsWith("c_") && !/^c_(tf_)?debug_/.test(name))
    .map(([name, value]) => [name.slice(2), value] as const);
  const names = model.datasets.map(({ name }) => `${name}.h5`);
  const { klStartStep, klIncreaseSteps, l2StartStep, l2IncreaseSteps } = trainingSpecOf(values, names.length);
  const all = {
    ...Object.fromEntries(own),
    kl_start_step: klStartStep,
    kl_increase_steps: klIncreaseSteps,
    l2_start_step: l2StartStep,
    l2_increase_steps: l2IncreaseSteps,
    kind: "train",
    dataset_names: names,
    dataset_dims: Object.fromEntries(model.datasets.map(({ name, channels }) => [`${name}.h5`, channels])),
    num_steps: model.bins,
    ndatasets: model.datasets.length,
  };
  const sorted = Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`;
}
