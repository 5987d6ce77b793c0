/**
 * The phase that samples one trial: the encoders run once, then samples of its posterior go through the generator, up
 * to EVALUATION_ROWS at a time; every output is averaged over them in float64, sample by sample. Samples of the prior
 * are trials of one sample that nothing encodes.
 */
import { exp } from "#lib/float64/exp.js";
import { log } from "#lib/float64/log.js";
import { EVALUATION_ROWS, sampleFields, sampleLength } from "./memory-plan.js";
import { type CostWeights, padded } from "./model-spec.js";
import type { RowResults } from "./network.js";
import type { Noise } from "./noise.js";
import { ARGS, clearedResults, type PhaseContext } from "./phases.js";
import type { Phase } from "./team.js";
import { type SummedName, summedOutputs } from "./workspace.js";

export interface SamplePhaseOptions {
  readonly from: "posterior" | "prior";
  /** Of each trial; 0: the posterior means are pushed through once. */
  readonly samples: number;
  readonly dataset: number;
  readonly channels: number;
  /** Trials of the dataset in memory. */
  readonly trials: number;
  /** The part of each trial's −log p that depends on no parameter, by index in memory. */
  readonly constants: Float64Array;
  /** Keys of the trials' noise: their indices within the dataset, which do not change with what is sampled together. */
  readonly noiseTrials: Int32Array;
  readonly weights: CostWeights;
  /** Weighted L2 cost, part of every trial's cost. */
  readonly l2: number;
}

export function makeSamplePhase(context: Omit<PhaseContext, "onSample">, options: SamplePhaseOptions): Phase {
  const { kernels: k, memory, spec, plan, network, thread, args } = context;
  const { dataset, channels, constants, noiseTrials, weights, l2 } = options;
  const w = plan.workspaces[thread]!;
  const { sums } = w;
  if (!sums) throw new Error("this memory was not planned for sampling");
  const { icDim, coDim } = spec;
  const buffer = memory.buffer;
  const repeated = new Int32Array(buffer, w.repeated, EVALUATION_ROWS);
  const size = sampleLength(spec, channels);
  const fields = sampleFields(spec, channels);
  const outputs = summedOutputs(spec, channels);
  const pairs = (coDim * (coDim - 1)) / 2;

  /** Address of each output of R rows after a pass. */
  const addressOf = (R: number): Record<SummedName, number> => ({
    gen_ics: w.gen.states,
    controller_outputs: w.u,
    gen_states: w.gen.states + R * padded(spec.genDim) * 4,
    factors: w.factors + R * padded(spec.factorsDim) * 4,
    outputs: w.logits + R * padded(channels) * 4,
    variances: w.logvars,
  });

  return (item) => {
    const trial = args[ARGS.firstTrial]! + item;
    const samples = Math.max(options.samples, 1);
    repeated.fill(trial % options.trials);
    const rows = (count: number) => ({ count, dataset, trials: w.repeated });
    if (options.from === "posterior") network.encode(rows(1), null);
    for (const { name, bins, width } of outputs) k.clear(sums[name], bins * padded(width) * 8);

    const logLikelihoods = new Float64Array(samples);
    const divergences = new Float64Array(samples);
    let cost = 0;
    const passes = Math.ceil(samples / EVALUATION_ROWS);
    for (let pass = 0; pass < passes; pass++) {
      const first = passStart(pass, passes, samples);
      const R = passStart(pass + 1, passes, samples) - first;
      // a thread's rows lie beside those of the others
      const results = clearedResults(memory, plan, thread * EVALUATION_ROWS, R);
      const noise: Noise = {
        firstRow: noiseTrials[trial]!,
        rowStride: 0,
        firstStep: first,
        stepStride: 1,
        of: options.from,
      };
      if (options.from === "prior") {
        network.generatePrior(rows(R), noise);
      } else {
        network.repeatTrial(R, pass === 0);
        network.generate(rows(R), options.samples === 0 ? null : noise, null, results);
      }
      network.reconstruct(rows(R), results, 0, true);
      const at = addressOf(R);
      for (const { name, bins, width } of outputs) {
        if (width > 0) k.accumulateRows(bins, R, padded(width), at[name], sums[name]);
      }
      cost += readResults(results, R, first, trial);
    }
    const { vae, iwae } = bounds(logLikelihoods, divergences);
    const values: Record<string, () => Iterable<number>> = {
      post_g0_mean: () => new Float32Array(buffer, w.mean, icDim),
      post_g0_logvar: () => new Float32Array(buffer, w.raw, icDim),
      output_dist_params: outputDistParams,
      costs: () => [cost / samples + l2],
      nll_bound_vaes: () => [vae],
      nll_bound_iwaes: () => [iwae],
    };
    const out = new Float64Array(buffer, plan.sampled + item * size * 8, size);
    let at = 0;
    for (const [name] of fields) {
      for (const value of values[name]?.() ?? average(name as SummedName)) out[at++] = value;
    }

    /** log p and KL of each row; the sum of the rows' costs at full weights. */
    function readResults(results: RowResults, R: number, first: number, index: number): number {
      const of = (address: number) => new Float64Array(buffer, address, R);
      const recon = of(results.recon);
      const [klIc, klCo, correlation] = [of(results.klIc), of(results.klCo), of(results.correlation)];
      let sum = 0;
      for (let r = 0; r < R; r++) {
        const nll = recon[r]! + (constants[index] ?? 0);
        logLikelihoods[first + r] = -nll;
        divergences[first + r] = klIc[r]! + klCo[r]!;
        sum += nll + weights.klIcWeight * klIc[r]! + weights.klCoWeight * klCo[r]!;
        if (pairs > 0) sum += (weights.coMeanCorrScale * correlation[r]!) / pairs;
      }
      return sum;
    }

    /** Rows of a sum without their padding, divided by the number of samples. */
    function average(name: SummedName): Float64Array {
      const { bins, width } = outputs.find((output) => output.name === name)!;
      const stride = padded(width);
      const all = new Float64Array(buffer, sums![name], bins * stride);
      const result = new Float64Array(bins * width);
      for (let t = 0; t < bins; t++) {
        for (let i = 0; i < width; i++) result[t * width + i] = all[t * stride + i]! / samples;
      }
      return result;
    }

    /** Rates; or means, then variances, of each bin. */
    function* outputDistParams(): Generator<number> {
      const means = average("outputs");
      const variances = average("variances");
      for (let t = 0; t < spec.bins; t++) {
        yield* means.subarray(t * channels, (t + 1) * channels);
        if (variances.length > 0) yield* variances.subarray(t * channels, (t + 1) * channels);
      }
    }
  };
}

/** Passes of about the same size, all but the last of an even one, which the matrix products like. */
function passStart(pass: number, passes: number, samples: number): number {
  return pass === passes ? samples : 2 * Math.ceil((pass * samples) / (2 * passes));
}

/** nll_bound_vae = mean(−log p + kl); nll_bound_iwae = log S − log Σ exp(log p − kl). In nats a trial. */
function bounds(logLikelihoods: Float64Array, divergences: Float64Array): { vae: number; iwae: number } {
  const S = logLikelihoods.length;
  const elbos = logLikelihoods.map((value, sample) => value - divergences[sample]!);
  const highest = elbos.reduce((a, b) => (b > a ? b : a), Number.NEGATIVE_INFINITY);
  let sum = 0;
  let weights = 0;
  for (const elbo of elbos) {
    sum -= elbo;
    weights += exp(elbo - highest);
  }
  return { vae: sum / S, iwae: log(S) - (highest + log(weights)) };
}
