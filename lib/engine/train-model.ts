/** Trains one model from counts; the same bits for any number of threads, interrupted or not. */
import type { LeaderMessage } from "./job.js";
import { memoryPlan } from "./memory-plan.js";
import type { ModelSpec, TrainingSpec } from "./model-spec.js";
import { type Counts, dataSizes, type JobEnd, runThreads } from "./run-threads.js";
import { logFactorialSums, type TrialCounts } from "./trainer.js";
import type { EpochReport, TrainerState } from "./trainer-state.js";

export interface TrainingData {
  /** Counts per bin, training trials first, then validation trials. */
  readonly counts: Counts;
  readonly trials: TrialCounts;
}

export interface TrainOptions {
  readonly threads: number;
  readonly signal: AbortSignal;
  /** A state to go on from. */
  readonly start: TrainerState | null;
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
  const counts = datasets.map((dataset) => dataset.counts);
  const sizes = {
    model,
    data: dataSizes(counts),
    batchSize: training.batchSize,
    threads: options.threads,
    sampledTrials: 0,
  };
  const onMessage = (message: LeaderMessage) => {
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
      logFactorials: counts.map(({ values, trials }) => logFactorialSums(values, trials)),
      start: options.start,
    },
    counts,
    sizes,
    { signal: options.signal, onMessage },
  );
}

/** Bytes of memory that training takes, before it starts. */
export function trainingBytes(
  model: ModelSpec,
  batchSize: number,
  data: readonly { trials: number; channels: number }[],
  threads: number,
): number {
  const sizes = data.map((size) => ({ ...size, wide: model.outputDist === "gaussian" }));
  return memoryPlan({ model, data: sizes, batchSize, threads, sampledTrials: 0 }).bytes;
}
