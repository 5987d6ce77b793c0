// The same bits for any number of threads, interrupted or not, and the same as when the golden was recorded.
import { readFileSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import type { ModelSpec } from "#lib/engine/model-spec.js";
import { smallCounts, smallModel, smallTraining, twoDatasets } from "./small-models.js";
import { digestOf, reportsDigest, sampleSmall, stateDigest, type Trained, trainSmall } from "./train-small.js";

const golden = new URL("../../fixtures/engine-digests.json", import.meta.url);

/** 22 trials a dataset, 17 of them to train on: three batches of 6, the last one filled up. */
const MODELS: { name: string; model: ModelSpec; sampled: number[] }[] = [
  { name: "one dataset", model: { ...smallModel, icPriorVarMin: 0.01, icPriorVarMax: 1 }, sampled: [0, 37] },
  { name: "two datasets", model: { ...smallModel, datasets: twoDatasets, icDim: 6 }, sampled: [20] },
];
const runs = MODELS.map(({ name, model, sampled: numbersOfSamples }) => {
  const given = { model, training: smallTraining, counts: smallCounts(model, 22), trainTrials: 17 };
  const digests = async (threads: number) => {
    const trained = await trainSmall({ ...given, threads });
    const sampled = [];
    for (const dataset of model.datasets.keys()) {
      for (const samples of numbersOfSamples) {
        const counts = given.counts[dataset]!;
        const fields = await sampleSmall(model, trained.last.params, counts, { samples, dataset, threads });
        sampled.push(digestOf(...fields.values()));
      }
    }
    return { trained, digests: { state: stateDigest(trained.last), log: reportsDigest(trained.reports), sampled } };
  };
  return { name, given, digests };
});

describe.each(runs)("$name", ({ name, given, digests }) => {
  let one: { trained: Trained; digests: { state: string; log: string; sampled: string[] } };
  beforeAll(async () => {
    one = await digests(1);
  });

  test.each([2, 3, 4])("training and sampling give the same bits with %i threads as with one", async (threads) => {
    expect((await digests(threads)).digests).toEqual(one.digests);
  });

  test("results are those of fixtures/engine-digests.json", () => {
    const all = JSON.parse(readFileSync(golden, "utf8")) as Record<string, unknown>;
    if (process.env.UPDATE_GOLDEN) {
      writeFileSync(golden, `${JSON.stringify({ ...all, [name]: one.digests }, null, 2)}\n`);
      return;
    }
    expect(
      one.digests,
      "The engine computes other bits than before. If that is meant, raise REVISION in lib/engine/engine-version.ts (a change of the kernels counts by itself) and run UPDATE_GOLDEN=1 npx vitest run test/engine/digest.test.ts",
    ).toEqual(all[name]);
  });

  test("a training that resumes from a checkpoint ends as one that was never interrupted", async () => {
    const twelve = { ...given, training: { ...given.training, maxEpochs: 12 } };
    const whole = await trainSmall(twelve);
    const [tenth] = whole.checkpoints;
    expect(whole.checkpoints.map(({ epoch }) => epoch)).toEqual([10, 12]);
    const resumed = await trainSmall({ ...twelve, start: tenth!, threads: 2 });
    expect(stateDigest(resumed.last)).toBe(stateDigest(whole.last));
    expect(resumed.reports).toEqual(whole.reports.slice(10));
  });

  test("another seed, another keep probability or other counts give other bits", async () => {
    const { training, counts } = given;
    const [first, ...rest] = counts;
    const values = first!.values.slice();
    values[3] = values[3] === 0 ? 1 : 0;
    const others = [
      { ...given, training: { ...training, seed: training.seed + 1 } },
      { ...given, training: { ...training, keepProb: 0.89 } },
      { ...given, counts: [{ ...first!, values }, ...rest] },
    ];
    const states = [one.digests.state];
    for (const other of others) states.push(stateDigest((await trainSmall(other)).last));
    expect(new Set(states).size).toBe(4);
  });

  test("the start's seed matters beyond the initial values: it orders batches and draws dropout and noise", async () => {
    const { training } = given;
    const start = { ...one.trained.last, epoch: 0 };
    const oneEpoch = { ...given, start, training: { ...training, maxEpochs: 1 } };
    const same = await trainSmall(oneEpoch);
    const other = await trainSmall({ ...oneEpoch, training: { ...oneEpoch.training, seed: training.seed + 1 } });
    expect(stateDigest(other.last)).not.toBe(stateDigest(same.last));
  });
});
