/** Trains one model from counts; the same bits for any number of threads, interrupted or not. */
import { trialConstants } from "./constants.js";
import { type Alignment, alignedVariables } from "./initial-params.js";
import type { LeaderMessage } from "./job.js";
import { memoryPlan } from "./memory-plan.js";
import type { ModelSpec, TrainingSpec } from "./model-spec.js";
import { type Counts, dataSizes, type JobEnd, runThreads } from "./run-threads.js";
import type { TrialCounts } from "./trainer.js";
import type { Divergence, EpochReport, StepReport, TrainerState } from "./trainer-state.js";

export interface TrainingData {
  /** Counts per bin, training trials first, then validation trials. */
  readonly counts: Counts;
  readonly trials: TrialCounts;
  /** E × T × X, trials in the order of the counts. */
  readonly externalInputs?: Float32Array;
  readonly alignment?: Alignment;
}

export interface TrainOptions {
  readonly threads: number;
  readonly signal: AbortSignal;
  /** A state to go on from. */
  readonly start: TrainerState | null;
  /** Values that variables start at instead of random ones, by name, row-major. */
  readonly initial?: ReadonlyMap<string, Float32Array>;
  onStep?(report: StepReport): void;
  /** Training goes back to the state after `epoch`: its last checkpoint, or the start when 0. */
  onHalved?(divergence: Divergence, epoch: number, learningRate: number): void;
  onEpoch(report: EpochReport): void;
  onLve(state: TrainerState): void;
  /** The next epochs may be under way while this runs, but not the next checkpoint; states come in order. */
  onCheckpoint(state: TrainerState): void | Promise<void>;
}

/** One dataset of `datasets` for each of the model's, in its order. */
export function trainModel(
  model: ModelSpec,
  training: TrainingSpec,
  datasets: readonly TrainingData[],
  options: TrainOptions,
): Promise<JobEnd> {
  const counts = datasets.map(({ counts: each, externalInputs }) => ({
    ...each,
    ...(externalInputs ? { externalInputs } : {}),
  }));
  const sizes = { model, data: dataSizes(counts), threads: options.threads, ...trainingSizes(training) };
  const initial = new Map([
    ...datasets.flatMap(({ alignment }, index) => (alignment ? [...alignedVariables(model, index, alignment)] : [])),
    ...(options.initial ?? []),
  ]);
  const onMessage = (message: LeaderMessage) => {
    if (message.kind === "step") options.onStep?.(message.report);
    if (message.kind === "halved") options.onHalved?.(message.divergence, message.epoch, message.learningRate);
    if (message.kind === "epoch") options.onEpoch(message.report);
    if (message.kind === "lve") options.onLve(message.state);
    if (message.kind === "checkpoint") return options.onCheckpoint(message.state);
    return undefined;
  };
  return runThreads(
    {
      kind: "train",
      model,
      training,
      trials: datasets.map((dataset) => dataset.trials),
      constants: counts.map(({ values, trials }) => trialConstants(model, values, trials)),
      start: options.start,
      initial,
      reportSteps: options.onStep !== undefined,
    },
    counts,
    sizes,
    { signal: options.signal, onMessage },
  );
}

/** Bytes of memory that training takes, before it starts. */
export function trainingBytes(
  model: ModelSpec,
  training: TrainingSpec,
  data: readonly { trials: number; channels: number }[],
  threads: number,
): number {
  const sizes = data.map((size) => ({ ...size, wide: model.outputDist === "gaussian" }));
  return memoryPlan({ model, data: sizes, threads, ...trainingSizes(training) }).bytes;
}

function trainingSizes({ batchSize, cdRate, svRate }: TrainingSpec) {
  return { batchSize, sampledTrials: 0, coordinatedDropout: cdRate > 0, sampleValidation: svRate > 0 };
}
