/** The priors of the latents that a parameter vector holds. */
import { exp } from "#lib/float64/exp.js";
import { log } from "#lib/float64/log.js";
import { hasLearnedPriorVariance, type ModelSpec } from "./model-spec.js";
import { type ParameterTable, parameterTable } from "./parameters.js";

/** Of g0: mean and log-variance, `icDim` values each. */
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

/**
 * Of the inferred inputs, `coDim` values each: τ in bins, and the variance nvar/(1−φ²) of the stationary process with
 * φ = exp(−1/τ).
 */
export function inputPriorOf(
  { tensors }: ParameterTable,
  coDim: number,
  params: Float32Array,
): { taus: number[]; variances: number[] } {
  const row = (key: string) => {
    const offset = tensors.get(key)?.offset ?? 0;
    return Array.from(params.subarray(offset, offset + coDim));
  };
  const taus = row("ar.logatau").map((logtau) => exp(logtau));
  const variances = row("ar.logevars").map((lognvar, i) => {
    const phi = exp(-1 / taus[i]!);
    return exp(lognvar) / (1 - phi * phi);
  });
  return { taus, variances };
}
