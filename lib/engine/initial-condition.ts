/**
 * The latent g0 (docs/model.md): its posterior from the encoder's last states, a sample of it, and its KL divergence
 * from the prior. Letters: network.ts.
 */
import { exp } from "#lib/float64/exp.js";
import { Encoder } from "./encoder.js";
import type { InputMatrix } from "./input-matrix.js";
import { ZEROS_ADDRESS } from "./kernels.js";
import type { Dropout, GradientOf, LayerContext } from "./layer-context.js";
import { hasLearnedPriorVariance } from "./model-spec.js";
import { type Noise, PURPOSES } from "./noise.js";
import { PURPOSE } from "./random-purpose.js";

export class InitialCondition {
  readonly #m: LayerContext;
  readonly #encoder: Encoder;

  constructor(context: LayerContext) {
    this.#m = context;
    const { numStepsForGenIc, bins } = context.spec;
    this.#encoder = new Encoder(context, "ic", context.H, Math.min(numStepsForGenIc, bins));
  }

  /** Posterior mean and raw log-variance of g0, [R][Z] each, in the workspace. */
  encode(R: number, input: InputMatrix, dropout: Dropout | null): void {
    const m = this.#m;
    const { k, w, H, Z } = m;
    this.#encoder.forward(R, input);
    for (const reverse of [0, 1]) {
      k.copyColumns(R, H, this.#encoder.last(R, reverse), H, w.encoded + reverse * H * 4, 2 * H);
    }
    if (dropout) {
      m.mask(w.encodedMask, 1, R, 2 * H, dropout, PURPOSE.encoderDropout);
      k.multiply(R * 2 * H, w.encoded, w.encodedMask, w.encoded);
    }
    k.gemm(R, Z, 2 * H, w.encoded, 2 * H, m.packed("postMean.W"), w.mean, Z, m.tensor("postMean.b"), 0);
    k.gemm(R, Z, 2 * H, w.encoded, 2 * H, m.packed("postLogvar.W"), w.raw, Z, m.tensor("postLogvar.b"), 0);
  }

  /** The posterior of row 0 for R rows, which will be its samples; `first`: it has not been kept yet. */
  repeat(R: number, first: boolean): void {
    const { k, w, Z } = this.#m;
    if (first) {
      k.copyColumns(1, Z, w.mean, Z, w.dz, Z);
      k.copyColumns(1, Z, w.raw, Z, w.dz + Z * 4, Z);
    }
    k.broadcastRows(R, Z, w.dz, w.mean);
    k.broadcastRows(R, Z, w.dz + Z * 4, w.raw);
  }

  /** Samples z of g0 (its mean when `noise` is null) and adds KL(q‖p) to the float64 of each row at `kl`. */
  sample(R: number, noise: Noise | null, kl: number): void {
    const m = this.#m;
    const { k, w, Z, spec } = m;
    this.#noise(R, noise);
    const prior = [m.tensor("prior.mean"), m.plan.priorLogvar] as const;
    k.gaussianForward(R, spec.icDim, Z, w.mean, w.raw, w.slope, spec.icPostVarMin, w.eps, w.z, ...prior, kl);
  }

  /** Samples z of the prior. */
  samplePrior(R: number, noise: Noise): void {
    const m = this.#m;
    const { w, Z } = m;
    this.#noise(R, noise);
    const mean = m.floats(m.tensor("prior.mean"), Z);
    const std = Float64Array.from(m.floats(m.plan.priorLogvar, Z), (logvar) => exp(logvar / 2));
    const eps = m.floats(w.eps, R * Z);
    const z = m.floats(w.z, R * Z);
    for (let i = 0; i < R * Z; i++) {
      const dimension = i % Z;
      z[i] = dimension < m.spec.icDim ? mean[dimension]! + std[dimension]! * eps[i]! : 0;
    }
  }

  /**
   * From the gradient of z at `dz` to that of everything before it: `mean` and `raw` become gradients. `klWeight` is
   * the weight of a row's KL in the cost.
   */
  backward(R: number, input: InputMatrix, dz: number, klWeight: number, d: GradientOf): void {
    const m = this.#m;
    const { k, w, spec, H, Z } = m;
    const dLogvar = w.dPrior + Z * 4;
    k.clear(w.dPrior, 2 * Z * 4);
    const prior = [m.tensor("prior.mean"), m.plan.priorLogvar] as const;
    k.gaussianBackward(R, spec.icDim, Z, w.mean, w.raw, w.slope, w.eps, dz, ...prior, klWeight, w.dPrior, dLogvar);
    k.columnSums(1, Z, w.dPrior, Z, d("prior.mean"));
    if (hasLearnedPriorVariance(spec)) {
      k.multiply(Z, dLogvar, m.plan.priorSlope, dLogvar);
      k.columnSums(1, Z, dLogvar, Z, d("prior.v"));
    }
    k.gemmTransposed(R, 2 * H, Z, w.encoded, 2 * H, w.mean, Z, d("postMean.W"), Z);
    k.columnSums(R, Z, w.mean, Z, d("postMean.b"));
    k.gemmTransposed(R, 2 * H, Z, w.encoded, 2 * H, w.raw, Z, d("postLogvar.W"), Z);
    k.columnSums(R, Z, w.raw, Z, d("postLogvar.b"));
    k.gemm(R, 2 * H, Z, w.mean, Z, m.packed("postMean.WT"), w.dEncoded, 2 * H, ZEROS_ADDRESS, 0);
    k.gemm(R, 2 * H, Z, w.raw, Z, m.packed("postLogvar.WT"), w.dEncoded, 2 * H, w.dEncoded, 2 * H);
    k.multiply(R * 2 * H, w.dEncoded, w.encodedMask, w.dEncoded);
    for (const reverse of [0, 1]) {
      k.copyColumns(R, H, w.dEncoded + reverse * H * 4, 2 * H, w.carry, H);
      this.#encoder.backward(R, reverse, input, 0, d);
    }
  }

  #noise(R: number, noise: Noise | null): void {
    const { k, w, Z, seed } = this.#m;
    if (!noise) {
      k.clear(w.eps, R * Z * 4);
      return;
    }
    const { firstRow, rowStride, firstStep, stepStride } = noise;
    k.normals(w.eps, 1, R, Z, firstRow, rowStride, firstStep, stepStride, PURPOSES[noise.of][0], seed, 0);
  }
}
