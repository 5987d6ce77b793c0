import type { ParamValue } from "#lib/params/param-value.js";
import type { Problem } from "./problem.js";
import type { RunParams, RunSpec } from "./project.js";

type Values = Readonly<Record<string, ParamValue>>;

interface Check {
  /** The parameter to change. */
  readonly param: string;
  /** What is wrong; undefined where all is well. */
  readonly what: (values: Values, runSpecs: readonly RunSpec[]) => string | undefined;
  readonly hint?: string;
}

/** Longer than any recording; with a longer one φ = exp(−1/τ) is 1 to 32 bits, and the process has no variance. */
const LONGEST_TAU = 1e6;

const checks: readonly Check[] = [
  {
    param: "c_learning_rate_stop",
    what: ({ c_learning_rate_stop: stop, c_learning_rate_init: init }) =>
      Number(stop) >= Number(init)
        ? `c_learning_rate_stop is ${stop}, but must be below c_learning_rate_init, which is ${init}.`
        : undefined,
  },
  {
    param: "c_ic_prior_var_max",
    what: ({ c_ic_prior_var_max: max, c_ic_prior_var_min: min }) =>
      Number(max) < Number(min)
        ? `c_ic_prior_var_max is ${max}, but must be at least c_ic_prior_var_min, which is ${min}.`
        : undefined,
  },
  {
    param: "c_ic_dim",
    what: ({ c_ic_dim, c_co_dim }) =>
      c_ic_dim === 0 && c_co_dim === 0
        ? "c_ic_dim and c_co_dim are both 0: the model would infer nothing from a trial, and all trials would look alike."
        : undefined,
    hint: "Give it an initial condition, such as c_ic_dim: 64, or inferred inputs, such as c_co_dim: 4.",
  },
  {
    param: "c_inject_ext_input_to_gen",
    what: ({ c_inject_ext_input_to_gen: inject, c_ext_input_dim }) =>
      inject === true && c_ext_input_dim === 0
        ? "c_inject_ext_input_to_gen is true, but c_ext_input_dim is 0: there is no external input to inject."
        : undefined,
    hint: "Set c_ext_input_dim to the number of external inputs of the recordings.",
  },
  {
    param: "c_prior_ar_atau",
    what: ({ c_prior_ar_atau: tau, c_co_dim }) =>
      c_co_dim !== 0 && Number(tau) > LONGEST_TAU
        ? `c_prior_ar_atau is ${tau} bins, but must be at most ${LONGEST_TAU}.`
        : undefined,
  },
  {
    param: "c_feedback_factors_or_rates",
    what: ({ c_feedback_factors_or_rates: fed, c_co_dim, c_do_feed_factors_to_controller: feeds }, runSpecs) => {
      const stitched = runSpecs.find((spec) => spec.datasets.length > 1);
      if (fed !== "rates" || c_co_dim === 0 || feeds === false || !stitched) return undefined;
      return `c_feedback_factors_or_rates is "rates", but run spec "${stitched.name}" has ${stitched.datasets.length} datasets, whose rates are as many as each has channels.`;
    },
    hint: 'Write c_feedback_factors_or_rates: "factors", or train a model for each dataset.',
  },
  {
    param: "c_temporal_spike_jitter_width",
    what: ({ c_temporal_spike_jitter_width: width, c_output_dist }) =>
      width !== 0 && c_output_dist === "gaussian"
        ? `c_temporal_spike_jitter_width is ${width}, but c_output_dist is "gaussian": only spikes can be moved.`
        : undefined,
    hint: "Write c_temporal_spike_jitter_width: 0.",
  },
  {
    param: "c_debug_reduce_timesteps_to",
    what: ({ c_debug_reduce_timesteps_to: bins }) =>
      isEmpty(bins) || (Number.isInteger(bins) && Number(bins) > 0)
        ? undefined
        : `c_debug_reduce_timesteps_to is ${JSON.stringify(bins)}, but must be a whole number at least 1, or [] for all bins.`,
  },
  {
    param: "alignmentExtraArgs",
    what: ({ alignmentExtraArgs: extra }) => {
      const [name, value, ...more] = extra as readonly ParamValue[];
      const isKnown = name === "ridgeNormalizeEach" && typeof value === "boolean" && more.length === 0;
      return isEmpty(extra) || isKnown
        ? undefined
        : `alignmentExtraArgs is ${JSON.stringify(extra)}, but all that it can be is ["ridgeNormalizeEach", true].`;
    },
    hint: "With it, a ridge regression divides each channel by its own standard deviation.",
  },
  {
    param: "useSingleDatasetAlignmentMatrix",
    what: ({ useSingleDatasetAlignmentMatrix: use, setInFactorsMatchDataForSingleDataset: none }, runSpecs) =>
      use === true && none === true && runSpecs.some((spec) => spec.datasets.length === 1)
        ? "useSingleDatasetAlignmentMatrix and setInFactorsMatchDataForSingleDataset are both true: a read-in cannot start from a matrix and be left out."
        : undefined,
    hint: "Write one of them only.",
  },
  {
    param: "c_cd_pass_rate",
    what: ({ c_cd_pass_rate: pass, c_cd_rate }) =>
      pass !== 0 && c_cd_rate === 0
        ? `c_cd_pass_rate is ${pass}, but c_cd_rate is 0: without coordinated dropout there is nothing to pass.`
        : undefined,
    hint: "Set c_cd_rate, or leave c_cd_pass_rate out.",
  },
  {
    param: "trainOnly",
    what: ({ trainOnly, initFrom }) =>
      trainOnly !== "all" && initFrom === ""
        ? `trainOnly is ${JSON.stringify(trainOnly)}, but there is no initFrom: the rest would stay as it was drawn at random.`
        : undefined,
    hint: "Name the run to start from with initFrom.",
  },
];

/** Parameters of one setting that do not fit each other or the run specs they are used with. */
export function checkSettings(
  { values }: RunParams,
  runSpecs: readonly RunSpec[],
  place: readonly string[],
): Problem[] {
  return checks.flatMap(({ param, what, hint }) => {
    const wrong = what(values, runSpecs);
    return wrong === undefined
      ? []
      : [{ place: [...place, param], what: wrong, ...(hint === undefined ? {} : { hint }) }];
  });
}

/** MATLAB's [], which says that a parameter is not set. */
export function isEmpty(value: ParamValue | undefined): boolean {
  return Array.isArray(value) && value.length === 0;
}
