/**
 * Where the read-ins of a stitched model start, as the MATLAB Run Manager has it (docs/stitching.md). C conditions of any
 * dataset, T bins, N channels of a dataset, F factors, P global PCs (P ≤ F); arrays are row-major.
 */
import {
  type Condition,
  type ConditionAverages,
  centred,
  channelMeans,
  sharedConditions,
  unionOfConditions,
} from "./condition-averages.js";
import { globalPcs } from "./global-pcs.js";
import { columnMeans, leastSquares, lessMeans, product } from "./regression.js";
import { ridge } from "./ridge.js";

export interface AlignOptions {
  readonly factors: number;
  /** How PCs are regressed on a dataset's channels. */
  readonly regression: "leastSquares" | "ridge";
  /** Ridge: each channel is divided by its own standard deviation first. */
  readonly normalizeEach: boolean;
}

export interface DatasetAlignment {
  readonly name: string;
  readonly nChannels: number;
  /** N×F: channels to factors; columns past P are 0. */
  readonly matrix: Float64Array;
  /** N: mean counts per bin of the condition averages. */
  readonly bias: Float64Array;
  /** C×T×P: the global PCs as this dataset alone gives them. */
  readonly reconstruction: Float64Array;
  /** P, of the reconstruction. */
  readonly r2: Float64Array;
  /** Of a ridge regression. */
  readonly lambda: number | null;
}

export interface Alignments {
  /** C, ascending. */
  readonly conditions: readonly Condition[];
  readonly nBins: number;
  readonly factors: number;
  /** P. */
  readonly nPcs: number;
  /** P, the part of all variance. */
  readonly explained: Float64Array;
  /** C×T×P; NaN, like the reconstructions, for conditions that not every dataset has. */
  readonly pcs: Float64Array;
  readonly datasets: readonly DatasetAlignment[];
  /** See GlobalPcs. */
  readonly sharedOnly: boolean;
}

/** @param datasets Of one number of bins, with conditions that all have; counts are finite. */
export function alignDatasets(datasets: readonly ConditionAverages[], options: AlignOptions): Alignments {
  const conditions = unionOfConditions(datasets);
  const shared = sharedConditions(datasets);
  const [{ nBins }] = datasets as [ConditionAverages];
  const biases = datasets.map(channelMeans);
  const data = datasets.map((each, d) => centred(each, biases[d]!));
  const { count: P, weights, explained, sharedOnly } = globalPcs(data, options.factors);

  // S samples: bins of the conditions that every dataset has.
  const x = data.map((each) => joined(shared.map((condition) => each.byCondition.get(condition)!)));
  const pcs = new Float64Array(shared.length * nBins * P);
  for (const [d, { nChannels }] of data.entries()) {
    product(x[d]!, nChannels, weights[d]!, P).forEach((value, i) => {
      pcs[i]! += value;
    });
  }
  const means = columnMeans(pcs, P);
  const y = lessMeans(pcs, means);

  const spread = (values: Float64Array) => spreadOver(values, shared, conditions, nBins * P);
  const aligned = data.map(({ name, nChannels: N }, d): DatasetAlignment => {
    const bias = biases[d]!;
    if (data.length === 1) {
      const r2 = new Float64Array(P).fill(1);
      const matrix = widened(weights[d]!, P, options.factors);
      return { name, nChannels: N, matrix, bias, reconstruction: spread(pcs), r2, lambda: null };
    }
    const own = lessMeans(x[d]!, columnMeans(x[d]!, N));
    const samples = { x: own, y, N, P };
    const { weights: fitted, lambda } =
      options.regression === "ridge"
        ? ridge(samples, options.normalizeEach)
        : { weights: leastSquares(samples), lambda: null };
    const estimate = product(own, N, fitted, P);
    const reconstruction = spread(estimate.map((value, i) => value + means[i % P]!));
    const matrix = widened(fitted, P, options.factors);
    return { name, nChannels: N, matrix, bias, reconstruction, r2: r2Of(y, estimate, P), lambda };
  });
  return {
    conditions,
    nBins,
    factors: options.factors,
    nPcs: P,
    explained,
    pcs: spread(pcs),
    datasets: aligned,
    sharedOnly,
  };
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Rows of some conditions among those of all; the others are NaN. */
function spreadOver(
  values: Float64Array,
  some: readonly Condition[],
  all: readonly Condition[],
  size: number,
): Float64Array {
  const spread = new Float64Array(all.length * size).fill(Number.NaN);
  some.forEach((condition, i) => {
    spread.set(values.subarray(i * size, (i + 1) * size), all.indexOf(condition) * size);
  });
  return spread;
}

/** N×P with zero columns added up to N×F. */
function widened(values: Float64Array, P: number, F: number): Float64Array {
  const rows = P === 0 ? 0 : values.length / P;
  const wide = new Float64Array(rows * F);
  for (let row = 0; row < rows; row++) wide.set(values.subarray(row * P, (row + 1) * P), row * F);
  return wide;
}

/** Of each column, whose mean is 0 in `y`. */
function r2Of(y: Float64Array, estimate: Float64Array, P: number): Float64Array {
  const [left, all] = [new Float64Array(P), new Float64Array(P)];
  for (let i = 0; i < y.length; i++) {
    const error = y[i]! - estimate[i]!;
    left[i % P]! += error * error;
    all[i % P]! += y[i]! * y[i]!;
  }
  return left.map((error, k) => 1 - error / all[k]!);
}
