/**
 * One training step's gradient in this process and thread: the phases of lib/engine as a thread runs them, up to the
 * gradient that Adam takes.
 */

import { decayedValues } from "#lib/engine/l2-cost.js";
import { type CountRegularisers, NO_REGULARISERS } from "#lib/engine/layer-context.js";
import { gradientBlocks, memoryPlan, SHARDS } from "#lib/engine/memory-plan.js";
import { hasLearnedPriorVariance, type ModelSpec, padded } from "#lib/engine/model-spec.js";
import { Network } from "#lib/engine/network.js";
import type { ParameterTable } from "#lib/engine/parameters.js";
import { ARGS, makePhases, PHASES } from "#lib/engine/phases.js";
import { PURPOSE } from "#lib/engine/random-purpose.js";
import { type Counts, dataSizes } from "#lib/engine/run-threads.js";
import { Team } from "#lib/engine/team.js";
import { log } from "#lib/float64/log.js";
import { kernelsOn, sharedMemory } from "./kernel-memory.js";
import { unpad } from "./padding.js";
import type { CostGiven } from "./reference/cost.js";
import { type Draw, dropoutMask, normals } from "./reference/random.js";

export interface Step {
  readonly model: ModelSpec;
  /** Of each dataset, E × T × N. */
  readonly counts: readonly Counts[];
  readonly params: Float32Array;
  readonly dataset: number;
  readonly trials: readonly number[];
  readonly seed: number;
  readonly step: number;
  readonly keepProb: number;
  readonly klWeight: number;
  /** w_l2 · l2_gen_scale */
  readonly l2Weight: number;
  readonly regularisers?: Partial<CountRegularisers>;
}

export interface StepResult {
  readonly table: ParameterTable;
  readonly gradient: Float32Array;
  /** Of each row of the batch. */
  readonly recon: Float64Array;
  readonly kl: Float64Array;
}

export function engineStep(given: Step): StepResult {
  const { model, counts, params, dataset, trials, seed } = given;
  const data = dataSizes(counts);
  const plan = memoryPlan({ model, data, batchSize: trials.length, threads: 1, sampledTrials: 0 });
  const memory = sharedMemory(plan.bytes);
  const { buffer } = memory;
  counts.forEach(({ values }, index) => {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    new Uint8Array(buffer, plan.data[index]!, bytes.length).set(bytes);
  });
  new Float32Array(buffer, plan.params, plan.table.length).set(params);
  if (!hasLearnedPriorVariance(model)) {
    new Float32Array(buffer, plan.priorLogvar, padded(model.icDim)).fill(log(model.icPriorVarScale));
  }
  new Int32Array(buffer, plan.trials, trials.length).set(trials);
  new Int32Array(buffer, plan.places, trials.length).set([...trials.keys()]);

  const kernels = kernelsOn(memory);
  const regularisers = { ...NO_REGULARISERS, ...given.regularisers };
  const network = new Network({ kernels, memory, spec: model, plan, thread: 0, data, seed, regularisers });
  const context = {
    kernels,
    memory,
    spec: model,
    plan,
    network,
    thread: 0,
    isTrained: () => true,
    jitter: regularisers.temporalSpikeJitterWidth > 0,
  };
  const team = new Team(memory, 1, (args) => makePhases({ ...context, args }));
  team.args[ARGS.dataset] = dataset;
  team.args[ARGS.step] = given.step;
  team.args[ARGS.batchSize] = trials.length;
  team.args[ARGS.keepProb] = given.keepProb;
  team.args[ARGS.klIcWeight] = given.klWeight;
  team.args[ARGS.l2Gen] = given.l2Weight / decayedValues(plan.table);
  team.run(PHASES.pack, plan.packs.length + 1);
  team.run(PHASES.shard, SHARDS);
  team.run(PHASES.reduce, gradientBlocks(plan.table).length);
  return {
    table: plan.table,
    gradient: new Float32Array(buffer, plan.gradient, plan.table.length),
    recon: new Float64Array(buffer, plan.recon, trials.length),
    kl: new Float64Array(buffer, plan.klIc, trials.length),
  };
}

/** What the reference cost needs to compute the same step: counts, and masks and noise drawn again in float64. */
export function referenceStep(given: Step): CostGiven {
  const { model, dataset, trials, counts, keepProb, klWeight, l2Weight } = given;
  const { bins: T, genDim: G, icDim: Z, icEncDim: H } = model;
  const { values, channels: N } = counts[dataset]!;
  const rows = trials.length;
  const rowKeys = [...trials.keys()];
  const draw = (bins: number, n: number, purpose: number): Draw => {
    const { seed, step } = given;
    return { bins, rows, n, firstRow: 0, rowStride: 1, firstStep: step, stepStride: 0, purpose, seed };
  };
  /** Draws [bins][rows][padded] as one array [bins][blocks] a row. */
  const each = (all: Float64Array, bins: number, blocks: readonly number[]): Float64Array[] => {
    const width = blocks.reduce((a, b) => a + b, 0);
    const plain = unpad(all, bins * rows, blocks);
    return trials.map((_, row) => {
      const one = new Float64Array(bins * width);
      for (let t = 0; t < bins; t++) {
        const from = (t * rows + row) * width;
        one.set(plain.subarray(from, from + width), t * width);
      }
      return one;
    });
  };
  const mask = (bins: number, blocks: readonly number[], purpose: number) => {
    const width = blocks.reduce((total, block) => total + padded(block), 0);
    const masks = dropoutMask({ bins, n: width, rowKeys, step: given.step, purpose, seed: given.seed }, keepProb);
    return each(masks, bins, blocks);
  };
  const [input, encoder, generator] = [
    mask(T, [N], PURPOSE.inputDropout),
    mask(1, [H, H], PURPOSE.encoderDropout),
    mask(T, [G], PURPOSE.generatorDropout),
  ];
  return {
    model,
    dataset,
    counts: trials.map((trial) => Float64Array.from(values.subarray(trial * T * N, (trial + 1) * T * N))),
    masks: trials.map((_, row) => ({ input: input[row]!, encoder: encoder[row]!, generator: generator[row]! })),
    noise: each(normals(draw(1, padded(Z), PURPOSE.trainingNoise)), 1, [Z]),
    klWeight,
    l2Weight,
  };
}
