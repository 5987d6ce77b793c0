import { describe, expect, test } from "vitest";
import { parameterTable, readVariable } from "#lib/engine/parameters.js";
import { priorOf } from "#lib/engine/prior.js";
import { EngineLimitError } from "#lib/engine/run-threads.js";
import { epochBatches } from "#lib/engine/schedule.js";
import { logFactorialSums } from "#lib/engine/trainer.js";
import type { TrainerState } from "#lib/engine/trainer-state.js";
import { relativeError } from "./numbers.js";
import { engineStep, referenceStep, type Step } from "./one-step.js";
import { referenceCost } from "./reference/cost.js";
import { adam } from "./reference/optimiser.js";
import { parameterVector, randomVariables, smallCounts, smallModel, smallTraining } from "./small-models.js";
import { sampleSmall, trainSmall } from "./train-small.js";

const model = smallModel;
const counts = smallCounts(model, 22);
const given = { model, training: smallTraining, counts, trainTrials: 17 };
const table = parameterTable(model);

function startAt(params: Float32Array): TrainerState {
  return {
    params,
    moment1: new Float32Array(params.length),
    moment2: new Float32Array(params.length),
    step: 0,
    epoch: 0,
    learningRate: 0.02,
    costs: [],
    beta1Power: 1,
    beta2Power: 1,
    lowestValidCost: Number.POSITIVE_INFINITY,
  };
}

test("an epoch of one step reports the reference's costs and takes Adam's first step on the clipped gradient", async () => {
  const variables = randomVariables(model);
  const params = parameterVector(table, variables);
  const training = {
    ...smallTraining,
    batchSize: 17,
    klIncreaseSteps: 0,
    l2StartStep: 0,
    l2IncreaseSteps: 0,
    maxEpochs: 1,
  };
  const { reports, last } = await trainSmall({ ...given, training, start: startAt(params) });

  const trials = [...epochBatches(training.seed, 1, [17], 17)[0]!.trials];
  const { seed, keepProb } = training;
  const step: Step = { model, counts, params, dataset: 0, trials, seed, step: 0, keepProb, klWeight: 1, l2Weight: 10 };
  const { cost, recon, kl } = referenceCost(referenceStep(step), variables);
  const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
  const constant = mean(trials.map((trial) => logFactorialSums(counts[0]!.values, 22)[trial]!));
  const [report] = reports;
  expect(relativeError([report!.recon[0], report!.kl[0]], [mean(recon) + constant, mean(kl)])).toBeLessThan(1e-6);
  expect(relativeError([report!.total[0]], [cost + constant])).toBeLessThan(1e-6);

  const { gradient } = engineStep(step);
  const norm = Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0));
  expect(norm).toBeGreaterThan(training.maxGradNorm);
  expect(Math.abs(report!.gradientNorm / norm - 1)).toBeLessThan(1e-6);
  const vectors = {
    params: Float64Array.from(params),
    m: new Float64Array(params.length),
    v: new Float64Array(params.length),
  };
  // lr · √(1 − β₂) / (1 − β₁), ε = 0.1
  const rate = (0.02 * Math.sqrt(1 - 0.999)) / (1 - 0.9);
  const after = adam(vectors, gradient, training.maxGradNorm / norm, rate, 0.1);
  const change = (to: ArrayLike<number>) => Float64Array.from(to, (value, i) => value - params[i]!);
  expect(relativeError(change(last.params), change(after.params))).toBeLessThan(1e-3); // differences of float32
  expect(relativeError(last.moment1, after.m)).toBeLessThan(1e-6);
  expect(relativeError(last.moment2, after.v)).toBeLessThan(1e-6);
  expect([last.step, last.beta1Power, last.beta2Power]).toEqual([1, 0.9, 0.999]);
});

test("validation costs do not depend on the batch size: each validation trial is visited once", async () => {
  const start = startAt(parameterVector(table, randomVariables(model)));
  const frozen = { ...smallTraining, learningRateInit: 1e-30, maxEpochs: 1 };
  const valid: number[] = [];
  for (const batchSize of [1, 6, 17]) {
    const { reports } = await trainSmall({
      ...given,
      start: { ...start, learningRate: 1e-30 },
      training: { ...frozen, batchSize, learningRateStop: 0 },
    });
    valid.push(reports[0]!.recon[1]);
  }
  expect(new Set(valid).size).toBe(1);
});

describe("the course of a training", () => {
  test("steps, weights and epochs are counted; maxEpochs ends it with a checkpoint", async () => {
    const { end, reports, last } = await trainSmall(given);
    expect(end).toEqual({ kind: "finished" });
    expect(reports.map(({ epoch, step }) => [epoch, step])).toEqual([
      [1, 3],
      [2, 6],
      [3, 9],
      [4, 12],
    ]);
    expect(reports.map(({ klWeight, l2Weight }) => [klWeight, l2Weight])).toEqual([
      [0.75, 0.4],
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
    expect([last.epoch, last.step]).toEqual([4, 12]);
  });

  test("the first LVE comes after both ramps, and only with a cost below all before", async () => {
    const training = { ...smallTraining, l2StartStep: 8, l2IncreaseSteps: 1, maxEpochs: 30 };
    const { reports, lve } = await trainSmall({ ...given, training });
    let lowest = Number.POSITIVE_INFINITY;
    const expected = reports
      .filter(({ epoch, total }) => {
        if (epoch < 3 || total[1] >= lowest) return false;
        lowest = total[1];
        return true;
      })
      .map(({ epoch }) => epoch);
    expect(expected[0]).toBe(3);
    expect(lve.map(({ epoch }) => epoch)).toEqual(expected);
    expect(reports.filter((report) => report.lve).map(({ epoch }) => epoch)).toEqual(expected);
    expect(lve.at(-1)!.lowestValidCost).toBe(lowest);
  });

  test("an L2 cost of scale 0 counts as reached", async () => {
    const training = { ...smallTraining, l2GenScale: 0, l2StartStep: 1000 };
    const { lve } = await trainSmall({ ...given, training });
    expect(lve[0]!.epoch).toBe(2);
  });

  test("without an end of the ramps there is no LVE", async () => {
    const training = { ...smallTraining, klIncreaseSteps: 1000 };
    const { lve, last } = await trainSmall({ ...given, training });
    expect(lve).toEqual([]);
    expect(last.lowestValidCost).toBe(Number.POSITIVE_INFINITY);
  });

  test("the rate falls by the rule on the reported training costs, and training ends below learning_rate_stop", async () => {
    const training = {
      ...smallTraining,
      learningRateDecayFactor: 0.5,
      learningRateNToCompare: 1,
      learningRateStop: 0.003,
      maxEpochs: 0,
    };
    const { end, reports, last } = await trainSmall({ ...given, training });
    expect(end).toEqual({ kind: "finished" });
    const costs: number[] = [];
    let rate = 0.02;
    for (const { total, learningRate } of reports) {
      expect(learningRate).toBe(rate);
      const worse = costs.length > 1 && total[0] > costs.at(-1)!;
      if (worse) rate *= 0.5;
      costs.push(worse ? Number.POSITIVE_INFINITY : total[0]);
    }
    expect(last.learningRate).toBe(rate);
    expect(rate).toBe(0.0025);
  });

  test("training lowers both costs", async () => {
    const training = { ...smallTraining, maxEpochs: 40, klIncreaseSteps: 0, l2StartStep: 0, l2IncreaseSteps: 0 };
    const { reports } = await trainSmall({ ...given, training });
    const [first, end] = [reports[0]!, reports.at(-1)!];
    expect(end.total[0]).toBeLessThan(0.9 * first.total[0]);
    expect(end.total[1]).toBeLessThan(0.9 * first.total[1]);
  });

  test("a batch of more trials than there are draws the rest at random", async () => {
    const training = { ...smallTraining, batchSize: 40, maxEpochs: 2 };
    const { end, reports } = await trainSmall({ ...given, training });
    expect(end).toEqual({ kind: "finished" });
    expect(reports.map(({ step }) => step)).toEqual([1, 2]);
  });
});

describe("divergence", () => {
  test("is reported with its step, epoch, learning rate and first bad tensor", async () => {
    const training = { ...smallTraining, learningRateInit: 1e30 };
    const { end, reports, checkpoints } = await trainSmall({ ...given, training });
    expect(end).toEqual({
      kind: "diverged",
      divergence: { step: 2, epoch: 1, learningRate: 1e30, tensor: "gradient of LFADS_ic_enc_fwd_ic_enc_t0_fwd" },
    });
    expect([reports, checkpoints]).toEqual([[], []]);
  });

  test("of the validation cost alone is reported too", async () => {
    const training = { ...smallTraining, learningRateInit: 1e30, batchSize: 17 };
    const { end } = await trainSmall({ ...given, training });
    expect(end).toEqual({
      kind: "diverged",
      divergence: { step: 1, epoch: 1, learningRate: 1e30, tensor: "validation cost" },
    });
  });
});

test("a layer wider than the kernels take is refused before anything is computed", async () => {
  const wide = { ...model, genDim: 2052 };
  const message = "c_gen_dim is 2052; the wasm engine takes at most 2048";
  await expect(trainSmall({ ...given, model: wide })).rejects.toThrow(new EngineLimitError(message));
});

describe("posterior sampling", () => {
  const variables = randomVariables(model);
  const params = parameterVector(table, variables);
  const [first] = counts;

  test("posterior means pushed through give the reference's costs without dropout and noise", async () => {
    const fields = await sampleSmall(model, params, first!, { samples: 0 });
    const { bins: T, icDim: Z, genDim: G, icEncDim: H } = model;
    const ones = (length: number) => new Float64Array(length).fill(1);
    const trials = Array.from({ length: 22 }, (_, trial) => trial);
    const values = referenceCost(
      {
        model,
        dataset: 0,
        counts: trials.map((trial) => Float64Array.from(first!.values.subarray(trial * T * 5, (trial + 1) * T * 5))),
        masks: trials.map(() => ({ input: ones(T * 5), encoder: ones(2 * H), generator: ones(T * G) })),
        noise: trials.map(() => new Float64Array(Z)),
        klWeight: 1,
        l2Weight: 10,
      },
      variables,
    );
    const constants = logFactorialSums(first!.values, 22);
    const nll = trials.map((trial) => values.recon[trial]! + values.kl[trial]! + constants[trial]!);
    expect(relativeError(fields.get("nll_bound_vaes")!, nll)).toBeLessThan(1e-6);
    expect(relativeError(fields.get("nll_bound_iwaes")!, nll)).toBeLessThan(1e-6);
    const mean = (each: ArrayLike<number>) => Array.from(each).reduce((a, b) => a + b, 0) / each.length;
    const l2 = values.cost - mean(values.recon) - mean(values.kl);
    const costs = nll.map((value) => value + l2);
    expect(relativeError(fields.get("costs")!, costs)).toBeLessThan(1e-6);
  });

  test("outputs have a value for every trial, bin and unit, the rates being those of the factors", async () => {
    const fields = await sampleSmall(model, params, first!, { samples: 0 });
    const { bins: T, factorsDim: F, genDim: G, icDim: Z } = model;
    expect(Object.fromEntries([...fields].map(([name, values]) => [name, values.length / 22]))).toEqual({
      post_g0_mean: Z,
      post_g0_logvar: Z,
      gen_ics: G,
      gen_states: T * G,
      factors: T * F,
      output_dist_params: T * 5,
      costs: 1,
      nll_bound_vaes: 1,
      nll_bound_iwaes: 1,
    });
    const [W, b] = ["W", "b"].map((part) => variables.get(`LFADS_glm_fac_2_logrates_one.h5_${part}`)!);
    const factors = fields.get("factors")!;
    const rates = Float64Array.from({ length: 22 * T * 5 }, (_, i) => {
      const [row, n] = [Math.floor(i / 5), i % 5];
      let logit = b![n]!;
      for (let f = 0; f < F; f++) logit += factors[row * F + f]! * W![f * 5 + n]!;
      return Math.exp(logit);
    });
    expect(relativeError(fields.get("output_dist_params")!, rates)).toBeLessThan(1e-6);
  });

  test("averages of many samples approach the posterior mean, and a trial's do not depend on the other trials", async () => {
    const means = await sampleSmall(model, params, first!, { samples: 0 });
    const sampled = await sampleSmall(model, params, first!, { samples: 4000 });
    const [W, b] = ["W", "b"].map((part) => variables.get(`LFADS_gen_g0_2_gen_ic_${part}`)!);
    // gen_ics are linear in z: their mean is that of the posterior mean, their error std/√samples
    const { icDim: Z, genDim: G } = model;
    const error = sampled.get("gen_ics")!.map((value, i) => {
      const [trial, g] = [Math.floor(i / G), i % G];
      let mean = b![g]!;
      let variance = 0;
      for (let z = 0; z < Z; z++) {
        mean += means.get("post_g0_mean")![trial * Z + z]! * W![z * G + g]!;
        variance += Math.exp(means.get("post_g0_logvar")![trial * Z + z]!) * W![z * G + g]! ** 2;
      }
      return (value - mean) / Math.sqrt(variance / 4000);
    });
    expect(Math.max(...error.map(Math.abs))).toBeLessThan(4.5);
    const spread = Math.sqrt(error.reduce((sum, value) => sum + value * value, 0) / error.length);
    expect(spread).toBeGreaterThan(0.7);
    expect(spread).toBeLessThan(1.3);

    const three = { ...first!, values: first!.values.subarray(0, 3 * model.bins * 5), trials: 3 };
    const some = await sampleSmall(model, params, three, { samples: 37 });
    const all = await sampleSmall(model, params, first!, { samples: 37 });
    for (const [name, values] of some) expect([...values]).toEqual([...all.get(name)!.subarray(0, values.length)]);
  });

  test("the importance-weighted bound is not above the variational one", async () => {
    const fields = await sampleSmall(model, params, first!, { samples: 50 });
    const [vae, iwae] = [fields.get("nll_bound_vaes")!, fields.get("nll_bound_iwaes")!];
    for (let trial = 0; trial < 22; trial++) expect(iwae[trial]).toBeLessThan(vae[trial]!);
  });
});

test("the prior of the parameters is the fixed one, or σ(exp(v))·(max − min) + min", () => {
  expect([...priorOf(model, parameterVector(table, randomVariables(model))).logvar]).toEqual(
    Array(3).fill(Math.log(0.1)),
  );
  const learned = { ...model, icPriorVarMin: 0.01, icPriorVarMax: 2 };
  const learnedTable = parameterTable(learned);
  const params = parameterVector(learnedTable, randomVariables(learned));
  const prior = priorOf(learned, params);
  const v = readVariable(
    learnedTable,
    learnedTable.variables.find(({ name }) => name === "LFADS_z_prior_g0_logvar")!,
    params,
  );
  const variances = Array.from(v, (value) => (1 / (1 + Math.exp(-Math.exp(value)))) * 1.99 + 0.01);
  expect(relativeError(prior.logvar, variances.map(Math.log))).toBeLessThan(1e-12);
});
