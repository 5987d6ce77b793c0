/** What the layers of one thread's network share: kernels, addresses, padded sizes, and dropout. */
import type { Kernels } from "./kernels.js";
import type { MemoryPlan } from "./memory-plan.js";
import {
  controllerDirections,
  encoderInputs,
  feedback,
  generatorExtInputs,
  hasController,
  type ModelSpec,
  padded,
  paddedWidth,
} from "./model-spec.js";
import type { Workspace } from "./workspace.js";

/** Rows that go through the model together. */
export interface Rows {
  readonly count: number;
  readonly dataset: number;
  /** Address of their Int32 trial indices. */
  readonly trials: number;
}

/** Dropout of one training step. */
export interface Dropout {
  readonly keepProb: number;
  readonly step: number;
  /** Address of the Int32 keys of the rows' random numbers: their places in the batch. */
  readonly rowKeys: number;
}

/** How a dataset's counts lie in memory. */
export interface DataLayout {
  readonly channels: number;
  readonly wide: boolean;
}

/** What training does to the counts before the model sees them; all off when sampling. */
export interface CountRegularisers {
  /** Every spike moves by a uniform integer of [−w, w) bins, reflected at the ends; anew in every step. */
  readonly temporalSpikeJitterWidth: number;
  /**
   * Coordinated dropout: each count is hidden from the encoders with this probability, the others are scaled by its
   * complement's inverse, and the cost's gradient flows through hidden counts alone, so that nothing can be copied to
   * the output. In the place of the counts' usual dropout. Keshtkaran and Pandarinath, NeurIPS 2019.
   */
  readonly cdRate: number;
  /** The gradient flows through counts that are not hidden with this probability too. */
  readonly cdPassRate: number;
  /**
   * Sample validation: this part of the counts of every trial, the same in every step, is hidden from the encoders
   * (the others are scaled) and has no part in cost or gradient; its own cost on validation trials is reported and
   * tells overfitting to single counts. The same paper; AutoLFADS: Keshtkaran et al., Nature Methods 19:1572, 2022.
   */
  readonly svRate: number;
}

export const NO_REGULARISERS: CountRegularisers = {
  temporalSpikeJitterWidth: 0,
  cdRate: 0,
  cdPassRate: 0,
  svRate: 0,
};

/** Gives the address of a tensor's gradient. */
export type GradientOf = (key: string) => number;

export interface LayerOptions {
  readonly kernels: Kernels;
  readonly memory: WebAssembly.Memory;
  readonly spec: ModelSpec;
  readonly plan: MemoryPlan;
  readonly thread: number;
  readonly data: readonly DataLayout[];
  readonly seed: number;
  readonly regularisers: CountRegularisers;
}

export class LayerContext {
  readonly k: Kernels;
  readonly memory: WebAssembly.Memory;
  readonly spec: ModelSpec;
  readonly plan: MemoryPlan;
  readonly w: Workspace;
  readonly data: readonly DataLayout[];
  readonly seed: number;
  readonly regularisers: CountRegularisers;
  /** Bins; the rest are padded widths (letters: network.ts). */
  readonly T: number;
  readonly F: number;
  readonly G: number;
  readonly Z: number;
  readonly H: number;
  readonly I: number;
  readonly J: number;
  readonly Q: number;
  readonly U: number;
  /** What the controller sees of its encoder, and of the last bin. */
  readonly S: number;
  readonly B: number;
  /** External inputs to the generator. */
  readonly X: number;

  constructor({ kernels, memory, spec, plan, thread, data, seed, regularisers }: LayerOptions) {
    this.k = kernels;
    this.memory = memory;
    this.spec = spec;
    this.plan = plan;
    this.w = plan.workspaces[thread]!;
    this.data = data;
    this.seed = seed;
    this.regularisers = regularisers;
    this.T = spec.bins;
    this.F = padded(spec.factorsDim);
    this.G = padded(spec.genDim);
    this.Z = padded(spec.icDim);
    this.H = padded(spec.icEncDim);
    this.I = paddedWidth(encoderInputs(spec));
    this.J = padded(spec.ciEncDim);
    this.Q = padded(spec.conDim);
    this.U = padded(spec.coDim);
    this.S = hasController(spec) ? controllerDirections(spec) * this.J : 0;
    const fed = feedback(spec);
    this.B = fed === "rates" ? padded(spec.datasets[0]!.channels) : fed === "factors" ? this.F : 0;
    this.X = padded(generatorExtInputs(spec));
  }

  /** Address of a tensor's values. */
  tensor(key: string): number {
    return this.plan.params + this.plan.table.tensors.get(key)!.offset * 4;
  }

  packed(key: string): number {
    return this.plan.packed.get(key)!;
  }

  /** Padded channels of a dataset. */
  N(dataset: number): number {
    return padded(this.data[dataset]!.channels);
  }

  /** Time-major counts [T][R][N] of trials at `to`. */
  gather({ count: R, dataset, trials }: Rows, to: number): void {
    const { channels, wide } = this.data[dataset]!;
    const from = this.plan.data[dataset]!;
    this.k.gatherTrials(this.T, R, channels, padded(channels), from, wide ? 1 : 0, trials, to);
  }

  /** Time-major external inputs [T][R][X] of trials at `to`. */
  gatherExtInputs({ count: R, dataset, trials }: Rows, to: number): void {
    const n = this.spec.extInputDim;
    this.k.gatherFloats(this.T, R, n, padded(n), this.plan.extInputs[dataset]!, trials, to);
  }

  /** Dropout multipliers for activations [bins][R][n]; the probability is rounded to a multiple of 2⁻¹⁶. */
  mask(out: number, bins: number, R: number, n: number, { keepProb, step, rowKeys }: Dropout, purpose: number): void {
    const kept = Math.max(Math.round(keepProb * 65536), 1);
    this.k.dropoutMask(out, bins, R, n, rowKeys, step, purpose, this.seed, 0, kept);
  }

  /** An array of floats in memory. */
  floats(address: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, length);
  }
}
