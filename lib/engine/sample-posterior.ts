/** Samples of the posterior of one dataset's trials, every output averaged over them; and samples of the prior. */

import { trialConstants } from "./constants.js";
import type { LeaderMessage, SampleJob } from "./job.js";
import { memoryPlan, sampleFields, sampleLength } from "./memory-plan.js";
import type { CostWeights, ModelSpec } from "./model-spec.js";
import { parameterTable } from "./parameters.js";
import { type Counts, dataSizes, type JobEnd, runThreads } from "./run-threads.js";

export interface SampleRequest {
  readonly params: Float32Array;
  readonly seed: number;
  /** Index of the dataset in the model. */
  readonly dataset: number;
  /** With the trials' external inputs, if the model has any. */
  readonly counts: Counts;
  /** Keys of the trials' noise. */
  readonly noiseTrials: Int32Array;
  /** Samples a trial; 0 pushes the posterior means through once. */
  readonly samples: number;
  readonly weights: CostWeights;
}

export interface PriorRequest {
  readonly params: Float32Array;
  readonly seed: number;
  readonly dataset: number;
  readonly samples: number;
  /** Of trials whose external inputs the samples get in turn; without any, one trial of zeros. */
  readonly externalInputs?: { readonly values: Float32Array; readonly trials: number };
}

export interface SampleOptions {
  readonly threads: number;
  readonly signal: AbortSignal;
  /** Averages of `trials` trials from `firstTrial` on: one array [trials × length] a field, in float64. */
  onTrials(firstTrial: number, trials: number, fields: ReadonlyMap<string, Float64Array>): void | Promise<void>;
}

/** Averages in memory at a time. */
const CHUNK_BYTES = 16 * 2 ** 20;

export function samplePosterior(model: ModelSpec, request: SampleRequest, options: SampleOptions): Promise<JobEnd> {
  const { counts, dataset, params, seed, samples, noiseTrials, weights } = request;
  const { seen: constants } = trialConstants(model, counts.values, counts.trials);
  const job = { from: "posterior", model, params, seed, dataset, samples, noiseTrials, weights, constants } as const;
  return sample({ kind: "sample", trials: counts.trials, ...job }, counts, options);
}

const NO_WEIGHTS: CostWeights = { klIcWeight: 0, klCoWeight: 0, l2GenScale: 0, l2ConScale: 0, coMeanCorrScale: 0 };

/** `options.onTrials` gets a "trial" a sample; only what the generator makes is meant: no posterior, no costs. */
export function samplePrior(model: ModelSpec, request: PriorRequest, options: SampleOptions): Promise<JobEnd> {
  const { params, seed, dataset, samples, externalInputs } = request;
  const { channels } = model.datasets[dataset]!;
  const trials = externalInputs?.trials ?? 1;
  const inputs = externalInputs?.values ?? new Float32Array(model.bins * model.extInputDim);
  const values = new Uint8Array(trials * model.bins * channels);
  const noiseTrials = Int32Array.from({ length: samples }, (_, index) => index);
  const constants = new Float64Array(0);
  const job = { from: "prior", model, params, seed, dataset, samples: 1, noiseTrials, constants } as const;
  const counts = { values, trials, channels, externalInputs: inputs };
  return sample({ kind: "sample", trials: samples, weights: NO_WEIGHTS, ...job }, counts, options);
}

function sample(job: SampleJob, counts: Counts, options: SampleOptions): Promise<JobEnd> {
  const { model, dataset } = job;
  if (job.params.length !== parameterTable(model).length) throw new Error("parameters of another model");
  const fields = sampleFields(model, counts.channels);
  const length = sampleLength(model, counts.channels);
  const none: Counts = { values: new Uint8Array(0), trials: 0, channels: counts.channels };
  const all = model.datasets.map(({ channels }, index) => (index === dataset ? counts : { ...none, channels }));
  const sampledTrials = trialsAtOnce(length, job.trials);

  const onMessage = (message: LeaderMessage) => {
    if (message.kind !== "samples") return undefined;
    const byField = new Map<string, Float64Array>();
    let offset = 0;
    for (const [name, width] of fields) {
      const values = new Float64Array(message.trials * width);
      for (let trial = 0; trial < message.trials; trial++) {
        const from = trial * length + offset;
        values.set(message.values.subarray(from, from + width), trial * width);
      }
      byField.set(name, values);
      offset += width;
    }
    return options.onTrials(message.firstTrial, message.trials, byField);
  };
  const sizes = { model, data: dataSizes(all), batchSize: 0, threads: options.threads, sampledTrials };
  return runThreads(job, all, sizes, { signal: options.signal, onMessage });
}

function trialsAtOnce(length: number, trials: number): number {
  return Math.max(1, Math.min(trials, Math.floor(CHUNK_BYTES / (length * 8))));
}

/** Bytes of memory that sampling one dataset's trials takes, before it starts. */
export function samplingBytes(
  model: ModelSpec,
  { trials, channels }: { trials: number; channels: number },
  threads: number,
): number {
  const data = [{ trials, channels, wide: model.outputDist === "gaussian" }];
  const sampledTrials = trialsAtOnce(sampleLength(model, channels), trials);
  return memoryPlan({ model, data, batchSize: 0, threads, sampledTrials }).bytes;
}
