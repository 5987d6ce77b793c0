/** Entry of a worker thread: thread 0 leads, the others follow. */
import { parentPort, workerData } from "node:worker_threads";
import { log } from "#lib/float64/log.js";
import { initialParams } from "./initial-params.js";
import type { LeaderMessage, SampleJob, ThreadData, TrainJob } from "./job.js";
import { instantiateKernels, type Kernels } from "./kernels.js";
import { type MemoryPlan, memoryPlan, sampleLength } from "./memory-plan.js";
import { hasLearnedPriorVariance, padded } from "./model-spec.js";
import { Network } from "./network.js";
import { ARGS, makePhases, PHASES, type PhaseContext } from "./phases.js";
import { makeSamplePhase } from "./sample-phase.js";
import { acknowledgedChunks, Team } from "./team.js";
import { decayedValues, l2Cost, Trainer } from "./trainer.js";

const { wasm, memory, thread, sizes, data, job } = workerData as ThreadData;
const kernels = instantiateKernels(wasm, memory);
const plan = memoryPlan(sizes);
const post = (message: LeaderMessage) => parentPort!.postMessage(message);

const seed = job.kind === "train" ? job.training.seed : job.seed;
const network = new Network(kernels, job.model, plan, thread, data, seed);
const base = { kernels, memory, spec: job.model, plan, network, thread };

if (job.kind === "train") {
  const team = makeTeam(() => undefined);
  if (thread === 0) lead(team, job, kernels, plan);
  else team.follow();
} else {
  const team = makeTeam((context) =>
    makeSamplePhase(context, {
      samples: job.samples,
      dataset: job.dataset,
      channels: job.model.datasets[job.dataset]!.channels,
      logFactorials: job.logFactorials,
      noiseTrials: job.noiseTrials,
      klIcWeight: job.klIcWeight,
      l2: l2Cost(plan, job.params, job.l2GenScale, decayedValues(plan)),
    }),
  );
  if (thread === 0) leadSampling(team, job, plan);
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

function setFixedPriorVariance(variance: number): void {
  new Float32Array(memory.buffer, plan.priorLogvar, padded(job.model.icDim)).fill(log(variance));
}

function lead(team: Team, train: TrainJob, k: Kernels, memoryPlanned: MemoryPlan): void {
  const { table } = memoryPlanned;
  if (!hasLearnedPriorVariance(train.model)) setFixedPriorVariance(train.model.icPriorVarScale);
  const start = train.start ?? {
    params: initialParams(table, train.model, train.training.seed, k, memory, memoryPlanned.shardGradients),
    moment1: new Float32Array(table.length),
    moment2: new Float32Array(table.length),
    step: 0,
    epoch: 0,
    learningRate: train.training.learningRateInit,
    costs: [],
    beta1Power: 1,
    beta2Power: 1,
    lowestValidCost: Number.POSITIVE_INFINITY,
  };
  const trainer = new Trainer(team, memory, memoryPlanned, train.training, train.trials, train.logFactorials, start);
  let checkpoints = 0;
  const end = trainer.run({
    onEpoch: (report) => post({ kind: "epoch", report }),
    onLve: (state) => post({ kind: "lve", state }),
    onCheckpoint: (state) => {
      acknowledgedChunks(memory, checkpoints++);
      post({ kind: "checkpoint", state });
    },
  });
  team.stop();
  post(end.reason === "diverged" ? { kind: "diverged", divergence: end.divergence } : { kind: end.reason });
}

function leadSampling(team: Team, sample: SampleJob, memoryPlanned: MemoryPlan): void {
  if (!hasLearnedPriorVariance(sample.model)) setFixedPriorVariance(sample.model.icPriorVarScale);
  new Float32Array(memory.buffer, memoryPlanned.params, memoryPlanned.table.length).set(sample.params);
  team.run(PHASES.pack, memoryPlanned.packs.length + 1);
  const length = sampleLength(sample.model, sample.model.datasets[sample.dataset]!.channels);
  let chunks = 0;
  for (let first = 0; first < sample.trials && !team.aborted; first += sizes.sampledTrials) {
    const trials = Math.min(sizes.sampledTrials, sample.trials - first);
    team.args[ARGS.firstTrial] = first;
    team.run(PHASES.sample, trials);
    const values = new Float64Array(memory.buffer, memoryPlanned.sampled, trials * length).slice();
    acknowledgedChunks(memory, chunks - 1);
    post({ kind: "samples", firstTrial: first, trials, values });
    chunks += 1;
  }
  const { aborted } = team;
  team.stop();
  post({ kind: aborted ? "aborted" : "finished" });
}
