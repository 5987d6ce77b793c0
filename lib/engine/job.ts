/** What the threads of one run are told: plain data that is sent to them. */
import type { DataSize, PlanSizes } from "./memory-plan.js";
import type { ModelSpec, TrainingSpec } from "./model-spec.js";
import type { TrialCounts } from "./trainer.js";
import type { Divergence, EpochReport, TrainerState } from "./trainer-state.js";

export interface TrainJob {
  readonly kind: "train";
  readonly model: ModelSpec;
  readonly training: TrainingSpec;
  readonly trials: readonly TrialCounts[];
  readonly logFactorials: readonly Float64Array[];
  /** Resumes from here; from the initial values when null. */
  readonly start: TrainerState | null;
}

export interface SampleJob {
  readonly kind: "sample";
  readonly model: ModelSpec;
  readonly params: Float32Array;
  readonly seed: number;
  readonly dataset: number;
  readonly trials: number;
  /** 0: push the posterior means. */
  readonly samples: number;
  readonly logFactorials: Float64Array;
  readonly noiseTrials: Int32Array;
  readonly klIcWeight: number;
  readonly l2GenScale: number;
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
  | { readonly kind: "epoch"; readonly report: EpochReport }
  | { readonly kind: "lve"; readonly state: TrainerState }
  | { readonly kind: "checkpoint"; readonly state: TrainerState }
  | { readonly kind: "samples"; readonly firstTrial: number; readonly trials: number; readonly values: Float64Array }
  | { readonly kind: "finished" }
  | { readonly kind: "aborted" }
  | { readonly kind: "diverged"; readonly divergence: Divergence };
