/** Parameters as options of the original's run_lfads.py, as the Run Manager gives them. */
import type { ParamDefinition } from "#lib/params/param-definition.js";
import { runManagerParams, runParamsTable } from "#lib/params/run-params-table.js";
import { shellQuote } from "#lib/shell-quote.js";
import { type ParamValues, trainingSpecOf } from "./model-spec-of.js";

type Option = readonly [flag: string, value: string];

/** `--flag=value` words for the shell, in the Run Manager's order. */
export function trainOptions(values: ParamValues, datasets: number): string[] {
  return options(values, datasets).map(written);
}

/** `samples` is num_samples_posterior: the original runs them as one batch. */
export function samplingOptions(values: ParamValues, datasets: number, kind: string, samples: number): string[] {
  const kept = options(values, datasets).filter(
    ([flag]) => flag !== "batch_size" && flag !== "temporal_spike_jitter_width",
  );
  const added: Option[] = [["kind", kind], ["batch_size", String(samples)], LVE];
  return [...kept, ...added].map(written);
}

export function modelParamsOptions(values: ParamValues, datasets: number): string[] {
  const added: Option[] = [["kind", "write_model_params"], LVE];
  return [...options(values, datasets), ...added].map(written);
}

/** Names of the parameters that the original has no option for and that are not at their default. */
export function unknownToOriginal(values: ParamValues): string[] {
  const known = new Set(runManagerParams.map(({ name }) => name));
  const own = runParamsTable.filter(({ name }) => !known.has(name));
  return own.filter(({ name, default: start }) => values[name] !== start).map(({ name }) => name);
}

const LVE: Option = ["checkpoint_pb_load_name", "checkpoint_lve"];

const written = ([flag, value]: Option) => shellQuote(`--${flag}=${value}`);

function options(values: ParamValues, datasets: number): Option[] {
  const { klStartStep, klIncreaseSteps, l2StartStep, l2IncreaseSteps } = trainingSpecOf(values, datasets);
  const matchData = values.setInFactorsMatchDataForSingleDataset && datasets === 1;
  const given: ParamValues = {
    ...values,
    c_kl_start_step: klStartStep,
    c_kl_increase_steps: klIncreaseSteps,
    c_l2_start_step: l2StartStep,
    c_l2_increase_steps: l2IncreaseSteps,
    ...(matchData ? { c_in_factors_dim: 0 } : {}),
  };
  return runManagerParams.flatMap((param): Option[] => {
    const value = given[param.name];
    const isOption = param.name.startsWith("c_") && typeof value !== "object" && value !== undefined;
    return isOption ? [[param.name.slice(2), valueText(param, value)]] : [];
  });
}

/** `%i` for integer classes, `%f` for floating point: more digits where six after the point do not hold the value. */
function valueText({ class: className }: ParamDefinition, value: string | number | boolean): string {
  if (typeof value !== "number" || className?.includes("int")) return String(value);
  const six = value.toFixed(6);
  return Number(six) === value ? six : String(value);
}
