// Times the engine, a round for each line of standard input, as bench/train.mjs asks. Prints JSON lines.
// Arguments: task (train or sample), size (JSON), file of counts (uint8, trials × T × N).
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { samplePosterior } from "#lib/engine/sample-posterior.js";
import { trainModel } from "#lib/engine/train-model.js";
import { costWeightsOf, modelSpecOf, trainingSpecOf, withDefaults } from "#rules/model-spec-of.js";

const [task, sizeText, countsFile] = process.argv.slice(2);
const { channels, bins, steps, sampledTrials, samples, params } = JSON.parse(sizeText);
const values = withDefaults({ ...params, maxEpochs: 2 });
const model = modelSpecOf(values, bins, [{ name: "bench", channels }]);
const all = new Uint8Array(readFileSync(countsFile));
const counts = (trials) => ({ values: all.subarray(0, trials * bins * channels), trials, channels });
const signal = new AbortController().signal;

/** Trains two epochs and times the second; the mean cost of each. */
async function trainRound(threads) {
  const train = steps * params.c_batch_size;
  const ends = [];
  const costs = [];
  const data = { counts: counts(train + 1), trials: { train, valid: 1 } };
  let state;
  const end = await trainModel(model, trainingSpecOf(values, 1), [data], {
    threads,
    signal,
    start: null,
    onEpoch({ total }) {
      ends.push(performance.now());
      costs.push(total[0]);
    },
    onLve() {},
    onCheckpoint(checkpoint) {
      state = checkpoint;
    },
  });
  if (end.kind !== "finished") throw new Error(`training ended: ${JSON.stringify(end)}`);
  return { trialsPerSecond: (train / (ends[1] - ends[0])) * 1000, costs, state };
}

/** Posterior averages of the first trials, the start of the threads included. */
async function sampleRound(threads, state) {
  const started = performance.now();
  let trials = 0;
  const request = {
    params: state.params,
    seed: 0,
    dataset: 0,
    counts: counts(sampledTrials),
    noiseTrials: Int32Array.from({ length: sampledTrials }, (_, trial) => trial),
    samples,
    weights: costWeightsOf(values),
  };
  await samplePosterior(model, request, {
    threads,
    signal,
    onTrials(_first, count) {
      trials += count;
    },
  });
  return { trialsPerSecond: (trials / (performance.now() - started)) * 1000, trials };
}

const trained = task === "sample" ? (await trainRound(2)).state : null;
for await (const line of createInterface({ input: process.stdin })) {
  const { threads } = JSON.parse(line);
  const { state: _, ...result } = trained ? await sampleRound(threads, trained) : await trainRound(threads);
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  console.log(JSON.stringify({ ...result, peakBytes }));
}
