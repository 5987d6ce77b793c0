/** What the threads of one run are told: plain data that is sent to them. */
import type { TrialConstants } from "./constants.js";
import type { DataSize, PlanSizes } from "./memory-plan.js";
import type { CostWeights, ModelSpec, TrainingSpec } from "./model-spec.js";
import type { TrialCounts } from "./trainer.js";
import type { Divergence, EpochReport, StepReport, TrainerState } from "./trainer-state.js";

export interface TrainJob {
  readonly kind: "train";
  readonly model: ModelSpec;
  readonly training: TrainingSpec;
  readonly trials: readonly TrialCounts[];
  readonly constants: readonly TrialConstants[];
  /** Resumes from here; from the initial values when null. */
  readonly start: TrainerState | null;
  /** Variables that do not start at random. */
  readonly initial: ReadonlyMap<string, Float32Array>;
  readonly reportSteps: boolean;
}

export interface SampleJob {
  readonly kind: "sample";
  readonly from: "posterior" | "prior";
  readonly model: ModelSpec;
  readonly params: Float32Array;
  readonly seed: number;
  readonly dataset: number;
  /** Trials, or samples of the prior. */
  readonly trials: number;
  /** 0: push the posterior means. */
  readonly samples: number;
  readonly constants: Float64Array;
  readonly noiseTrials: Int32Array;
  readonly weights: CostWeights;
}

/** The job as a thread gets it. */
export interface ThreadData {
  readonly wasm: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly thread: number;
  readonly sizes: PlanSizes;
  readonly data: readonly DataSize[];
  readonly job: TrainJob | SampleJob;
}

/** What the leader says on its way. */
export type LeaderMessage =
  | { readonly kind: "step"; readonly report: StepReport }
  | {
      readonly kind: "halved";
      readonly divergence: Divergence;
      readonly epoch: number;
      readonly learningRate: number;
    }
  | { readonly kind: "epoch"; readonly report: EpochReport }
  | { readonly kind: "lve"; readonly state: TrainerState }
  | { readonly kind: "checkpoint"; readonly state: TrainerState }
  | { readonly kind: "samples"; readonly firstTrial: number; readonly trials: number; readonly values: Float64Array }
  /** Why training ended; null of sampling. */
  | { readonly kind: "finished"; readonly why: "learningRate" | "maxEpochs" | "patience" | null }
  | { readonly kind: "aborted" }
  | { readonly kind: "diverged"; readonly divergence: Divergence };
