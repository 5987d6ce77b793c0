/**
 * The phase that samples one trial's posterior: the encoder runs once, then its samples go through the generator
 * EVALUATION_ROWS at a time; every output is averaged over them in float64, sample by sample.
 */
import { exp } from "#lib/float64/exp.js";
import { log } from "#lib/float64/log.js";
import { EVALUATION_ROWS, sampleFields, sampleLength } from "./memory-plan.js";
import { padded } from "./model-spec.js";
import { ARGS, type PhaseContext } from "./phases.js";
import { PURPOSE } from "./random-purpose.js";
import type { Phase } from "./team.js";

export interface SamplePhaseOptions {
  /** 0: the posterior means are pushed through once. */
  readonly samples: number;
  readonly dataset: number;
  readonly channels: number;
  /** Σ lgamma(k + 1) of every trial, by index in memory. */
  readonly logFactorials: Float64Array;
  /** Keys of the trials' noise: their indices within the dataset, which do not change with what is sampled together. */
  readonly noiseTrials: Int32Array;
  readonly klIcWeight: number;
  /** Weighted L2 cost, part of every trial's cost. */
  readonly l2: number;
}

export function makeSamplePhase(context: Omit<PhaseContext, "onSample">, options: SamplePhaseOptions): Phase {
  const { kernels: k, memory, spec, plan, network, thread, args } = context;
  const { dataset, channels, logFactorials, noiseTrials, klIcWeight, l2 } = options;
  const w = plan.workspaces[thread]!;
  const { sums } = w;
  if (!sums) throw new Error("this memory was not planned for sampling");
  const { bins: T, genDim, factorsDim, icDim } = spec;
  const [G, F, N] = [padded(genDim), padded(factorsDim), padded(channels)];
  const buffer = memory.buffer;
  const repeated = new Int32Array(buffer, w.repeated, EVALUATION_ROWS);
  const size = sampleLength(spec, channels);
  const fields = sampleFields(spec, channels);
  // one row's costs a thread, beside each other
  const reconAt = plan.recon + thread * EVALUATION_ROWS * 8;
  const klAt = plan.kl + thread * EVALUATION_ROWS * 8;
  const recon = new Float64Array(buffer, reconAt, EVALUATION_ROWS);
  const kl = new Float64Array(buffer, klAt, EVALUATION_ROWS);

  return (item) => {
    const trial = args[ARGS.firstTrial]! + item;
    const samples = Math.max(options.samples, 1);
    repeated.fill(trial);
    network.encode({ count: 1, dataset, trials: w.repeated }, null);
    for (const [at, length] of [
      [sums.initial, G],
      [sums.states, T * G],
      [sums.factors, T * F],
      [sums.rates, T * N],
    ] as const) {
      k.clear(at, length * 8);
    }
    const logLikelihoods = new Float64Array(samples);
    let klValue = 0;
    for (let first = 0; first < samples; first += EVALUATION_ROWS) {
      const R = Math.min(EVALUATION_ROWS, samples - first);
      network.repeatTrial(R, dataset, first === 0);
      recon.fill(0);
      kl.fill(0);
      const noise = {
        firstRow: noiseTrials[trial]!,
        rowStride: 0,
        firstStep: first,
        stepStride: 1,
        purpose: PURPOSE.posteriorNoise,
      };
      network.sampleInitialCondition(R, options.samples === 0 ? null : noise, klAt);
      network.generate(R, dataset, null);
      network.reconstruct(R, dataset, reconAt, 0);
      k.accumulateRows(1, R, G, w.states, sums.initial);
      k.accumulateRows(T, R, G, w.states + R * G * 4, sums.states);
      k.accumulateRows(T, R, F, w.factors, sums.factors);
      k.accumulateRows(T, R, N, w.logits, sums.rates);
      for (let r = 0; r < R; r++) logLikelihoods[first + r] = -(recon[r]! + logFactorials[trial]!);
      klValue = kl[0]!;
    }
    const { vae, iwae } = bounds(logLikelihoods, klValue);
    const values: Record<(typeof fields)[number][0], () => Iterable<number>> = {
      post_g0_mean: () => new Float32Array(buffer, w.mean, icDim),
      post_g0_logvar: () => new Float32Array(buffer, w.raw, icDim),
      gen_ics: () => averages(sums.initial, 1, genDim, G, samples),
      gen_states: () => averages(sums.states, T, genDim, G, samples),
      factors: () => averages(sums.factors, T, factorsDim, F, samples),
      output_dist_params: () => averages(sums.rates, T, channels, N, samples),
      costs: () => [vae - klValue + klIcWeight * klValue + l2],
      nll_bound_vaes: () => [vae],
      nll_bound_iwaes: () => [iwae],
    };
    const out = new Float64Array(buffer, plan.sampled + item * size * 8, size);
    let at = 0;
    for (const [name] of fields) for (const value of values[name]()) out[at++] = value;
  };

  /** Rows of n of np padded sums, divided by the number of samples. */
  function averages(from: number, rows: number, n: number, np: number, samples: number): Float64Array {
    const all = new Float64Array(buffer, from, rows * np);
    const out = new Float64Array(rows * n);
    for (let row = 0; row < rows; row++) for (let i = 0; i < n; i++) out[row * n + i] = all[row * np + i]! / samples;
    return out;
  }
}

/** nll_bound_vae = mean(−log p + kl); nll_bound_iwae = log S − log Σ exp(log p − kl). In nats a trial. */
function bounds(logLikelihoods: Float64Array, kl: number): { vae: number; iwae: number } {
  const S = logLikelihoods.length;
  let sum = 0;
  let highest = Number.NEGATIVE_INFINITY;
  for (const value of logLikelihoods) {
    sum += kl - value;
    if (value - kl > highest) highest = value - kl;
  }
  let weights = 0;
  for (const value of logLikelihoods) weights += exp(value - kl - highest);
  return { vae: sum / S, iwae: log(S) - (highest + log(weights)) };
}
