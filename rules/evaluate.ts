import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Rule } from "#lib/build/rule.js";
import { median } from "#lib/metrics/median.js";
import { type DatasetFit, type Decoding, evaluateDataset } from "./evaluate-dataset.js";
import { EvaluatedDataset } from "./evaluated-dataset.js";
import type { DatasetEvaluation, Evaluation, Measures } from "./evaluation.js";
import { isPosteriorOf, POSTERIOR_KINDS } from "./run-place.js";
import { ruleVersions } from "./versions.js";

export interface EvaluateParams {
  readonly datasets: readonly string[];
  /** How behaviour is decoded, of datasets that say it. */
  readonly decode: Readonly<Record<string, Partial<Decoding>>>;
  /** Width of the bins, for exports that do not tell it. */
  readonly binMs?: number;
}

/**
 * Holds the averaged posterior samples against counts, truth and what else the recordings bring. Inputs: the exports, named for their
 * datasets, and `posterior_sample_and_average`; output `evaluation.json`.
 */
export const evaluate: Rule = {
  name: "evaluate",
  version: ruleVersions.evaluate,
  async run({ params, inputs, out, signal, progress, warn }) {
    const { datasets, decode, binMs } = params as unknown as EvaluateParams;
    const fits: (DatasetFit & { name: string })[] = [];
    for (const [i, name] of datasets.entries()) {
      signal.throwIfAborted();
      progress({ done: i / datasets.length });
      const exported = (file: string) => inputs[name]!.find((each) => each.name === file)?.path;
      const posterior = (side: "train" | "valid") =>
        inputs[POSTERIOR_KINDS[0]]!.find((file) => isPosteriorOf(name, side, POSTERIOR_KINDS[0], file.name))?.path;
      const run = await EvaluatedDataset.open({
        input: exported(`lfads_${name}.h5`)!,
        inputInfo: exported(`inputInfo_${name}.mat`),
        extra: exported(`evaluation_${name}.h5`),
        binMs,
        train: posterior("train"),
        valid: posterior("valid")!,
      });
      for (const note of run.notes) warn(note);
      try {
        fits.push({ name, ...evaluateDataset(run, { from: "rates", lagMs: 0, ...decode[name] }) });
      } finally {
        run.close();
      }
    }
    const evaluation: Evaluation = { all: together(fits), datasets: fits.map(ofDataset) };
    // JSON knows no NaN and makes it null.
    writeFileSync(join(out, "evaluation.json"), `${JSON.stringify(evaluation, null, 2)}\n`);
  },
};

function ofDataset(fit: DatasetFit & { name: string }): DatasetEvaluation {
  const { bits, r2, coSmoothing, behavior } = fit;
  return {
    name: fit.name,
    ...together([fit]),
    perChannel: { bitsPerSpike: bits?.perChannel ?? null, r2: r2 && [...r2.perChannel], psthR2: fit.psthR2 },
    heldOut: coSmoothing && { channels: coSmoothing.channels, bitsPerSpike: coSmoothing.perChannel },
    decoder: behavior && { from: behavior.from, lagMs: behavior.lagMs, lambda: behavior.lambda },
  };
}

/**
 * Datasets together: likelihoods weighted by their values, bits over all spikes, the median and mean over the channels of
 * all; of states and behaviour the mean of the datasets, where they have the same number of them.
 */
function together(fits: readonly DatasetFit[]): Measures {
  const [first] = fits as [DatasetFit];
  const all = <T>(of: (fit: DatasetFit) => T | null): T[] | null => {
    const values = fits.map(of);
    return values.every((value) => value !== null) ? (values as T[]) : null;
  };
  const total = fits.reduce((sum, fit) => sum + fit.values, 0);
  const weighted = (values: readonly number[]) =>
    values.length === 1 ? values[0]! : values.reduce((sum, value, i) => sum + value * fits[i]!.values, 0) / total;
  const psths = all((fit) => fit.psthNll);
  const r2 = all((fit) => fit.r2);
  const channels = all((fit) => fit.psthR2)?.flat();
  return {
    nll: weighted(fits.map((fit) => fit.nll)),
    meanRateNll: weighted(fits.map((fit) => fit.meanRateNll)),
    psthNll: psths && weighted(psths),
    bitsPerSpike: pooled(all((fit) => fit.bits)),
    coSmoothing: pooled(all((fit) => fit.coSmoothing)),
    r2: r2 && {
      pooled: weighted(r2.map((each) => each.pooled)),
      medianOverChannels: median(r2.flatMap((each) => [...each.perChannel])),
    },
    psthR2: channels ? mean(channels.filter((value) => !Number.isNaN(value))) : null,
    states: meanOfEach(
      all((fit) => fit.states),
      first.states,
    ),
    behavior: meanOfEach(
      all((fit) => fit.behavior?.r2 ?? null),
      first.behavior?.r2,
    ),
  };
}

function pooled(results: readonly { bits: number; gain: number; spikes: number }[] | null): number | null {
  if (!results) return null;
  if (results.length === 1) return results[0]!.bits;
  const sum = (of: "gain" | "spikes") => results.reduce((total, each) => total + each[of], 0);
  return sum("gain") / (sum("spikes") * Math.LN2);
}

function meanOfEach(lists: readonly (readonly number[])[] | null, first: readonly number[] | null | undefined) {
  if (!lists || !first || lists.some((list) => list.length !== first.length)) return null;
  return first.map((_, i) => mean(lists.map((list) => list[i]!)));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
