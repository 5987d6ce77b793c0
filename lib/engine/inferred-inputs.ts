/**
 * The cost of the inferred inputs (docs/model.md "Latents"): their KL divergence from independent AR(1) processes
 * with φ = exp(−1/τ), which start stationary, and the correlation of their means. Letters: network.ts.
 */
import { exp } from "#lib/float64/exp.js";
import { log } from "#lib/float64/log.js";
import type { GradientOf, LayerContext } from "./layer-context.js";
import type { MemoryPlan } from "./memory-plan.js";
import { type ModelSpec, padded } from "./model-spec.js";

/** φ, 1/τ and nvar of each dimension, in float64. */
function arConstants(spec: ModelSpec, plan: MemoryPlan, memory: WebAssembly.Memory) {
  const row = (key: string) => {
    const at = plan.params + plan.table.tensors.get(key)!.offset * 4;
    return Float64Array.from(new Float32Array(memory.buffer, at, spec.coDim));
  };
  const lognvar = row("ar.logevars");
  const rate = row("ar.logatau").map((logtau) => exp(-logtau));
  return { lognvar, nvar: lognvar.map((value) => exp(value)), rate, phi: rate.map((value) => exp(-value)) };
}

/** Writes the constants of the AR(1) prior that the kernels read: part of every step's first phase. */
export function writeArConstants(spec: ModelSpec, plan: MemoryPlan, memory: WebAssembly.Memory): void {
  const { coDim } = spec;
  const U = padded(coDim);
  const rows = new Float32Array(memory.buffer, plan.ar, 7 * U);
  const { lognvar, nvar, phi } = arConstants(spec, plan, memory);
  for (let i = 0; i < coDim; i++) {
    const rest = 1 - phi[i]! * phi[i]!;
    const values = [
      phi[i]!,
      1 / nvar[i]!,
      rest / nvar[i]!,
      lognvar[i]! / 2,
      (lognvar[i]! - log(rest)) / 2,
      Math.sqrt(nvar[i]!),
      Math.sqrt(nvar[i]! / rest),
    ];
    values.forEach((value, row) => {
      rows[row * U + i] = value;
    });
  }
}

export class InferredInputs {
  readonly #m: LayerContext;

  constructor(context: LayerContext) {
    this.#m = context;
  }

  /** Adds the KL at the sample, and ½ Σ c_ij² of the means, to the float64 of each row. */
  cost(R: number, kl: number, correlation: number): void {
    const { k, w, T, U, spec, plan } = this.#m;
    k.arDivergence(T, R, spec.coDim, U, w.co, w.coEps, w.u, plan.ar, kl);
    k.meanCorrelation(T, R, spec.coDim, U, w.co, correlation, 0, 0);
  }

  /** u from the prior, given its noise. */
  samplePrior(R: number): void {
    const { k, w, T, U, spec, plan } = this.#m;
    k.samplePriorInputs(T, R, spec.coDim, U, plan.ar, plan.ar + 5 * U * 4, w.coEps, w.u);
  }

  /**
   * Gradients of the cost with respect to u into `du`, to the means (with a correlation weight) into `dCorrelation`,
   * and of the prior's own parameters.
   */
  backward(R: number, klWeight: number, correlationWeight: number, d: GradientOf): void {
    const { k, w, T, U, spec, plan } = this.#m;
    k.clear(w.arSums, 3 * U * 4);
    k.arDivergenceBackward(T, R, U, w.u, plan.ar, klWeight, w.du, w.arSums);
    if (correlationWeight > 0) {
      // the sums of the forward pass are not wanted again
      k.meanCorrelation(T, R, spec.coDim, U, w.co, w.scratch, correlationWeight, w.dCorrelation);
    }
    this.#priorGradients(R, klWeight, d);
  }

  /** d/dlog nvar = ½ Σ (1 − e²/var); d/dlog τ = φ/τ · d/dφ. */
  #priorGradients(R: number, klWeight: number, d: GradientOf): void {
    const m = this.#m;
    const { T, U, spec, plan, memory, w } = m;
    const sums = m.floats(w.arSums, 3 * U);
    const dLognvar = m.floats(d("ar.logevars"), U);
    const dLogtau = m.floats(d("ar.logatau"), U);
    const { nvar, phi, rate } = arConstants(spec, plan, memory);
    for (let i = 0; i < spec.coDim; i++) {
      const [squares, products, squares0] = [sums[i]!, sums[U + i]!, sums[2 * U + i]!];
      const rest = 1 - phi[i]! * phi[i]!;
      const scaled = (squares + squares0 * rest) / nvar[i]!;
      const dPhi = (R * phi[i]!) / rest - (phi[i]! * squares0 + products) / nvar[i]!;
      dLognvar[i]! += (klWeight * (R * T - scaled)) / 2;
      dLogtau[i]! += klWeight * dPhi * phi[i]! * rate[i]!;
    }
  }
}
