/** The measures of one dataset of a run. */
import { BitsPerSpike } from "#lib/metrics/bits-per-spike.js";
import { decode } from "#lib/metrics/decode.js";
import { channelGaussianNll, MeanGaussianNll } from "#lib/metrics/gaussian-nll.js";
import { meanRateNll } from "#lib/metrics/mean-rate-nll.js";
import { Moments } from "#lib/metrics/moments.js";
import { fitPoissonGlm, predictPoissonGlm } from "#lib/metrics/poisson-glm.js";
import { MeanPoissonNll } from "#lib/metrics/poisson-nll.js";
import { psthNll } from "#lib/metrics/psth-nll.js";
import { psthR2 } from "#lib/metrics/psth-r2.js";
import { RateR2Sums } from "#lib/metrics/rate-r2.js";
import { fitRidge, linearR2 } from "#lib/metrics/ridge.js";
import type { EvaluatedDataset, EvaluatedTrials, Side } from "./evaluated-dataset.js";

/** Smoothing of the PSTHs that the model is held against: standard deviation of a Gaussian. */
const PSTH_SMOOTH_MS = 30;
/** Of the regression of held-out counts on factors, where a channel's mean count and a factor's variance are 1. */
const GLM_RIDGE = 1e-3;
/** Keeps the fit of the states defined where factors are copies of each other. */
const STATES_RIDGE = 1e-9;
const FOLDS = 5;

export interface Decoding {
  readonly from: "rates" | "factors";
  readonly lagMs: number;
}

/** NaN is what cannot be measured, for a channel too. */
export interface DatasetFit {
  /** Values that likelihoods are means of. */
  readonly values: number;
  readonly nll: number;
  readonly meanRateNll: number;
  readonly psthNll: number | null;
  readonly bits: ReturnType<BitsPerSpike["result"]> | null;
  readonly coSmoothing: (ReturnType<BitsPerSpike["result"]> & { readonly channels: readonly number[] }) | null;
  readonly r2: ReturnType<RateR2Sums["result"]> | null;
  /** Per channel. */
  readonly psthR2: readonly number[] | null;
  readonly states: readonly number[] | null;
  readonly behavior: (Decoding & { readonly lambda: number; readonly r2: readonly number[] }) | null;
}

export function evaluateDataset(run: EvaluatedDataset, decoding: Decoding): DatasetFit {
  const { channels, gaussian } = run;
  const nll = gaussian ? new MeanGaussianNll(channels) : new MeanPoissonNll();
  const bits = gaussian ? null : new BitsPerSpike(channels);
  const truth = run.has("truth") ? new RateR2Sums(channels) : null;
  let values = 0;
  for (const { counts, params, rates, array } of run.trials("valid")) {
    nll.add(counts, params());
    bits?.add(counts, rates());
    truth?.add(rates(), array("truth"));
    values += counts.length;
  }
  const counts = (side: Side) => map(run.trials(side), (trials) => trials.counts);
  return {
    values,
    nll: nll.mean,
    meanRateNll: gaussian
      ? channelGaussianNll(() => counts("train"), counts("valid"), channels)
      : meanRateNll(counts("train"), counts("valid"), channels),
    ...conditionMeasures(run),
    bits: bits?.result() ?? null,
    coSmoothing: run.has("heldout") && !gaussian ? coSmoothing(run) : null,
    r2: truth?.result() ?? null,
    states: run.has("states") ? stateFit(run) : null,
    behavior: run.has("behavior") ? decodeBehavior(run, decoding) : null,
  };
}

function conditionMeasures(run: EvaluatedDataset): Pick<DatasetFit, "psthNll" | "psthR2"> {
  if (!run.has("condition")) return { psthNll: null, psthR2: null };
  const shape = { nBins: run.bins, nChannels: run.channels, binMs: run.binMs(), smoothMs: PSTH_SMOOTH_MS };
  const trials = (side: Side, of: (trials: EvaluatedTrials) => Float64Array) => {
    const conditions = run.conditions(side);
    return map(run.trials(side), (each) => ({
      counts: of(each),
      conditions: conditions.slice(each.first, each.first + each.count),
    }));
  };
  const counts = (side: Side) => trials(side, (each) => each.counts);
  return {
    psthNll: run.gaussian ? null : psthNll(counts("train"), counts("valid"), shape),
    psthR2: psthR2(
      counts("train"),
      trials("valid", (each) => each.rates()),
      shape,
    ),
  };
}

/** Held-out counts are predicted by Poisson regressions on the factors of training trials. */
function coSmoothing(run: EvaluatedDataset): DatasetFit["coSmoothing"] {
  const rows = (side: Side) =>
    map(run.trials(side), ({ factors, array }) => ({ x: factors(), counts: array("heldout") }));
  const moments = new Moments(run.factors, run.width("heldout"));
  for (const { x, counts } of rows("train")) moments.add(x, counts);
  const weights = fitPoissonGlm(() => rows("train"), moments, GLM_RIDGE);
  const bits = new BitsPerSpike(run.width("heldout"));
  for (const { x, counts } of rows("valid")) bits.add(counts, predictPoissonGlm(weights, x, run.factors));
  return { ...bits.result(), channels: run.heldOutChannels() };
}

/** Least squares of the states on the factors: fitted on training trials, scored on validation trials. */
function stateFit(run: EvaluatedDataset): number[] {
  const moments = (side: Side) => {
    const sums = new Moments(run.factors, run.width("states"));
    for (const { factors, array } of run.trials(side)) sums.add(factors(), array("states"));
    return sums;
  };
  return linearR2(moments("valid"), fitRidge(moments("train"), STATES_RIDGE));
}

/** Trials are dealt to the folds in turn. */
function decodeBehavior(run: EvaluatedDataset, { from, lagMs }: Decoding): DatasetFit["behavior"] {
  const width = from === "rates" ? run.channels : run.factors;
  const dimensions = run.width("behavior");
  const lag = Math.round(lagMs / run.binMs());
  const [start, end] = [Math.max(0, -lag), Math.min(run.bins, run.bins - lag)];
  const moments = (side: Side, folds: number) => {
    const sums = Array.from({ length: folds }, () => new Moments(width, dimensions));
    if (end <= start) return sums;
    for (const { first, count, rates, factors, array } of run.trials(side)) {
      const [x, y] = [from === "rates" ? rates() : factors(), array("behavior")];
      for (let i = 0; i < count; i++) {
        const [bin, later] = [i * run.bins + start, i * run.bins + start + lag];
        const length = end - start;
        sums[(first + i) % folds]!.add(
          x.subarray(bin * width, (bin + length) * width),
          y.subarray(later * dimensions, (later + length) * dimensions),
        );
      }
    }
    return sums;
  };
  const { lambda, r2 } = decode(moments("train", FOLDS), moments("valid", 1)[0]!);
  return { from, lagMs: lag * run.binMs(), lambda, r2 };
}

function* map<T, U>(values: Iterable<T>, of: (value: T) => U): Generator<U> {
  for (const value of values) yield of(value);
}
