/** Samples of posterior and prior that are compared: what the engine is asked, and every sample's numbers. */
import type { PriorRequest, SampleRequest } from "#lib/engine/sample-posterior.js";
import type { OracleCase } from "./oracle-cases.js";
import { batchData, oracleData } from "./oracle-data.js";
import { Draws, type NamedArray } from "./oracle-draws.js";
import type { OracleBatch } from "./oracle-runs.js";

export interface OracleSampling {
  readonly posterior: SampleRequest;
  readonly pushMean: SampleRequest;
  readonly prior: PriorRequest;
  /** A batch for each sample of a trial; the prior's samples are the rows of one. */
  readonly batches: Readonly<Record<"posterior" | "pushMean" | "prior", readonly OracleBatch[]>>;
}

/** More than go through the generator at a time. */
const SAMPLES = 17;
const TRIALS = 3;
const PRIOR_SAMPLES = 4;
/** Keys of the trials' noise. */
const NOISE_TRIALS = [7, 0, 4];

export function oracleSampling(each: OracleCase, params: Float32Array): OracleSampling {
  const { model, training, dataset } = each;
  const { seed } = training;
  const own = oracleData(each, TRIALS)[dataset]!;
  const { counts, externalInputs } = own;
  const data = { ...counts, ...(externalInputs ? { externalInputs } : {}) };
  const draws = new Draws(model, training);
  const batch = (trials: readonly number[], noise: readonly NamedArray[]): OracleBatch => ({
    dataset,
    step: 0,
    arrays: [...batchData(model, own, trials), ...noise],
  });
  const trials = [...NOISE_TRIALS.keys()];
  const sampled = Array.from({ length: SAMPLES }, (_, sample) => draws.noise("posterior", NOISE_TRIALS, sample));
  const none = sampled[0]!.map((array) => ({ ...array, values: array.values.map(() => 0) }));
  const priorSamples = [...Array(PRIOR_SAMPLES).keys()];
  const priorTrials = priorSamples.map((sample) => sample % TRIALS);
  const noiseTrials = Int32Array.from(NOISE_TRIALS);
  const request = { params, seed, dataset, counts: data, noiseTrials, weights: training };
  return {
    posterior: { ...request, samples: SAMPLES },
    pushMean: { ...request, samples: 0 },
    prior: {
      ...{ params, seed, dataset, samples: PRIOR_SAMPLES },
      ...(externalInputs ? { externalInputs: { values: externalInputs, trials: TRIALS } } : {}),
    },
    batches: {
      posterior: sampled.map((noise) => batch(trials, noise)),
      pushMean: [batch(trials, none)],
      prior: [batch(priorTrials, draws.noise("prior", priorSamples, 0))],
    },
  };
}
