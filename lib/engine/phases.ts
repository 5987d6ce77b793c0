/**
 * The phases of a step as every thread runs them; the leader (trainer.ts, thread.ts) puts them in order and writes
 * their arguments. An item is a packed matrix, a shard, a block of the parameter vector, a group of trials, or a trial.
 */
import { writeArConstants } from "./inferred-inputs.js";
import type { Kernels } from "./kernels.js";
import type { Dropout, Rows } from "./layer-context.js";
import { EVALUATION_ROWS, gradientBlocks, type MemoryPlan, SHARDS } from "./memory-plan.js";
import { hasController, hasLearnedPriorVariance, type ModelSpec, padded } from "./model-spec.js";
import type { Network, RowResults } from "./network.js";
import type { Noise } from "./noise.js";
import type { Tensor } from "./parameters.js";
import type { Phase } from "./team.js";

export const PHASES = { pack: 0, shard: 1, reduce: 2, adam: 3, evaluate: 4, sample: 5 } as const;

/** Places of the phase arguments. */
export const ARGS = {
  dataset: 0,
  step: 1,
  batchSize: 2,
  keepProb: 3,
  klIcWeight: 4,
  klCoWeight: 5,
  correlationWeight: 6,
  l2Gen: 7,
  l2Con: 8,
  clip: 9,
  rate: 10,
  trials: 11,
  firstTrial: 12,
} as const;

/** Adam's ε (docs/model.md "Training"). */
const ADAM_EPSILON = 0.1;

export interface PhaseContext {
  readonly kernels: Kernels;
  readonly memory: WebAssembly.Memory;
  readonly spec: ModelSpec;
  readonly plan: MemoryPlan;
  readonly network: Network;
  readonly thread: number;
  readonly args: Float64Array;
  /** Tensors that training changes. */
  readonly isTrained: (tensor: Tensor) => boolean;
  /** Spikes move in every step, so that the constant of −log p does too. */
  readonly jitter: boolean;
  /** What to do with a sampled trial. */
  readonly onSample?: (trial: number) => void;
}

/** First row and number of rows of shard `s` of a batch. */
function shardRows(s: number, batchSize: number): { first: number; count: number } {
  const first = Math.floor((s * batchSize) / SHARDS);
  return { first, count: Math.floor(((s + 1) * batchSize) / SHARDS) - first };
}

export function makePhases(context: PhaseContext): Phase[] {
  const { kernels: k, memory, spec, plan, network, args } = context;
  const { tensors, length: P } = plan.table;
  const blocks = gradientBlocks(plan.table);
  const Z = padded(spec.icDim);
  const norms = new Float64Array(memory.buffer, plan.normBlocks, blocks.length);
  const recon = new Float64Array(memory.buffer, plan.recon, plan.rowCount);
  const arg = (name: keyof typeof ARGS) => args[ARGS[name]]!;

  /** Item 0: the normalised factor matrix and the constants of the priors; then every packed matrix. */
  const pack: Phase = (item) => {
    if (item === 0) {
      const fac = tensors.get("fac.W")!;
      const at = plan.params + fac.offset * 4;
      k.normaliseColumns(fac.paddedRows, fac.paddedColumns, at, plan.facNormal, plan.facNorms);
      for (const job of plan.packs) if (job.tensor === "fac.W") packMatrix(job, plan.facNormal);
      if (hasLearnedPriorVariance(spec)) {
        const v = plan.params + tensors.get("prior.v")!.offset * 4;
        k.priorVariance(Z, v, spec.icPriorVarMin, spec.icPriorVarMax, plan.priorLogvar, plan.priorSlope);
      }
      if (hasController(spec)) writeArConstants(spec, plan, memory);
      return;
    }
    const job = plan.packs[item - 1]!;
    if (job.tensor === "fac.W") return;
    packMatrix(job, plan.params + tensors.get(job.tensor)!.offset * 4);
  };
  const packMatrix = (job: MemoryPlan["packs"][number], from: number) => {
    if (job.transposed) k.packPanelsTransposed(job.rows, job.columns, from, job.columns, job.address);
    else k.packPanels(job.rows, job.columns, from, job.columns, job.address);
  };

  /** One shard of a training batch: forward and backward, its gradient in its own buffer. */
  const shard: Phase = (item) => {
    const { first, count } = shardRows(item, arg("batchSize"));
    const gradient = plan.shardGradients + item * P * 4;
    k.clear(gradient, P * 4);
    if (count === 0) return;
    const rows: Rows = { count, dataset: arg("dataset"), trials: plan.trials + first * 4 };
    const step = arg("step");
    const dropout: Dropout = { keepProb: arg("keepProb"), step, rowKeys: plan.places + first * 4 };
    const noise: Noise = { firstRow: first, rowStride: 1, firstStep: step, stepStride: 0, of: "training" };
    const results = clearedResults(memory, plan, first, count);
    network.encode(rows, dropout);
    network.generate(rows, noise, dropout, results);
    network.reconstruct(rows, results, 1 / arg("batchSize"));
    if (context.jitter) {
      let row = first;
      for (const constant of network.logFactorials(rows)) recon[row++]! += constant;
    }
    const weights = {
      klIc: arg("klIcWeight") / arg("batchSize"),
      klCo: arg("klCoWeight") / arg("batchSize"),
      correlation: arg("correlationWeight") / arg("batchSize"),
    };
    network.backward(rows, weights, (key) => gradient + tensors.get(key)!.offset * 4);
  };

  /** A block of the gradient: the sum over shards, the L2 cost's part, and its sum of squares. */
  const reduce: Phase = (item) => {
    const { tensor, offset, length } = blocks[item]!;
    const out = plan.gradient + offset * 4;
    const unused = tensor.dataset !== null && tensor.dataset !== arg("dataset");
    if (unused || !context.isTrained(tensor)) {
      k.clear(out, length * 4);
      norms[item] = 0;
      return;
    }
    const decay = tensor.decay === null ? 0 : arg(tensor.decay === "gen" ? "l2Gen" : "l2Con");
    const first = plan.shardGradients + offset * 4;
    k.reduceShards(length, SHARDS, first, P, plan.params + offset * 4, decay, out);
    norms[item] = k.squareSum(length, out);
  };

  const adam: Phase = (item) => {
    const { tensor, offset, length } = blocks[item]!;
    if (!context.isTrained(tensor)) return;
    const at = offset * 4;
    k.adam(
      length,
      plan.params + at,
      plan.gradient + at,
      plan.moment1 + at,
      plan.moment2 + at,
      arg("clip"),
      arg("rate"),
      ADAM_EPSILON,
    );
  };

  /** A group of trials with a posterior sample each and no dropout: its costs. */
  const evaluate: Phase = (item) => {
    const first = item * EVALUATION_ROWS;
    const count = Math.min(EVALUATION_ROWS, arg("trials") - first);
    const rows: Rows = { count, dataset: arg("dataset"), trials: plan.trials + first * 4 };
    const results = clearedResults(memory, plan, first, count);
    network.encode(rows, null);
    const noise: Noise = { firstRow: first, rowStride: 1, firstStep: arg("step"), stepStride: 0, of: "validation" };
    network.generate(rows, noise, null, results);
    network.reconstruct(rows, results, 0);
  };

  return [pack, shard, reduce, adam, evaluate, context.onSample ?? (() => {})];
}

/** Results of some rows, set to zero. */
export function clearedResults(memory: WebAssembly.Memory, plan: MemoryPlan, first: number, count: number): RowResults {
  const at = (start: number) => {
    new Float64Array(memory.buffer, start + first * 8, count).fill(0);
    return start + first * 8;
  };
  return {
    recon: at(plan.recon),
    held: at(plan.held),
    klIc: at(plan.klIc),
    klCo: at(plan.klCo),
    correlation: at(plan.correlation),
  };
}
