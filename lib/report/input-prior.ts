import type { ResultArray } from "#lib/export/result-array.js";
import { exp } from "#lib/float64/exp.js";
import { toFloat64 } from "#lib/hdf5/hdf5-array.js";
import { encodeValues } from "./encode-values.js";
import type { RunDetail } from "./report-data.js";

/**
 * Of the model's variables, the prior of the inferred inputs: u[t] ~ N(φ u[t−1], ν) with φ = exp(−1/τ), whose stationary
 * variance is ν/(1 − φ²). Undefined without a controller.
 */
export function inputPrior(variables: readonly ResultArray[], binMs: number): RunDetail["prior"] {
  const read = (end: string) => {
    const variable = variables.find(({ name }) => name.endsWith(end));
    return variable && toFloat64(variable.rows(0, variable.shape[0] ?? 1));
  };
  const logTaus = read("u_prior_ar1_logatau:0");
  const logNus = read("u_prior_ar1_logevars:0");
  if (!logTaus || !logNus) return undefined;
  const taus = logTaus.map((logTau) => exp(logTau));
  const variances = logNus.map((logNu, i) => {
    const phi = exp(-1 / taus[i]!);
    return exp(logNu) / (1 - phi * phi);
  });
  return {
    tauMs: encodeValues(Float32Array.from(taus, (tau) => tau * binMs)),
    variance: encodeValues(Float32Array.from(variances)),
  };
}
