/** Samples the posterior of one dataset's trials and averages every output over the samples. */

import type { LeaderMessage } from "./job.js";
import { memoryPlan, sampleFields, sampleLength } from "./memory-plan.js";
import type { ModelSpec } from "./model-spec.js";
import { parameterTable } from "./parameters.js";
import { type Counts, dataSizes, type JobEnd, runThreads } from "./run-threads.js";
import { logFactorialSums } from "./trainer.js";

export interface SampleRequest {
  readonly params: Float32Array;
  readonly seed: number;
  /** Index of the dataset in the model. */
  readonly dataset: number;
  readonly counts: Counts;
  /** Keys of the trials' noise. */
  readonly noiseTrials: Int32Array;
  /** Samples a trial; 0 pushes the posterior means through once. */
  readonly samples: number;
  readonly klIcWeight: number;
  readonly l2GenScale: number;
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
  const { params, seed, dataset, counts, noiseTrials, samples, klIcWeight, l2GenScale } = request;
  if (params.length !== parameterTable(model).length) throw new Error("parameters of another model");
  const fields = sampleFields(model, counts.channels);
  const length = sampleLength(model, counts.channels);
  const none: Counts = { values: new Uint8Array(0), trials: 0, channels: counts.channels };
  const all = model.datasets.map(({ channels }, index) => (index === dataset ? counts : { ...none, channels }));
  const sampledTrials = trialsAtOnce(length, counts.trials);

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
  return runThreads(
    {
      kind: "sample",
      model,
      params,
      seed,
      dataset,
      trials: counts.trials,
      samples,
      logFactorials: logFactorialSums(counts.values, counts.trials),
      noiseTrials,
      klIcWeight,
      l2GenScale,
    },
    all,
    { model, data: dataSizes(all), batchSize: 0, threads: options.threads, sampledTrials },
    { signal: options.signal, onMessage },
  );
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
