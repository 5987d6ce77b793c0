/** Entry of a worker thread: thread 0 leads, the others follow. */
import { parentPort, workerData } from "node:worker_threads";
import { log } from "#lib/float64/log.js";
import { splitConstants, type TrialConstants } from "./constants.js";
import { initialParams, overwrite } from "./initial-params.js";
import type { LeaderMessage, SampleJob, ThreadData, TrainJob } from "./job.js";
import { instantiateKernels } from "./kernels.js";
import { l2Cost } from "./l2-cost.js";
import { LayerContext, type LayerOptions, NO_REGULARISERS } from "./layer-context.js";
import { memoryPlan, sampleLength } from "./memory-plan.js";
import { hasInitialCondition, hasLearnedPriorVariance, padded } from "./model-spec.js";
import { Network } from "./network.js";
import { ARGS, makePhases, PHASES, type PhaseContext } from "./phases.js";
import { makeSamplePhase } from "./sample-phase.js";
import { acknowledgedChunks, Team } from "./team.js";
import { isTrained } from "./trained-tensors.js";
import { Trainer } from "./trainer.js";

const { wasm, memory, thread, sizes, data, job } = workerData as ThreadData;
const kernels = instantiateKernels(wasm, memory);
const plan = memoryPlan(sizes);
const { table } = plan;
const { model } = job;
const post = (message: LeaderMessage) => parentPort!.postMessage(message);

const training = job.kind === "train" ? job.training : null;
const layers: LayerOptions = {
  kernels,
  memory,
  spec: model,
  plan,
  thread,
  data,
  seed: job.kind === "train" ? job.training.seed : job.seed,
  regularisers: training ?? NO_REGULARISERS,
};
const base = {
  kernels,
  memory,
  spec: model,
  plan,
  network: new Network(layers),
  thread,
  isTrained: (tensor: Parameters<typeof isTrained>[0]) => training !== null && isTrained(tensor, training),
  jitter: training !== null && training.temporalSpikeJitterWidth > 0,
};

if (job.kind === "train") {
  const team = makeTeam(() => undefined);
  if (thread === 0) lead(team, job);
  else team.follow();
} else {
  const team = makeTeam((context) =>
    makeSamplePhase(context, {
      from: job.from,
      samples: job.samples,
      dataset: job.dataset,
      channels: model.datasets[job.dataset]!.channels,
      trials: data[job.dataset]!.trials,
      constants: job.constants,
      noiseTrials: job.noiseTrials,
      weights: job.weights,
      l2: l2Cost(table, job.params, job.weights),
    }),
  );
  if (thread === 0) leadSampling(team, job);
  else team.follow();
}

function makeTeam(sample: (context: Omit<PhaseContext, "onSample">) => ((item: number) => void) | undefined): Team {
  const team: Team = new Team(memory, sizes.threads, (args) => {
    const context = { ...base, args };
    const onSample = sample(context);
    return makePhases(onSample ? { ...context, onSample } : context);
  });
  return team;
}

function setFixedPriorVariance(): void {
  if (!hasInitialCondition(model) || hasLearnedPriorVariance(model)) return;
  const logvars = new Float32Array(memory.buffer, plan.priorLogvar, padded(model.icDim));
  logvars.fill(log(model.icPriorVarScale));
}

function lead(team: Team, train: TrainJob): void {
  setFixedPriorVariance();
  const trainer = new Trainer(
    team,
    memory,
    plan,
    train.training,
    train.trials,
    constants(train),
    model.coDim,
    train.start ?? initialState(train),
  );
  let checkpoints = 0;
  const end = trainer.run({
    ...(train.reportSteps ? { onStep: (report) => post({ kind: "step", report }) } : {}),
    onHalved: (divergence, epoch, learningRate) => post({ kind: "halved", divergence, epoch, learningRate }),
    onEpoch: (report) => post({ kind: "epoch", report }),
    onLve: (state) => post({ kind: "lve", state }),
    onCheckpoint: (state) => {
      acknowledgedChunks(memory, checkpoints++);
      post({ kind: "checkpoint", state });
    },
  });
  team.stop();
  if (end.reason === "diverged") post({ kind: "diverged", divergence: end.divergence });
  else if (end.reason === "aborted") post({ kind: "aborted" });
  else post({ kind: "finished", why: end.reason });
}

function initialState(train: TrainJob) {
  const params = initialParams(table, train.training.seed, kernels, memory, plan.shardGradients);
  overwrite(table, params, train.initial);
  return {
    params,
    moment1: new Float32Array(table.length),
    moment2: new Float32Array(table.length),
    step: 0,
    epoch: 0,
    learningRate: train.training.learningRateInit,
    costs: [],
    beta1Power: 1,
    beta2Power: 1,
    lowestValidCost: Number.POSITIVE_INFINITY,
    lveEpoch: 0,
  };
}

/** Where sample validation holds elements out, the constants are those of the rest. */
function constants(train: TrainJob): readonly TrialConstants[] {
  if (train.training.svRate === 0) return train.constants;
  const context = new LayerContext(layers);
  return data.map(({ trials, channels, wide }, dataset) => {
    const [at, length] = [plan.data[dataset]!, trials * model.bins * channels];
    const counts = wide ? new Float32Array(memory.buffer, at, length) : new Uint8Array(memory.buffer, at, length);
    return splitConstants(context, dataset, counts, trials);
  });
}

function leadSampling(team: Team, sample: SampleJob): void {
  setFixedPriorVariance();
  new Float32Array(memory.buffer, plan.params, table.length).set(sample.params);
  team.run(PHASES.pack, plan.packs.length + 1);
  const length = sampleLength(model, model.datasets[sample.dataset]!.channels);
  let chunks = 0;
  for (let first = 0; first < sample.trials && !team.aborted; first += sizes.sampledTrials) {
    const trials = Math.min(sizes.sampledTrials, sample.trials - first);
    team.args[ARGS.firstTrial] = first;
    team.run(PHASES.sample, trials);
    const values = new Float64Array(memory.buffer, plan.sampled, trials * length).slice();
    acknowledgedChunks(memory, chunks - 1);
    post({ kind: "samples", firstTrial: first, trials, values });
    chunks += 1;
  }
  const { aborted } = team;
  team.stop();
  post(aborted ? { kind: "aborted" } : { kind: "finished", why: null });
}
