/**
 * The model's passes over a few rows (trials or samples) in one thread's workspace. spec: docs/model.md.
 *
 * Letters: T bins, R rows, N channels, I encoder input, H encoder units, Z initial-condition dimensions, G generator
 * units, F factors; all but T and R padded to 4. Activations are time-major [T][R][·].
 */
import { type Kernels, ZEROS_ADDRESS } from "./kernels.js";
import type { MemoryPlan, Workspace } from "./memory-plan.js";
import {
  encoderInputDim,
  hasIcMap,
  hasLearnedPriorVariance,
  hasReadIn,
  hasReadOut,
  type ModelSpec,
  padded,
} from "./model-spec.js";
import { PURPOSE } from "./random-purpose.js";

/** Rows that go through the model together. */
export interface Rows {
  readonly count: number;
  readonly dataset: number;
  /** Address of their Int32 trial indices. */
  readonly trials: number;
}

/** Dropout of one training step; the first row's place in the batch keys its random numbers. */
export interface Dropout {
  readonly keepProb: number;
  readonly step: number;
  readonly firstRow: number;
}

/** Keys of the noise of one pass, as in the kernel `normals`. */
export interface Noise {
  readonly firstRow: number;
  readonly rowStride: number;
  readonly firstStep: number;
  readonly stepStride: number;
  readonly purpose: number;
}

export class Network {
  readonly #k: Kernels;
  readonly #spec: ModelSpec;
  readonly #plan: MemoryPlan;
  readonly #w: Workspace;
  readonly #data: readonly { channels: number; wide: boolean }[];
  readonly #seed: number;
  /** Padded sizes. */
  readonly #F: number;
  readonly #G: number;
  readonly #Z: number;
  readonly #H: number;
  readonly #I: number;
  /** Bins that the encoder sees. */
  readonly #encoderBins: number;

  constructor(
    kernels: Kernels,
    spec: ModelSpec,
    plan: MemoryPlan,
    thread: number,
    data: readonly { channels: number; wide: boolean }[],
    seed: number,
  ) {
    this.#k = kernels;
    this.#spec = spec;
    this.#plan = plan;
    this.#w = plan.workspaces[thread]!;
    this.#data = data;
    this.#seed = seed;
    this.#F = padded(spec.factorsDim);
    this.#G = padded(spec.genDim);
    this.#Z = padded(spec.icDim);
    this.#H = padded(spec.icEncDim);
    this.#I = padded(encoderInputDim(spec));
    this.#encoderBins = Math.min(spec.numStepsForGenIc, spec.bins);
  }

  #tensor(key: string, base = this.#plan.params): number {
    return base + this.#plan.table.tensors.get(key)!.offset * 4;
  }

  #packed(key: string): number {
    return this.#plan.packed.get(key)!;
  }

  /** Counts to posterior mean and raw log-variance of g0, [R][Z] each, in the workspace. */
  encode({ count: R, dataset, trials }: Rows, dropout: Dropout | null): void {
    const k = this.#k;
    const w = this.#w;
    const [T, H, I, Z] = [this.#spec.bins, this.#H, this.#I, this.#Z];
    const { channels, wide } = this.#data[dataset]!;
    const N = padded(channels);
    k.gatherTrials(T, R, channels, N, this.#plan.data[dataset]!, wide ? 1 : 0, trials, w.counts);
    let input = w.counts;
    if (dropout) {
      this.#mask(w.mask, T, R, N, dropout, PURPOSE.inputDropout);
      k.multiply(T * R * N, w.counts, w.mask, w.dropped);
      input = w.dropped;
    }
    if (hasReadIn(this.#spec)) {
      k.gemm(
        T * R,
        I,
        N,
        input,
        N,
        this.#packed(`readin${dataset}.W`),
        w.input,
        I,
        this.#tensor(`readin${dataset}.b`),
        0,
      );
      input = w.input;
    }
    const E = this.#encoderBins;
    ["encF", "encR"].forEach((key, direction) => {
      const { gates, gated, states } = w.encoders[direction]!;
      k.gemm(E * R, 3 * H, I, input, I, this.#packed(`${key}.x`), gates, 3 * H, this.#tensor(`${key}.b`), 0);
      const slab = R * H * 4;
      k.broadcastRows(R, H, this.#tensor(`${key}.h0`), direction ? states + slab * E : states);
      k.gruForward(
        E,
        R,
        H,
        gates,
        gated,
        states,
        gates,
        3 * H,
        3 * H * R,
        this.#packed(`${key}.ru`),
        this.#packed(`${key}.c`),
        this.#spec.cellClipValue,
        direction,
      );
      k.copyColumns(R, H, direction ? states : states + slab * E, H, w.encoded + direction * H * 4, 2 * H);
    });
    if (dropout) {
      this.#mask(w.encodedMask, 1, R, 2 * H, dropout, PURPOSE.encoderDropout);
      k.multiply(R * 2 * H, w.encoded, w.encodedMask, w.encoded);
    }
    k.gemm(R, Z, 2 * H, w.encoded, 2 * H, this.#packed("postMean.W"), w.mean, Z, this.#tensor("postMean.b"), 0);
    k.gemm(R, Z, 2 * H, w.encoded, 2 * H, this.#packed("postLogvar.W"), w.raw, Z, this.#tensor("postLogvar.b"), 0);
  }

  /** One trial's posterior (row 0) and counts to R rows that will be its samples. `first`: the posterior is in row 0 yet. */
  repeatTrial(R: number, dataset: number, first: boolean): void {
    const k = this.#k;
    const w = this.#w;
    const Z = this.#Z;
    const { channels, wide } = this.#data[dataset]!;
    if (first) {
      k.copyColumns(1, Z, w.mean, Z, w.dz, Z);
      k.copyColumns(1, Z, w.raw, Z, w.dz + Z * 4, Z);
    }
    k.broadcastRows(R, Z, w.dz, w.mean);
    k.broadcastRows(R, Z, w.dz + Z * 4, w.raw);
    k.gatherTrials(
      this.#spec.bins,
      R,
      channels,
      padded(channels),
      this.#plan.data[dataset]!,
      wide ? 1 : 0,
      w.repeated,
      w.counts,
    );
  }

  /** Samples z of g0 (its mean when `noise` is null) and adds KL(q‖p) to the float64 of each row at `kl`. */
  sampleInitialCondition(R: number, noise: Noise | null, kl: number): void {
    const k = this.#k;
    const w = this.#w;
    const Z = this.#Z;
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
        this.#seed,
        0,
      );
    } else {
      k.clear(w.eps, R * Z * 4);
    }
    k.gaussianForward(
      R,
      this.#spec.icDim,
      Z,
      w.mean,
      w.raw,
      w.slope,
      this.#spec.icPostVarMin,
      w.eps,
      w.z,
      this.#tensor("prior.mean"),
      this.#plan.priorLogvar,
      kl,
    );
  }

  /** z to generator states, factors and logits. */
  generate(R: number, dataset: number, dropout: Dropout | null): void {
    const k = this.#k;
    const w = this.#w;
    const [T, G, F, Z] = [this.#spec.bins, this.#G, this.#F, this.#Z];
    if (hasIcMap(this.#spec)) {
      k.gemm(R, G, Z, w.z, Z, this.#packed("genIc.W"), w.states, G, this.#tensor("genIc.b"), 0);
    } else {
      k.copyColumns(R, G, w.z, G, w.states, G);
    }
    k.gruForward(
      T,
      R,
      G,
      w.gates,
      w.gated,
      w.states,
      this.#tensor("gen.b"),
      0,
      0,
      this.#packed("gen.ru"),
      this.#packed("gen.c"),
      this.#spec.cellClipValue,
      0,
    );
    let generated = w.states + R * G * 4;
    if (dropout) {
      this.#mask(w.generatedMask, T, R, G, dropout, PURPOSE.generatorDropout);
      k.multiply(T * R * G, generated, w.generatedMask, w.generated);
      generated = w.generated;
    }
    k.gemm(T * R, F, G, generated, G, this.#packed("fac.W"), w.factors, F, ZEROS_ADDRESS, 0);
    const N = padded(this.#data[dataset]!.channels);
    if (hasReadOut(this.#spec)) {
      k.gemm(
        T * R,
        N,
        F,
        w.factors,
        F,
        this.#packed(`readout${dataset}.W`),
        w.logits,
        N,
        this.#tensor(`readout${dataset}.b`),
        0,
      );
    } else {
      k.copyColumns(T * R, N, w.factors, F, w.logits, N);
    }
  }

  /** Adds Σ rate − k·logit to each row's float64 at `recon`; logits become rates, or with `scale` gradients. */
  reconstruct(R: number, dataset: number, recon: number, scale: number): void {
    const { channels } = this.#data[dataset]!;
    this.#k.poissonLoss(this.#spec.bins, R, channels, padded(channels), this.#w.logits, this.#w.counts, recon, scale);
  }

  /**
   * Gradients of everything above after a pass with dropout; `klWeight` is the weight of a row's KL in the cost.
   * Added to the shard's gradient vector at `gradient`.
   */
  backward({ count: R, dataset }: Rows, klWeight: number, gradient: number): void {
    const k = this.#k;
    const w = this.#w;
    const spec = this.#spec;
    const [T, G, F, Z, H, I] = [spec.bins, this.#G, this.#F, this.#Z, this.#H, this.#I];
    const N = padded(this.#data[dataset]!.channels);
    const d = (key: string) => this.#tensor(key, gradient);

    let dFactors = w.logits;
    if (hasReadOut(spec)) {
      k.gemmTransposed(T * R, F, N, w.factors, F, w.logits, N, d(`readout${dataset}.W`), N);
      k.columnSums(T * R, N, w.logits, N, d(`readout${dataset}.b`));
      k.gemm(T * R, F, N, w.logits, N, this.#packed(`readout${dataset}.WT`), w.dFactors, F, ZEROS_ADDRESS, 0);
      dFactors = w.dFactors;
    }
    k.clear(w.dNormal, G * F * 4);
    k.gemmTransposed(T * R, G, F, w.generated, G, dFactors, F, w.dNormal, F);
    k.normaliseColumnsBackward(G, F, this.#plan.facNormal, this.#plan.facNorms, w.dNormal, d("fac.W"));
    k.gemm(T * R, G, F, dFactors, F, this.#packed("fac.WT"), w.dGenerated, G, ZEROS_ADDRESS, 0);
    k.multiply(T * R * G, w.dGenerated, w.generatedMask, w.dGenerated);

    k.clear(w.carry, R * G * 4);
    k.gruBackward(
      T,
      R,
      G,
      w.gates,
      w.states,
      w.dGenerated,
      w.carry,
      w.scratch,
      this.#packed("gen.ruT"),
      this.#packed("gen.cT"),
      spec.cellClipValue,
      0,
    );
    this.#recurrentGradients(T * R, G, w.gates, w.gated, w.states, "gen", d);

    let dz = w.carry;
    if (hasIcMap(spec)) {
      k.gemmTransposed(R, Z, G, w.z, Z, w.carry, G, d("genIc.W"), G);
      k.columnSums(R, G, w.carry, G, d("genIc.b"));
      k.gemm(R, Z, G, w.carry, G, this.#packed("genIc.WT"), w.dz, Z, ZEROS_ADDRESS, 0);
      dz = w.dz;
    }
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
      this.#tensor("prior.mean"),
      this.#plan.priorLogvar,
      klWeight,
      w.dPrior,
      dLogvar,
    );
    k.columnSums(1, Z, w.dPrior, Z, d("prior.mean"));
    if (hasLearnedPriorVariance(spec)) {
      k.multiply(Z, dLogvar, this.#plan.priorSlope, dLogvar);
      k.columnSums(1, Z, dLogvar, Z, d("prior.v"));
    }

    k.gemmTransposed(R, 2 * H, Z, w.encoded, 2 * H, w.mean, Z, d("postMean.W"), Z);
    k.columnSums(R, Z, w.mean, Z, d("postMean.b"));
    k.gemmTransposed(R, 2 * H, Z, w.encoded, 2 * H, w.raw, Z, d("postLogvar.W"), Z);
    k.columnSums(R, Z, w.raw, Z, d("postLogvar.b"));
    k.gemm(R, 2 * H, Z, w.mean, Z, this.#packed("postMean.WT"), w.dEncoded, 2 * H, ZEROS_ADDRESS, 0);
    k.gemm(R, 2 * H, Z, w.raw, Z, this.#packed("postLogvar.WT"), w.dEncoded, 2 * H, w.dEncoded, 2 * H);
    k.multiply(R * 2 * H, w.dEncoded, w.encodedMask, w.dEncoded);

    const E = this.#encoderBins;
    const input = hasReadIn(spec) ? w.input : w.dropped;
    if (hasReadIn(spec)) k.clear(w.dInput, T * R * I * 4);
    ["encF", "encR"].forEach((key, direction) => {
      const { gates, gated, states } = w.encoders[direction]!;
      k.copyColumns(R, H, w.dEncoded + direction * H * 4, 2 * H, w.carry, H);
      k.gruBackward(
        E,
        R,
        H,
        gates,
        states,
        0,
        w.carry,
        w.scratch,
        this.#packed(`${key}.ruT`),
        this.#packed(`${key}.cT`),
        spec.cellClipValue,
        direction,
      );
      k.columnSums(R, H, w.carry, H, d(`${key}.h0`));
      k.gemmTransposed(E * R, I, 3 * H, input, I, gates, 3 * H, d(`${key}.x`), 3 * H);
      this.#recurrentGradients(E * R, H, gates, gated, direction ? states + R * H * 4 : states, key, d);
      if (hasReadIn(spec)) {
        k.gemm(E * R, I, 3 * H, gates, 3 * H, this.#packed(`${key}.xT`), w.dInput, I, w.dInput, I);
      }
    });
    if (hasReadIn(spec)) {
      k.gemmTransposed(T * R, N, I, w.dropped, N, w.dInput, I, d(`readin${dataset}.W`), I);
      k.columnSums(T * R, I, w.dInput, I, d(`readin${dataset}.b`));
    }
  }

  /** Gradients of a GRU's recurrent matrices and biases over all its bins: `previous` are the states before each. */
  #recurrentGradients(
    rows: number,
    H: number,
    gates: number,
    gated: number,
    previous: number,
    key: string,
    d: (key: string) => number,
  ): void {
    const k = this.#k;
    k.gemmTransposed(rows, H, 2 * H, previous, H, gates, 3 * H, d(`${key}.ru`), 2 * H);
    k.gemmTransposed(rows, H, H, gated, H, gates + 2 * H * 4, 3 * H, d(`${key}.c`), H);
    k.columnSums(rows, 3 * H, gates, 3 * H, d(`${key}.b`));
  }

  #mask(out: number, bins: number, R: number, n: number, { keepProb, step, firstRow }: Dropout, purpose: number): void {
    const threshold = Math.max(Math.floor(keepProb * 2 ** 32) - 1, 0);
    this.#k.dropoutMask(out, bins, R, n, firstRow, step, purpose, this.#seed, 0, threshold, 1 / keepProb);
  }
}
