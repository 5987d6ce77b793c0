/**
 * The leader's part of training: epochs, batches, the four phases of a step, validation, and the learning rate.
 * Scalars are float64 and use + − × ÷ √ in a fixed order.
 */
import { logFactorial } from "#lib/float64/log-factorial.js";
import { EVALUATION_ROWS, gradientBlocks, type MemoryPlan, SHARDS } from "./memory-plan.js";
import type { TrainingSpec } from "./model-spec.js";
import { ARGS, PHASES } from "./phases.js";
import { epochBatches, nextLearningRate, ramp } from "./schedule.js";
import type { Team } from "./team.js";
import type { Divergence, EpochReport, TrainerState } from "./trainer-state.js";

/** A dataset's trials in memory: training trials first. */
export interface TrialCounts {
  readonly train: number;
  readonly valid: number;
}

export interface TrainerHooks {
  onEpoch(report: EpochReport): void;
  /** The state after an epoch with the lowest validation cost so far. */
  onLve(state: TrainerState): void;
  /** Regular checkpoints, and the last one. */
  onCheckpoint(state: TrainerState): void;
}

export type TrainingEnd =
  | { readonly reason: "finished" | "aborted"; readonly state: TrainerState }
  | { readonly reason: "diverged"; readonly divergence: Divergence };

/** Epochs between two regular checkpoints. */
export const CHECKPOINT_EPOCHS = 10;

export class Trainer {
  readonly #team: Team;
  readonly #memory: WebAssembly.Memory;
  readonly #plan: MemoryPlan;
  readonly #training: TrainingSpec;
  readonly #trials: readonly TrialCounts[];
  /** Σ_t Σ_n lgamma(k + 1) of every trial of every dataset. */
  readonly #logFactorials: readonly Float64Array[];
  readonly #blocks: ReturnType<typeof gradientBlocks>;
  /** Σ ½ over the decayed values' number: the L2 cost's common denominator. */
  readonly #decayedValues: number;
  #state: TrainerState;

  constructor(
    team: Team,
    memory: WebAssembly.Memory,
    plan: MemoryPlan,
    training: TrainingSpec,
    trials: readonly TrialCounts[],
    logFactorials: readonly Float64Array[],
    start: TrainerState,
  ) {
    this.#team = team;
    this.#memory = memory;
    this.#plan = plan;
    this.#training = training;
    this.#trials = trials;
    this.#logFactorials = logFactorials;
    this.#blocks = gradientBlocks(plan.table);
    this.#decayedValues = decayedValues(plan);
    this.#state = start;
    this.#vector(plan.params).set(start.params);
    this.#vector(plan.moment1).set(start.moment1);
    this.#vector(plan.moment2).set(start.moment2);
  }

  run(hooks: TrainerHooks): TrainingEnd {
    const { learningRateStop, maxEpochs, learningRateNToCompare, learningRateDecayFactor } = this.#training;
    while (this.#state.learningRate >= learningRateStop && (maxEpochs === 0 || this.#state.epoch < maxEpochs)) {
      const epoch = this.#state.epoch + 1;
      const train = this.#trainEpoch(epoch);
      if (train === "aborted") return { reason: "aborted", state: this.#snapshot() };
      if ("tensor" in train) return { reason: "diverged", divergence: train };
      const weights = this.#weights(this.#state.step);
      const valid = this.#validate(epoch, weights);
      if (!Number.isFinite(valid.total)) {
        return { reason: "diverged", divergence: { ...this.#place(epoch), tensor: "validation cost" } };
      }
      const { rate, costs } = nextLearningRate(this.#state.learningRate, this.#state.costs, train.total, {
        nToCompare: learningRateNToCompare,
        decayFactor: learningRateDecayFactor,
      });
      const rampsEnded = weights.kl === 1 && (weights.l2 === 1 || this.#training.l2GenScale === 0);
      const lve = rampsEnded && valid.total < this.#state.lowestValidCost;
      hooks.onEpoch({
        epoch,
        step: this.#state.step,
        total: [train.total, valid.total],
        recon: [train.recon, valid.recon],
        kl: [train.kl, valid.kl],
        l2: valid.l2,
        klWeight: weights.kl,
        l2Weight: weights.l2,
        learningRate: this.#state.learningRate,
        gradientNorm: train.gradientNorm,
        lve,
      });
      const lowestValidCost = lve ? valid.total : this.#state.lowestValidCost;
      this.#state = { ...this.#state, epoch, learningRate: rate, costs, lowestValidCost };
      if (lve) hooks.onLve(this.#snapshot());
      if (epoch % CHECKPOINT_EPOCHS === 0) hooks.onCheckpoint(this.#snapshot());
    }
    const state = this.#snapshot();
    if (state.epoch % CHECKPOINT_EPOCHS !== 0) hooks.onCheckpoint(state);
    return { reason: "finished", state };
  }

  /** Means over the epoch's batches, or what stopped it. */
  #trainEpoch(
    epoch: number,
  ): { total: number; recon: number; kl: number; gradientNorm: number } | Divergence | "aborted" {
    const { seed, batchSize } = this.#training;
    const counts = this.#trials.map((trials) => trials.train);
    const sums = { total: 0, recon: 0, kl: 0, gradientNorm: 0 };
    const batches = epochBatches(seed, epoch, counts, batchSize);
    for (const batch of batches) {
      if (this.#team.aborted) return "aborted";
      const costs = this.#trainStep(batch.dataset, batch.trials, epoch);
      if ("tensor" in costs) return costs;
      sums.total += costs.total;
      sums.recon += costs.recon;
      sums.kl += costs.kl;
      sums.gradientNorm += costs.gradientNorm;
    }
    const n = batches.length;
    return { total: sums.total / n, recon: sums.recon / n, kl: sums.kl / n, gradientNorm: sums.gradientNorm / n };
  }

  #trainStep(
    dataset: number,
    trials: Int32Array,
    epoch: number,
  ): { total: number; recon: number; kl: number; gradientNorm: number } | Divergence {
    const { batchSize, keepProb, klIcWeight, maxGradNorm, l2GenScale } = this.#training;
    const { args } = this.#team;
    const step = this.#state.step;
    const weights = this.#weights(step);
    new Int32Array(this.#memory.buffer, this.#plan.trials, batchSize).set(trials);
    args[ARGS.dataset] = dataset;
    args[ARGS.step] = step;
    args[ARGS.batchSize] = batchSize;
    args[ARGS.keepProb] = keepProb;
    args[ARGS.klWeight] = weights.kl * klIcWeight;
    args[ARGS.l2] = (weights.l2 * l2GenScale) / this.#decayedValues;
    this.#team.run(PHASES.pack, this.#plan.packs.length + 1);
    const l2 = this.#l2();
    this.#team.run(PHASES.shard, SHARDS);

    const { recon, kl } = this.#rowMeans(dataset, trials);
    const total = recon + weights.kl * klIcWeight * kl + weights.l2 * l2;
    this.#team.run(PHASES.reduce, this.#blocks.length);
    let squares = 0;
    for (const value of new Float64Array(this.#memory.buffer, this.#plan.normBlocks, this.#blocks.length))
      squares += value;
    const gradientNorm = Math.sqrt(squares);
    if (!Number.isFinite(total) || !Number.isFinite(gradientNorm)) {
      return { ...this.#place(epoch), step: step + 1, tensor: this.#firstBadTensor() ?? "cost" };
    }
    const beta1Power = this.#state.beta1Power * 0.9;
    const beta2Power = this.#state.beta2Power * 0.999;
    args[ARGS.clip] = gradientNorm > maxGradNorm ? maxGradNorm / gradientNorm : 1;
    args[ARGS.rate] = (this.#state.learningRate * Math.sqrt(1 - beta2Power)) / (1 - beta1Power);
    this.#team.run(PHASES.adam, this.#blocks.length);
    this.#state = { ...this.#state, step: step + 1, beta1Power, beta2Power };
    return { total, recon, kl, gradientNorm };
  }

  /** Mean costs over all validation trials of all datasets, each visited once. */
  #validate(epoch: number, weights: { kl: number; l2: number }) {
    const { args } = this.#team;
    this.#team.run(PHASES.pack, this.#plan.packs.length + 1);
    let recon = 0;
    let kl = 0;
    let n = 0;
    this.#trials.forEach(({ train, valid }, dataset) => {
      const trials = Int32Array.from({ length: valid }, (_, index) => train + index);
      new Int32Array(this.#memory.buffer, this.#plan.trials, valid).set(trials);
      args[ARGS.dataset] = dataset;
      args[ARGS.step] = epoch;
      args[ARGS.trials] = valid;
      this.#team.run(PHASES.evaluate, Math.ceil(valid / EVALUATION_ROWS));
      const means = this.#rowMeans(dataset, trials);
      recon += means.recon * valid;
      kl += means.kl * valid;
      n += valid;
    });
    recon /= n;
    kl /= n;
    const l2 = this.#l2();
    return { total: recon + weights.kl * this.#training.klIcWeight * kl + weights.l2 * l2, recon, kl, l2 };
  }

  /** Means of the rows' reconstruction costs (with the constant lgamma) and KL, in row order. */
  #rowMeans(dataset: number, trials: Int32Array): { recon: number; kl: number } {
    const recons = new Float64Array(this.#memory.buffer, this.#plan.recon, trials.length);
    const kls = new Float64Array(this.#memory.buffer, this.#plan.kl, trials.length);
    let recon = 0;
    let kl = 0;
    for (let row = 0; row < trials.length; row++) {
      recon += recons[row]! + this.#logFactorials[dataset]![trials[row]!]!;
      kl += kls[row]!;
    }
    return { recon: recon / trials.length, kl: kl / trials.length };
  }

  #l2(): number {
    return l2Cost(this.#plan, this.#vector(this.#plan.params), this.#training.l2GenScale, this.#decayedValues);
  }

  #weights(step: number): { kl: number; l2: number } {
    const { klStartStep, klIncreaseSteps, l2StartStep, l2IncreaseSteps } = this.#training;
    return { kl: ramp(step, klStartStep, klIncreaseSteps), l2: ramp(step, l2StartStep, l2IncreaseSteps) };
  }

  #place(epoch: number) {
    return { step: this.#state.step, epoch, learningRate: this.#state.learningRate };
  }

  /** The first variable, in the table's order, whose gradient is not finite. */
  #firstBadTensor(): string | null {
    const gradient = this.#vector(this.#plan.gradient);
    for (const { key, offset, paddedRows, paddedColumns } of this.#plan.table.tensors.values()) {
      for (let i = offset; i < offset + paddedRows * paddedColumns; i++) {
        if (Number.isFinite(gradient[i]!)) continue;
        return `gradient of ${this.#plan.table.variables.find((v) => v.pieces.some((p) => p.tensor === key))?.name ?? key}`;
      }
    }
    return null;
  }

  #vector(address: number): Float32Array {
    return new Float32Array(this.#memory.buffer, address, this.#plan.table.length);
  }

  #snapshot(): TrainerState {
    return {
      ...this.#state,
      params: this.#vector(this.#plan.params).slice(),
      moment1: this.#vector(this.#plan.moment1).slice(),
      moment2: this.#vector(this.#plan.moment2).slice(),
    };
  }
}

/** Σ_v numel(v) over the values that the L2 cost counts. */
export function decayedValues(plan: MemoryPlan): number {
  let count = 0;
  for (const { decay, rows, columns } of plan.table.tensors.values()) {
    if (decay === null) continue;
    count += rows.reduce((a, b) => a + b, 0) * columns.reduce((a, b) => a + b, 0);
  }
  return count;
}

/** Σ_v ½ s ‖v‖² / Σ_v numel(v) over the generator's recurrent matrices and biases, s = l2_gen_scale. */
export function l2Cost(plan: MemoryPlan, params: Float32Array, scale: number, count: number): number {
  let squares = 0;
  for (const tensor of plan.table.tensors.values()) {
    if (tensor.decay === null) continue;
    const end = tensor.offset + tensor.paddedRows * tensor.paddedColumns;
    for (let i = tensor.offset; i < end; i++) squares += params[i]! * params[i]!;
  }
  return (0.5 * scale * squares) / count;
}

/** Σ_t Σ_n lgamma(k + 1) of every trial; counts E × T × N. */
export function logFactorialSums(counts: Uint8Array | Float32Array, trials: number): Float64Array {
  const sums = new Float64Array(trials);
  const size = counts.length / trials;
  for (let e = 0; e < trials; e++) {
    let sum = 0;
    for (let i = e * size; i < (e + 1) * size; i++) sum += logFactorial(counts[i]!);
    sums[e] = sum;
  }
  return sums;
}
