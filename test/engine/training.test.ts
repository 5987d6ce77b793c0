import { describe, expect, test } from "vitest";
import { trialConstants } from "#lib/engine/constants.js";
import { padded } from "#lib/engine/model-spec.js";
import { parameterTable } from "#lib/engine/parameters.js";
import { PURPOSE } from "#lib/engine/random-purpose.js";
import { EngineLimitError } from "#lib/engine/run-threads.js";
import { epochBatches } from "#lib/engine/schedule.js";
import { trainModel } from "#lib/engine/train-model.js";
import type { TrainerState } from "#lib/engine/trainer-state.js";
import { relativeError } from "./numbers.js";
import { engineStep, referenceStep, type Step } from "./one-step.js";
import { unpad } from "./padding.js";
import { referenceCost } from "./reference/cost.js";
import { adam } from "./reference/optimiser.js";
import { normals } from "./reference/random.js";
import { parameterVector, randomVariables, smallCounts, smallModel, smallTraining } from "./small-models.js";
import { trainSmall } from "./train-small.js";

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
  const constant = mean(trials.map((trial) => trialConstants(model, counts[0]!.values, 22).seen[trial]!));
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

test("validation costs are the reference's without dropout, with noise of its own for every trial", async () => {
  const variables = randomVariables(model);
  const { bins: T, genDim: G, icDim: Z, icEncDim: H } = model;
  const ones = (length: number) => new Float64Array(length).fill(1);
  const [{ values }] = smallCounts(model, 27) as [(typeof counts)[number]];
  const training = { ...smallTraining, learningRateStop: 0, maxEpochs: 1 };
  const start = { ...startAt(parameterVector(table, variables)), learningRate: 1e-30 };
  const { reports } = await trainSmall({
    ...given,
    counts: [{ ...counts[0]!, values, trials: 27 }],
    trainTrials: 8,
    training,
    start,
  });

  const rows = 19; // more than go through the model together
  const key = { firstRow: 0, rowStride: 1, firstStep: 1, stepStride: 0, purpose: PURPOSE.validationNoise };
  const noise = unpad(normals({ bins: 1, rows, n: padded(Z), seed: training.seed, ...key }), rows, [Z]);
  const trials = Array.from({ length: rows }, (_, row) => 8 + row);
  const { recon, kl } = referenceCost(
    {
      model,
      dataset: 0,
      counts: trials.map((trial) => Float64Array.from(values.subarray(trial * T * 5, (trial + 1) * T * 5))),
      masks: trials.map(() => ({ input: ones(T * 5), encoder: ones(2 * H), generator: ones(T * G) })),
      noise: trials.map((_, row) => noise.slice(row * Z, (row + 1) * Z)),
      klWeight: 1,
      l2Weight: 0,
    },
    variables,
  );
  const mean = (each: ArrayLike<number>) => Array.from(each).reduce((a, b) => a + b, 0) / each.length;
  const constant = mean(trialConstants(model, values, 27).seen.subarray(8));
  const [report] = reports;
  expect(relativeError([report!.recon[1], report!.kl[1]], [mean(recon) + constant, mean(kl)])).toBeLessThan(1e-6);
});

describe("the course of a training", () => {
  test("steps, weights and epochs are counted; maxEpochs ends it with a checkpoint", async () => {
    const { end, reports, last } = await trainSmall(given);
    expect(end).toMatchObject({ kind: "finished" });
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
    const training = { ...smallTraining, l2GenScale: 0, l2ConScale: 0, l2StartStep: 1000 };
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
    expect(end).toMatchObject({ kind: "finished" });
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
    expect(end).toMatchObject({ kind: "finished" });
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

test("an abort ends the training soon, without another checkpoint", async () => {
  const controller = new AbortController();
  const said: string[] = [];
  const end = await trainModel(
    model,
    { ...smallTraining, maxEpochs: 0, learningRateStop: 0 },
    [{ counts: counts[0]!, trials: { train: 17, valid: 5 } }],
    {
      threads: 2,
      start: null,
      signal: controller.signal,
      onEpoch: () => controller.abort(),
      onLve: () => {},
      onCheckpoint: ({ epoch }) => {
        said.push(`checkpoint ${epoch}`);
      },
    },
  );
  expect(end).toEqual({ kind: "aborted" });
  expect(said.filter((line) => !line.endsWith("0"))).toEqual([]);
});
