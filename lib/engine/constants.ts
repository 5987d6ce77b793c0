/**
 * The parts of the costs that depend on no parameter: of −log p, Σ lgamma(k + 1) (poisson) or ½ log 2π an element
 * (gaussian), by trial; and which elements sample validation holds out.
 */
import { log } from "#lib/float64/log.js";
import { logFactorial } from "#lib/float64/log-factorial.js";
import type { LayerContext } from "./layer-context.js";
import type { ModelSpec } from "./model-spec.js";
import { PURPOSE } from "./random-purpose.js";

export interface TrialConstants {
  /** Over the elements that count. */
  readonly seen: Float64Array;
  /** Over those that are held out, and their number. */
  readonly held: Float64Array;
  readonly heldElements: Float64Array;
}

const GAUSSIAN_ELEMENT = log(2 * Math.PI) / 2;

/** Of every trial, all elements counting; counts E × T × N. */
export function trialConstants(model: ModelSpec, counts: Uint8Array | Float32Array, trials: number): TrialConstants {
  const size = trials === 0 ? 0 : counts.length / trials;
  const of = elementConstant(model);
  const seen = new Float64Array(trials);
  for (let e = 0; e < trials; e++) {
    let sum = 0;
    for (let i = e * size; i < (e + 1) * size; i++) sum += of(counts[i]!);
    seen[e] = sum;
  }
  return { seen, held: new Float64Array(trials), heldElements: new Float64Array(trials) };
}

/** The same with held-out elements, whose mask is drawn one trial at a time. */
export function splitConstants(
  m: LayerContext,
  dataset: number,
  counts: ArrayLike<number>,
  trials: number,
): TrialConstants {
  const { k, w, T, regularisers, seed, spec } = m;
  const { channels } = m.data[dataset]!;
  const N = m.N(dataset);
  const of = elementConstant(spec);
  const kept = Math.max(Math.round((1 - regularisers.svRate) * 65536), 1);
  const key = new Int32Array(m.memory.buffer, m.plan.trials, 1);
  const mask = m.floats(w.seen, T * N);
  const result = {
    seen: new Float64Array(trials),
    held: new Float64Array(trials),
    heldElements: new Float64Array(trials),
  };
  for (let trial = 0; trial < trials; trial++) {
    key[0] = trial;
    k.dropoutMask(w.seen, T, 1, N, m.plan.trials, dataset, PURPOSE.sampleValidation, seed, 0, kept);
    for (let t = 0; t < T; t++) {
      for (let n = 0; n < channels; n++) {
        const value = of(counts[(trial * T + t) * channels + n]!);
        if (mask[t * N + n] !== 0) {
          result.seen[trial]! += value;
        } else {
          result.held[trial]! += value;
          result.heldElements[trial]! += 1;
        }
      }
    }
  }
  return result;
}

function elementConstant(model: ModelSpec): (count: number) => number {
  return model.outputDist === "gaussian" ? () => GAUSSIAN_ELEMENT : (count) => (count > 1 ? logFactorial(count) : 0);
}
