/**
 * The leader's part of training: epochs, batches, the four phases of a step, validation, and the learning rate.
 * Scalars are float64 and use + − × ÷ √ in a fixed order.
 */
import type { TrialConstants } from "./constants.js";
import { decayedValues, l2Cost } from "./l2-cost.js";
import { EVALUATION_ROWS, gradientBlocks, type MemoryPlan, SHARDS } from "./memory-plan.js";
import type { TrainingSpec } from "./model-spec.js";
import { ARGS, PHASES } from "./phases.js";
import { inputPriorOf } from "./prior.js";
import { epochBatches, nextLearningRate, ramp } from "./schedule.js";
import type { Team } from "./team.js";
import type { Divergence, EpochReport, StepReport, TrainerState } from "./trainer-state.js";

/** A dataset's trials in memory: training trials first. */
export interface TrialCounts {
  readonly train: number;
  readonly valid: number;
}

export interface TrainerHooks {
  /** Absent: nobody wants to know. */
  onStep?(report: StepReport): void;
  /** Training goes on from the state after `epoch`, with this learning rate. */
  onHalved(divergence: Divergence, epoch: number, learningRate: number): void;
  onEpoch(report: EpochReport): void;
  /** The state after an epoch with the lowest validation cost so far. */
  onLve(state: TrainerState): void;
  /** Regular checkpoints, and the last one. */
  onCheckpoint(state: TrainerState): void;
}

export type TrainingEnd =
  | { readonly reason: "learningRate" | "maxEpochs" | "patience" | "aborted" }
  | { readonly reason: "diverged"; readonly divergence: Divergence };

/** Means over the rows of a batch, or over validation trials. */
interface RowMeans {
  readonly recon: number;
  readonly klIc: number;
  readonly klCo: number;
  readonly correlation: number;
}

interface Costs {
  readonly total: number;
  readonly recon: number;
  readonly kl: number;
  readonly klCo: number;
  readonly correlation: number;
}

/** Epochs between two regular checkpoints. */
const CHECKPOINT_EPOCHS = 10;

export class Trainer {
  readonly #team: Team;
  readonly #memory: WebAssembly.Memory;
  readonly #plan: MemoryPlan;
  readonly #training: TrainingSpec;
  readonly #trials: readonly TrialCounts[];
  readonly #constants: readonly TrialConstants[];
  /** Inferred inputs, and pairs of them. */
  readonly #coDim: number;
  readonly #pairs: number;
  readonly #blocks: ReturnType<typeof gradientBlocks>;
  /** Σ ½ over the decayed values' number: the L2 cost's common denominator. */
  readonly #decayedValues: number;
  #state: TrainerState;
  /** What a diverged training goes back to: the last regular checkpoint, or the start. */
  #lastGood: TrainerState;

  constructor(
    team: Team,
    memory: WebAssembly.Memory,
    plan: MemoryPlan,
    training: TrainingSpec,
    trials: readonly TrialCounts[],
    constants: readonly TrialConstants[],
    coDim: number,
    start: TrainerState,
  ) {
    this.#team = team;
    this.#memory = memory;
    this.#plan = plan;
    this.#training = training;
    this.#trials = trials;
    this.#constants = constants;
    this.#coDim = coDim;
    this.#pairs = (coDim * (coDim - 1)) / 2;
    this.#blocks = gradientBlocks(plan.table);
    this.#decayedValues = decayedValues(plan.table);
    this.#state = start;
    this.#lastGood = start;
    this.#restore(start);
  }

  run(hooks: TrainerHooks): TrainingEnd {
    for (;;) {
      const end = this.#reasonToEnd();
      if (end) {
        const state = this.#snapshot();
        if (state.epoch % CHECKPOINT_EPOCHS !== 0) hooks.onCheckpoint(state);
        return { reason: end };
      }
      const divergence = this.#epoch(hooks);
      if (divergence === "aborted") return { reason: "aborted" };
      if (divergence && !this.#halve(divergence, hooks)) return { reason: "diverged", divergence };
    }
  }

  #reasonToEnd(): "learningRate" | "maxEpochs" | "patience" | null {
    const { learningRateStop, maxEpochs, patience } = this.#training;
    const { learningRate, epoch, lowestValidCost, lveEpoch } = this.#state;
    if (learningRate < learningRateStop) return "learningRate";
    if (maxEpochs > 0 && epoch >= maxEpochs) return "maxEpochs";
    const waited = Number.isFinite(lowestValidCost) ? epoch - lveEpoch : 0;
    return patience > 0 && waited >= patience ? "patience" : null;
  }

  /** One epoch of training, validation, and what follows from both. */
  #epoch(hooks: TrainerHooks): Divergence | "aborted" | null {
    const { learningRateNToCompare, learningRateDecayFactor, l2GenScale, l2ConScale } = this.#training;
    const epoch = this.#state.epoch + 1;
    const train = this.#trainEpoch(epoch, hooks);
    if (train === "aborted" || "tensor" in train) return train;
    const weights = this.#weights(this.#state.step);
    const valid = this.#validate(epoch, weights);
    if (!Number.isFinite(valid.total)) return { ...this.#place(epoch), tensor: "validation cost" };
    const { rate, costs } = nextLearningRate(this.#state.learningRate, this.#state.costs, train.total, {
      nToCompare: learningRateNToCompare,
      decayFactor: learningRateDecayFactor,
    });
    const rampsEnded = weights.kl === 1 && (weights.l2 === 1 || (l2GenScale === 0 && l2ConScale === 0));
    const lve = rampsEnded && valid.total < this.#state.lowestValidCost;
    const { taus, variances } = inputPriorOf(this.#plan.table, this.#coDim, this.#vector(this.#plan.params));
    hooks.onEpoch({
      epoch,
      step: this.#state.step,
      total: [train.total, valid.total],
      recon: [train.recon, valid.recon],
      kl: [train.kl, valid.kl],
      klCo: [train.klCo, valid.klCo],
      correlation: [train.correlation, valid.correlation],
      l2: valid.l2,
      klWeight: weights.kl,
      l2Weight: weights.l2,
      learningRate: this.#state.learningRate,
      gradientNorm: train.gradientNorm,
      arTaus: taus,
      arVariances: variances,
      heldOut: valid.heldOut,
      lve,
    });
    const best = lve
      ? { lowestValidCost: valid.total, lveEpoch: epoch }
      : { lowestValidCost: this.#state.lowestValidCost, lveEpoch: this.#state.lveEpoch };
    this.#state = { ...this.#state, epoch, learningRate: rate, costs, ...best };
    if (lve) hooks.onLve(this.#snapshot());
    if (epoch % CHECKPOINT_EPOCHS === 0) {
      this.#lastGood = this.#snapshot();
      hooks.onCheckpoint(this.#lastGood);
    }
    return null;
  }

  /** Goes back to the last good state with half its learning rate, where that is asked for and still above the stop. */
  #halve(divergence: Divergence, hooks: TrainerHooks): boolean {
    const { onDivergence, learningRateStop } = this.#training;
    const learningRate = this.#lastGood.learningRate / 2;
    if (onDivergence !== "halveLearningRate" || learningRate < learningRateStop) return false;
    this.#lastGood = { ...this.#lastGood, learningRate };
    this.#state = this.#lastGood;
    this.#restore(this.#lastGood);
    hooks.onHalved(divergence, this.#state.epoch, learningRate);
    return true;
  }

  #restore({ params, moment1, moment2 }: TrainerState): void {
    this.#vector(this.#plan.params).set(params);
    this.#vector(this.#plan.moment1).set(moment1);
    this.#vector(this.#plan.moment2).set(moment2);
  }

  /** Means over the epoch's batches, or what stopped it. */
  #trainEpoch(epoch: number, hooks: TrainerHooks): (Costs & { gradientNorm: number }) | Divergence | "aborted" {
    const { seed, batchSize } = this.#training;
    const counts = this.#trials.map((trials) => trials.train);
    const sums = { total: 0, recon: 0, kl: 0, klCo: 0, correlation: 0, gradientNorm: 0 };
    const names = Object.keys(sums) as (keyof typeof sums)[];
    const batches = epochBatches(seed, epoch, counts, batchSize);
    for (const batch of batches) {
      if (this.#team.aborted) return "aborted";
      const costs = this.#trainStep(batch.dataset, batch.trials, epoch);
      if ("tensor" in costs) return costs;
      hooks.onStep?.({ epoch, step: this.#state.step, ...costs });
      for (const name of names) sums[name] += costs[name];
    }
    for (const name of names) sums[name] /= batches.length;
    return sums;
  }

  #trainStep(dataset: number, trials: Int32Array, epoch: number): (Costs & { gradientNorm: number }) | Divergence {
    const { batchSize, keepProb, klIcWeight, klCoWeight, maxGradNorm, coMeanCorrScale } = this.#training;
    const { args } = this.#team;
    const step = this.#state.step;
    const weights = this.#weights(step);
    new Int32Array(this.#memory.buffer, this.#plan.trials, batchSize).set(trials);
    args[ARGS.dataset] = dataset;
    args[ARGS.step] = step;
    args[ARGS.batchSize] = batchSize;
    args[ARGS.keepProb] = keepProb;
    args[ARGS.klIcWeight] = weights.kl * klIcWeight;
    args[ARGS.klCoWeight] = weights.kl * klCoWeight;
    args[ARGS.correlationWeight] = this.#pairs > 0 ? coMeanCorrScale / this.#pairs : 0;
    args[ARGS.l2Gen] = (weights.l2 * this.#training.l2GenScale) / this.#decayedValues;
    args[ARGS.l2Con] = (weights.l2 * this.#training.l2ConScale) / this.#decayedValues;
    this.#team.run(PHASES.pack, this.#plan.packs.length + 1);
    const l2 = this.#l2();
    this.#team.run(PHASES.shard, SHARDS);

    // jitter moves the constant of −log p, so the shards have added it already
    const constant = this.#training.temporalSpikeJitterWidth > 0 ? null : this.#constants[dataset]!.seen;
    const means = this.#rowMeans(trials, constant);
    const total = this.#total(means, weights) + weights.l2 * l2;
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
    return { total, ...this.#terms(means), gradientNorm };
  }

  /** Mean costs over all validation trials of all datasets, each visited once. */
  #validate(epoch: number, weights: { kl: number; l2: number }) {
    const { args } = this.#team;
    this.#team.run(PHASES.pack, this.#plan.packs.length + 1);
    const sums = { recon: 0, klIc: 0, klCo: 0, correlation: 0 };
    let n = 0;
    let held = 0;
    let heldElements = 0;
    this.#trials.forEach(({ train, valid }, dataset) => {
      const trials = Int32Array.from({ length: valid }, (_, index) => train + index);
      new Int32Array(this.#memory.buffer, this.#plan.trials, valid).set(trials);
      args[ARGS.dataset] = dataset;
      args[ARGS.step] = epoch;
      args[ARGS.trials] = valid;
      this.#team.run(PHASES.evaluate, Math.ceil(valid / EVALUATION_ROWS));
      const constants = this.#constants[dataset]!;
      const means = this.#rowMeans(trials, constants.seen);
      for (const name of ["recon", "klIc", "klCo", "correlation"] as const) sums[name] += means[name] * valid;
      n += valid;
      if (this.#training.svRate === 0) return;
      const rows = new Float64Array(this.#memory.buffer, this.#plan.held, valid);
      trials.forEach((trial, row) => {
        held += rows[row]! + constants.held[trial]!;
        heldElements += constants.heldElements[trial]!;
      });
    });
    const means = {
      recon: sums.recon / n,
      klIc: sums.klIc / n,
      klCo: sums.klCo / n,
      correlation: sums.correlation / n,
    };
    const l2 = this.#l2();
    return {
      total: this.#total(means, weights) + weights.l2 * l2,
      ...this.#terms(means),
      l2,
      heldOut: heldElements > 0 ? held / heldElements : null,
    };
  }

  /** The cost without its L2 part. */
  #total(means: RowMeans, weights: { kl: number }): number {
    const { klIcWeight, klCoWeight } = this.#training;
    const { recon, correlation } = this.#terms(means);
    return recon + weights.kl * (klIcWeight * means.klIc + klCoWeight * means.klCo) + correlation;
  }

  /** As reports have them. */
  #terms({ recon, klIc, klCo, correlation }: RowMeans): Omit<Costs, "total"> {
    const scaled = this.#pairs > 0 ? (this.#training.coMeanCorrScale * correlation) / this.#pairs : 0;
    return { recon, kl: klIc + klCo, klCo, correlation: scaled };
  }

  /** Means of the rows' costs, in row order; `constants` of −log p by trial. */
  #rowMeans(trials: Int32Array, constants: Float64Array | null): RowMeans {
    const rows = (address: number) => new Float64Array(this.#memory.buffer, address, trials.length);
    const mean = (address: number) => {
      let sum = 0;
      for (const value of rows(address)) sum += value;
      return sum / trials.length;
    };
    const plan = this.#plan;
    let recon = 0;
    rows(plan.recon).forEach((value, row) => {
      recon += value + (constants ? constants[trials[row]!]! : 0);
    });
    return {
      recon: recon / trials.length,
      klIc: mean(plan.klIc),
      klCo: mean(plan.klCo),
      correlation: mean(plan.correlation),
    };
  }

  #l2(): number {
    return l2Cost(this.#plan.table, this.#vector(this.#plan.params), this.#training);
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
