/** A small training with everything that its hooks said, and digests of what it computed. */
import { createHash } from "node:crypto";
import type { ModelSpec, TrainingSpec } from "#lib/engine/model-spec.js";
import type { Counts, JobEnd } from "#lib/engine/run-threads.js";
import { samplePosterior } from "#lib/engine/sample-posterior.js";
import { trainModel } from "#lib/engine/train-model.js";
import type { EpochReport, TrainerState } from "#lib/engine/trainer-state.js";
import { smallTraining } from "./small-models.js";

export interface Trained {
  readonly end: JobEnd;
  readonly reports: readonly EpochReport[];
  readonly lve: readonly TrainerState[];
  readonly checkpoints: readonly TrainerState[];
  /** The last checkpoint. */
  readonly last: TrainerState;
}

export interface SmallTraining {
  readonly model: ModelSpec;
  readonly training: TrainingSpec;
  /** Of each dataset; the first `trainTrials` are trained on. */
  readonly counts: readonly Counts[];
  readonly trainTrials: number;
  readonly threads?: number;
  readonly start?: TrainerState | null;
}

export async function trainSmall(given: SmallTraining): Promise<Trained> {
  const { model, training, counts, trainTrials, threads = 1, start = null } = given;
  const reports: EpochReport[] = [];
  const lve: TrainerState[] = [];
  const checkpoints: TrainerState[] = [];
  const datasets = counts.map((each) => ({
    counts: each,
    trials: { train: trainTrials, valid: each.trials - trainTrials },
  }));
  const end = await trainModel(model, training, datasets, {
    threads,
    start,
    signal: new AbortController().signal,
    onEpoch: (report) => reports.push(report),
    onLve: (state) => lve.push(state),
    onCheckpoint: (state) => {
      checkpoints.push(state);
    },
  });
  return { end, reports, lve, checkpoints, last: checkpoints.at(-1)! };
}

/** Averages over `samples` of every trial's posterior, in the order they came. */
export async function sampleSmall(
  model: ModelSpec,
  params: Float32Array,
  counts: Counts,
  options: { samples: number; dataset?: number; threads?: number; noiseTrials?: readonly number[] },
): Promise<Map<string, Float64Array>> {
  const { samples, dataset = 0, threads = 1, noiseTrials = [...Array(counts.trials).keys()] } = options;
  const fields = new Map<string, number[]>();
  await samplePosterior(
    model,
    {
      params,
      seed: 5,
      dataset,
      counts,
      noiseTrials: Int32Array.from(noiseTrials),
      samples,
      weights: smallTraining,
    },
    {
      threads,
      signal: new AbortController().signal,
      onTrials(first, _, some) {
        for (const [name, values] of some) {
          if (first === 0) fields.set(name, []);
          fields.get(name)!.push(...values);
        }
      },
    },
  );
  return new Map([...fields].map(([name, values]) => [name, Float64Array.from(values)]));
}

/** SHA-256 of all numbers, to the bit. */
export function digestOf(...values: (Float32Array | Float64Array | readonly number[])[]): string {
  const hash = createHash("sha256");
  for (const each of values) {
    const array = ArrayBuffer.isView(each) ? each : Float64Array.from(each);
    hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  }
  return hash.digest("hex");
}

/** Parameters, moments and all else that the next epoch starts from. */
export function stateDigest(state: TrainerState): string {
  const {
    params,
    moment1,
    moment2,
    step,
    epoch,
    learningRate,
    costs,
    beta1Power,
    beta2Power,
    lowestValidCost,
    lveEpoch,
  } = state;
  return digestOf(params, moment1, moment2, costs, [
    step,
    epoch,
    learningRate,
    beta1Power,
    beta2Power,
    lowestValidCost,
    lveEpoch,
  ]);
}

export function reportsDigest(reports: readonly EpochReport[]): string {
  return digestOf(
    reports.flatMap(({ epoch, step, total, recon, kl, l2, klWeight, l2Weight, learningRate, gradientNorm, lve }) => [
      ...[epoch, step, ...total, ...recon, ...kl, l2, klWeight, l2Weight, learningRate, gradientNorm, lve ? 1 : 0],
    ]),
  );
}
