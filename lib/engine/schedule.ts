/** The course of training as pure functions: batches of an epoch, ramps of weights, the learning rate. */
import { RandomStream } from "#lib/random/random-stream.js";
import { PURPOSE } from "./random-purpose.js";

export interface Batch {
  readonly dataset: number;
  /** Indices of training trials, `batchSize` of them. */
  readonly trials: Int32Array;
}

/**
 * Every training trial of every dataset once, in batches within one dataset; the last batch of a dataset is filled up
 * with trials drawn from it; the batches of all datasets are shuffled together.
 */
export function epochBatches(seed: number, epoch: number, trialCounts: readonly number[], batchSize: number): Batch[] {
  const batches: Batch[] = [];
  trialCounts.forEach((count, dataset) => {
    const order = shuffled(count, new RandomStream(seed, PURPOSE.trialOrder, epoch, dataset));
    const fill = new RandomStream(seed, PURPOSE.batchFill, epoch, dataset);
    for (let first = 0; first < count; first += batchSize) {
      const trials = new Int32Array(batchSize);
      for (let i = 0; i < batchSize; i++) trials[i] = order[first + i] ?? fill.integer(0, count - 1);
      batches.push({ dataset, trials });
    }
  });
  const order = shuffled(batches.length, new RandomStream(seed, PURPOSE.batchOrder, epoch));
  return [...order].map((index) => batches[index]!);
}

/** 0…n−1 in random order (Fisher and Yates). */
function shuffled(n: number, random: RandomStream): Int32Array {
  const order = Int32Array.from({ length: n }, (_, index) => index);
  for (let i = n - 1; i > 0; i--) {
    const j = random.integer(0, i);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** A weight's course: min(max(step − start, 0)/increase, 1). */
export function ramp(step: number, start: number, increase: number): number {
  if (step <= start) return increase > 0 || step < start ? 0 : 1;
  return increase > 0 ? Math.min((step - start) / increase, 1) : 1;
}

/** After an epoch: the learning rate and the record of costs, by the rule of docs/model.md "Training". */
export function nextLearningRate(
  rate: number,
  costs: readonly number[],
  cost: number,
  { nToCompare, decayFactor }: { nToCompare: number; decayFactor: number },
): { rate: number; costs: number[] } {
  const last = costs.slice(-nToCompare);
  const worse = costs.length > nToCompare && cost > Math.max(...last);
  const kept = costs.slice(-(nToCompare + 1));
  return worse
    ? { rate: rate * decayFactor, costs: [...kept, Number.POSITIVE_INFINITY] }
    : { rate, costs: [...kept, cost] };
}
