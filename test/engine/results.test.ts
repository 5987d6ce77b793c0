/** results.json of runs and what it takes from their evaluation, against likelihoods computed here from the posterior. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { evaluate } from "#rules/evaluate.js";
import { posterior } from "#rules/posterior.js";
import { results } from "#rules/results.js";
import type { RunResults } from "#rules/run-results.js";
import { folder } from "./saved-states.js";
import { filesOf, type Given, runRule, trainRun } from "./train-run.js";

const kind = "posterior_sample_and_average";

/** Results of a run of one dataset, and what they are of: counts and outputs of validation trials, trials × bins × values. */
async function resultsOf(given: Given) {
  const [dir, sampled, out] = [folder(), folder(), folder()];
  const { fitlog } = await trainRun(dir, given);
  const data = join(dir, "lfads_day1.h5");
  const trained = filesOf(join(dir, "out/lfadsOutput"));
  const exported = { day1: [{ name: "lfads_day1.h5", path: data, digest: "" }] };
  const params = { kind, seed: 0, samples: 4, datasets: ["day1"] };
  await runRule(posterior, { params, inputs: { ...exported, checkpoint: trained }, out: sampled });
  const named = (name: string) => trained.filter((file) => file.name === `lfadsOutput/${name}`);
  const runs = filesOf(join(sampled, "lfadsOutput"));
  await runRule(evaluate, { params: { datasets: ["day1"], decode: {} }, inputs: { ...exported, [kind]: runs }, out });
  const evaluation = filesOf(out).filter(({ name }) => name.endsWith("evaluation.json"));
  const inputs = { fitlog: named("fitlog.csv"), checkpoint: named("checkpoint_lve"), evaluation };
  await runRule(results, { params: {}, inputs, out });
  const read = async (file: string, path: string) => {
    const h5 = await openHdf5(file);
    const array = { shape: h5.shape(path) as [number, number, number], values: h5.readFloat64(path) };
    h5.close();
    return array;
  };
  return {
    fitlog,
    results: JSON.parse(readFileSync(join(out, "results.json"), "utf8")) as RunResults,
    counts: await read(data, "valid_data"),
    training: await read(data, "train_data"),
    outputs: await read(join(sampled, `lfadsOutput/model_runs_day1.h5_valid_${kind}`), "output_dist_params"),
  };
}

const logFactorial = (k: number): number => (k < 2 ? 0 : Math.log(k) + logFactorial(k - 1));
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

test("a run on the first bins is held against the first bins of the data", async () => {
  const { results: made, counts, training, outputs } = await resultsOf({ values: { c_debug_reduce_timesteps_to: 4 } });
  const [T, N] = [4, 5];
  expect(outputs.shape).toEqual([4, T, N]);
  const first = ({ shape, values }: typeof counts) => [...values].filter((_, i) => Math.floor(i / N) % shape[1] < T);
  const nll = (rate: (i: number) => number) =>
    mean(first(counts).map((k, i) => rate(i) - k * Math.log(rate(i)) + logFactorial(k)));
  expect(made.all.nll).toBeCloseTo(
    nll((i) => outputs.values[i]!),
    12,
  );
  const rates = Array.from({ length: N }, (_, n) => mean(first(training).filter((__, i) => i % N === n)));
  expect(made.all.meanRateNll).toBeCloseTo(
    nll((i) => rates[i % N]!),
    12,
  );
});

test("gaussian output is held against means and variances, and against those of each channel in training", async () => {
  const { results: made, counts, training, outputs } = await resultsOf({ values: { c_output_dist: "gaussian" } });
  const N = 5;
  const nll = (of: (i: number) => readonly [mean: number, variance: number]) =>
    mean(
      [...counts.values].map((x, i) => {
        const [m, v] = of(i);
        return -Math.log(Math.exp(-((x - m) ** 2) / (2 * v)) / Math.sqrt(2 * Math.PI * v));
      }),
    );
  const output = (i: number) => {
    const at = 2 * N * Math.floor(i / N) + (i % N);
    return [outputs.values[at]!, outputs.values[at + N]!] as const;
  };
  expect(made.all.nll).toBeCloseTo(nll(output), 12);
  const channels = Array.from({ length: N }, (_, n) => {
    const values = [...training.values].filter((__, i) => i % N === n);
    const center = mean(values);
    return [center, mean(values.map((x) => (x - center) ** 2))] as const;
  });
  expect(made.all.meanRateNll).toBeCloseTo(
    nll((i) => channels[i % N]!),
    12,
  );
  const { psthNll, bitsPerSpike, coSmoothing } = made.all;
  expect([psthNll, bitsPerSpike, coSmoothing, made.svNll]).toEqual([null, null, null, null]);
});

test("sample validation's likelihood is that of the LVE epoch", async () => {
  const values = { c_sv_rate: 0.3, c_learning_rate_init: 0.3, maxEpochs: 0, patience: 3 };
  const { results: made, fitlog } = await resultsOf({ values });
  expect(made.epochs - made.lveEpoch).toBe(3);
  expect(fitlog.split("\n")[made.lveEpoch - 1]).toMatch(new RegExp(`, sv,${made.svNll}0*$`));
});
