/** What the layers of one thread's network share: kernels, addresses, padded sizes, and dropout. */
import type { Kernels } from "./kernels.js";
import type { MemoryPlan, Workspace } from "./memory-plan.js";
import { encoderInputDim, type ModelSpec, padded } from "./model-spec.js";

/** Rows that go through the model together. */
export interface Rows {
  readonly count: number;
  readonly dataset: number;
  /** Address of their Int32 trial indices. */
  readonly trials: number;
}

/** Dropout of one training step; `rowKeys` is the address of an Int32 a row that keys its random numbers. */
export interface Dropout {
  readonly keepProb: number;
  readonly step: number;
  readonly rowKeys: number;
}

/** How a dataset's counts lie in memory. */
export interface DataLayout {
  readonly channels: number;
  readonly wide: boolean;
}

export class LayerContext {
  readonly k: Kernels;
  readonly spec: ModelSpec;
  readonly plan: MemoryPlan;
  readonly w: Workspace;
  readonly data: readonly DataLayout[];
  readonly seed: number;
  /** Padded sizes. */
  readonly F: number;
  readonly G: number;
  readonly Z: number;
  readonly H: number;
  readonly I: number;

  constructor(
    kernels: Kernels,
    spec: ModelSpec,
    plan: MemoryPlan,
    thread: number,
    data: readonly DataLayout[],
    seed: number,
  ) {
    this.k = kernels;
    this.spec = spec;
    this.plan = plan;
    this.w = plan.workspaces[thread]!;
    this.data = data;
    this.seed = seed;
    this.F = padded(spec.factorsDim);
    this.G = padded(spec.genDim);
    this.Z = padded(spec.icDim);
    this.H = padded(spec.icEncDim);
    this.I = padded(encoderInputDim(spec));
  }

  /** Address of a tensor in the parameters, or in the gradient vector at `base`. */
  tensor(key: string, base = this.plan.params): number {
    return base + this.plan.table.tensors.get(key)!.offset * 4;
  }

  packed(key: string): number {
    return this.plan.packed.get(key)!;
  }

  /** Time-major counts [T][R][N] of trials: `trials` is the address of R indices. */
  gather(R: number, dataset: number, trials: number): void {
    const { channels, wide } = this.data[dataset]!;
    const from = this.plan.data[dataset]!;
    this.k.gatherTrials(this.spec.bins, R, channels, padded(channels), from, wide ? 1 : 0, trials, this.w.counts);
  }

  /** Dropout multipliers for activations [bins][R][n]; the probability is rounded to a multiple of 2⁻¹⁶. */
  mask(out: number, bins: number, R: number, n: number, { keepProb, step, rowKeys }: Dropout, purpose: number): void {
    const kept = Math.max(Math.round(keepProb * 65536), 1);
    this.k.dropoutMask(out, bins, R, n, rowKeys, step, purpose, this.seed, 0, kept);
  }
}
