/** The latent g0 (docs/model.md): a sample of its posterior, and its KL divergence from the prior. Letters: network.ts. */
import type { LayerContext } from "./layer-context.js";
import { hasLearnedPriorVariance } from "./model-spec.js";

/** Keys of the noise of one pass, as in the kernel `normals`. */
export interface Noise {
  readonly firstRow: number;
  readonly rowStride: number;
  readonly firstStep: number;
  readonly stepStride: number;
  readonly purpose: number;
}

export class InitialCondition {
  readonly #m: LayerContext;

  constructor(context: LayerContext) {
    this.#m = context;
  }

  /** Samples z of g0 (its mean when `noise` is null) and adds KL(q‖p) to the float64 of each row at `kl`. */
  sample(R: number, noise: Noise | null, kl: number): void {
    const m = this.#m;
    const { k, w } = m;
    const { Z } = m;
    if (noise) {
      k.normals(
        w.eps,
        1,
        R,
        Z,
        noise.firstRow,
        noise.rowStride,
        noise.firstStep,
        noise.stepStride,
        noise.purpose,
        m.seed,
        0,
      );
    } else {
      k.clear(w.eps, R * Z * 4);
    }
    k.gaussianForward(
      R,
      m.spec.icDim,
      Z,
      w.mean,
      w.raw,
      w.slope,
      m.spec.icPostVarMin,
      w.eps,
      w.z,
      m.tensor("prior.mean"),
      m.plan.priorLogvar,
      kl,
    );
  }

  /** From the gradient of z at `dz`: `mean` and `raw` become gradients; `klWeight` is the weight of a row's KL. */
  backward(R: number, dz: number, klWeight: number, d: (key: string) => number): void {
    const m = this.#m;
    const { k, w, spec, Z } = m;
    const dLogvar = w.dPrior + Z * 4;
    k.clear(w.dPrior, 2 * Z * 4);
    k.gaussianBackward(
      R,
      spec.icDim,
      Z,
      w.mean,
      w.raw,
      w.slope,
      w.eps,
      dz,
      m.tensor("prior.mean"),
      m.plan.priorLogvar,
      klWeight,
      w.dPrior,
      dLogvar,
    );
    k.columnSums(1, Z, w.dPrior, Z, d("prior.mean"));
    if (hasLearnedPriorVariance(spec)) {
      k.multiply(Z, dLogvar, m.plan.priorSlope, dLogvar);
      k.columnSums(1, Z, dLogvar, Z, d("prior.v"));
    }
  }
}
