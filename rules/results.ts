import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Rule } from "#lib/build/rule.js";
import { FailureError } from "#lib/failure.js";
import { type Hdf5File, openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { channelGaussianNll, MeanGaussianNll, meansOf } from "#lib/metrics/gaussian-nll.js";
import { meanRateNll } from "#lib/metrics/mean-rate-nll.js";
import { MeanPoissonNll } from "#lib/metrics/poisson-nll.js";
import { psthNll } from "#lib/metrics/psth-nll.js";
import { RateR2Sums } from "#lib/metrics/rate-r2.js";
import { firstBinsOf, onlyFile, slices } from "./lfads-input.js";
import type { Fit, RunResults } from "./run-results.js";
import { ruleVersions } from "./versions.js";

/** Smoothing of the PSTHs that the model is held against: standard deviation of a Gaussian. */
const PSTH_SMOOTH_MS = 30;

interface ResultsParams {
  readonly datasets: readonly string[];
  /** The run was made elsewhere: whether it is done is not ours to say. */
  readonly imported?: boolean;
}

/**
 * How well a run fits its validation trials, from the averaged posterior samples. Inputs: the exports, the log of the
 * fit, the posteriors and model parameters; outputs `results.json`, and `lfads.done`, the sign that all is there.
 */
export const results: Rule = {
  name: "results",
  version: ruleVersions.results,
  async run({ params, inputs, out }) {
    const { datasets, imported = false } = params as unknown as ResultsParams;
    const samples = inputs.posterior_sample_and_average ?? [];
    const fits = [];
    for (const name of datasets) {
      const file = samples.find(({ name: path }) => {
        const start = `lfadsOutput/model_runs_${name}.h5_valid_posterior_sample`;
        return path === `${start}_and_average` || path === start;
      });
      fits.push({ name, ...(await fitOf(onlyFile(inputs[name], name), file!.path)) });
    }
    const fitlog = readFileSync(onlyFile(inputs.fitlog, "fitlog"), "utf8").trimEnd().split("\n");
    const line = epochOf(onlyFile(inputs.checkpoint, "checkpoint"), fitlog);
    const values: RunResults = {
      epochs: fitlog.length,
      lveEpoch: Number(line[1]),
      trainCost: Number(line[5]),
      validCost: Number(line[6]),
      svNll: line[20] === undefined ? null : Number(line[20]),
      all: together(fits),
      datasets: fits.map(({ name, nll, meanRateNll: mean, psthNll: psth, r2 }) => ({
        name,
        nll,
        meanRateNll: mean,
        psthNll: psth,
        r2: r2 && { pooled: r2.pooled, medianOverChannels: r2.medianOverChannels },
      })),
    };
    writeFileSync(join(out, "results.json"), `${JSON.stringify(values, null, 2)}\n`);
    if (!imported) writeFileSync(join(out, "lfads.done"), "");
  },
};

/** The fields of the epoch that the newest LVE checkpoint is of. */
function epochOf(checkpoint: string, fitlog: readonly string[]): string[] {
  const step = /-(\d+)"/.exec(readFileSync(checkpoint, "utf8"))?.[1];
  const line = fitlog.map((text) => text.split(",")).find((fields) => fields[3] === step);
  if (step !== undefined && line) return line;
  const what = `fitlog.csv has no epoch that ends at the step of the checkpoint${step === undefined ? "" : `, ${step}`}.`;
  throw new FailureError({ kind: "data", what, where: checkpoint });
}

/** A fit with what is needed to put several together. */
type OneFit = Fit & { readonly values: number; readonly perChannel: readonly number[] };

async function fitOf(input: string, posterior: string): Promise<OneFit> {
  const data = await openHdf5(input);
  const model = await openHdf5(posterior);
  try {
    const [trials, , channels] = data.shape("valid_data") as [number, number, number];
    const [, bins, outputs] = model.shape("output_dist_params") as [number, number, number];
    const gaussian = outputs === 2 * channels;
    const nll = gaussian ? new MeanGaussianNll(channels) : new MeanPoissonNll();
    const truth = data.has("valid_truth") ? new RateR2Sums(channels) : null;
    for (const [first, values] of slices(data, "valid_data", bins)) {
      const count = values.length / (bins * channels);
      const params = model.readFloat64Rows("output_dist_params", first, count);
      nll.add(values, params);
      truth?.add(gaussian ? meansOf(params, channels) : params, firstBinsOf(data, "valid_truth", bins, first, count));
    }
    const counts = (side: "train" | "valid") => countsOf(data, side, bins);
    const r2 = truth?.result() ?? null;
    return {
      nll: nll.mean,
      meanRateNll: gaussian
        ? channelGaussianNll(() => counts("train"), counts("valid"), channels)
        : meanRateNll(counts("train"), counts("valid"), channels),
      psthNll: gaussian ? null : psthOf(data, bins, channels),
      r2,
      values: trials * bins * channels,
      perChannel: r2 ? [...r2.perChannel] : [],
    };
  } finally {
    data.close();
    model.close();
  }
}

function psthOf(data: Hdf5File, nBins: number, nChannels: number): number | null {
  if (!data.has("train_condition")) return null;
  const [first = 0, second = 1] = data.readFloat64("timeVecMs");
  const shape = { nBins, nChannels, binMs: second - first, smoothMs: PSTH_SMOOTH_MS };
  function* trials(side: "train" | "valid") {
    const conditions = data.readFloat64(`${side}_condition`);
    let at = 0;
    for (const slice of countsOf(data, side, nBins)) {
      const count = slice.length / (nBins * nChannels);
      yield { counts: slice, conditions: [...conditions.subarray(at, at + count)].map((number) => number || null) };
      at += count;
    }
  }
  return psthNll(trials("train"), trials("valid"), shape);
}

function* countsOf(data: Hdf5File, side: "train" | "valid", bins: number): Generator<Float64Array> {
  for (const [, rows] of slices(data, `${side}_data`, bins)) yield rows;
}

/** Datasets together: likelihoods weighted by their values, the median over the channels of all. */
function together(fits: readonly OneFit[]): Fit {
  if (fits.length === 1) {
    const [{ nll, meanRateNll: mean, psthNll: psth, r2 }] = fits as [OneFit];
    return {
      nll,
      meanRateNll: mean,
      psthNll: psth,
      r2: r2 && { pooled: r2.pooled, medianOverChannels: r2.medianOverChannels },
    };
  }
  const total = fits.reduce((sum, fit) => sum + fit.values, 0);
  const mean = (value: (fit: OneFit) => number) => fits.reduce((sum, fit) => sum + value(fit) * fit.values, 0) / total;
  const channels = fits
    .flatMap((fit) => fit.perChannel)
    .filter((value) => !Number.isNaN(value))
    .sort((a, b) => a - b);
  const half = channels.length >>> 1;
  const median = channels.length % 2 === 1 ? channels[half]! : (channels[half - 1]! + channels[half]!) / 2;
  return {
    nll: mean((fit) => fit.nll),
    meanRateNll: mean((fit) => fit.meanRateNll),
    psthNll: fits.every((fit) => fit.psthNll !== null) ? mean((fit) => fit.psthNll!) : null,
    r2: fits.every((fit) => fit.r2) ? { pooled: mean((fit) => fit.r2!.pooled), medianOverChannels: median } : null,
  };
}
