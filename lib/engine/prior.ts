/** The prior of g0 that a parameter vector holds: mean and log-variance, `icDim` values each. */
import { exp } from "#lib/float64/exp.js";
import { log } from "#lib/float64/log.js";
import { hasLearnedPriorVariance, type ModelSpec } from "./model-spec.js";
import { parameterTable } from "./parameters.js";

export function priorOf(model: ModelSpec, params: Float32Array): { mean: Float64Array; logvar: Float64Array } {
  const { tensors } = parameterTable(model);
  const row = (key: string) => {
    const { offset } = tensors.get(key)!;
    return Float64Array.from(params.subarray(offset, offset + model.icDim));
  };
  const { icPriorVarMin: min, icPriorVarMax: max, icPriorVarScale: scale } = model;
  const logvar = hasLearnedPriorVariance(model)
    ? row("prior.v").map((v) => log((max - min) / (1 + exp(-exp(v))) + min))
    : new Float64Array(model.icDim).fill(log(scale));
  return { mean: row("prior.mean"), logvar };
}
