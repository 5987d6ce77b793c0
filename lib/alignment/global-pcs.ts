/** Principal components of the condition averages of all datasets, each channel of each dataset a variable. */
import { type ConditionAverages, centred, channelMeans, restrictedTo, sharedConditions } from "./condition-averages.js";
import { rankOf, type SymmetricEigen, symmetricEigen } from "./symmetric-eigen.js";

export interface GlobalPcs {
  /** P: as many as were asked for, unless there are fewer channels or the averages have fewer dimensions. */
  readonly count: number;
  /** Of each dataset, N×P: the weights of its channels. */
  readonly weights: readonly Float64Array[];
  /** P, the part of all variance that each one explains. */
  readonly explained: Float64Array;
  /** Whether they come from the conditions of every dataset alone, as those of some do not make a covariance. */
  readonly sharedOnly: boolean;
}

/** A covariance that is put together from pairs may have eigenvalues below zero, by more than rounding. */
const MOST_NEGATIVE = 1e-10;

/** @param datasets Centred: each channel's mean over all its bins and conditions is 0. */
export function globalPcs(datasets: readonly ConditionAverages[], most: number): GlobalPcs {
  const fromPairs = eigenOf(datasets);
  const [largest = 0] = fromPairs.values;
  const sharedOnly = fromPairs.values.at(-1)! < -MOST_NEGATIVE * largest;
  const eigen = sharedOnly ? eigenOf(centredOnShared(datasets)) : fromPairs;
  const all = eigen.values.length;
  const count = Math.min(most, rankOf(eigen));
  const total = eigen.values.reduce((sum, value) => sum + Math.max(0, value), 0);
  let first = 0;
  const weights = datasets.map(({ nChannels }) => {
    const own = new Float64Array(nChannels * count);
    for (let i = 0; i < nChannels; i++) {
      for (let k = 0; k < count; k++) own[i * count + k] = eigen.vectors[(first + i) * all + k]!;
    }
    first += nChannels;
    return own;
  });
  return { count, weights, explained: eigen.values.slice(0, count).map((value) => value / total), sharedOnly };
}

function centredOnShared(datasets: readonly ConditionAverages[]): ConditionAverages[] {
  const shared = sharedConditions(datasets);
  return datasets.map((each) => {
    const own = restrictedTo(each, shared);
    return centred(own, channelMeans(own));
  });
}

/** Of the covariance; that of two channels is over the conditions that the datasets of both have. */
function eigenOf(datasets: readonly ConditionAverages[]): SymmetricEigen {
  const all = datasets.reduce((sum, { nChannels }) => sum + nChannels, 0);
  const covariance = new Float64Array(all * all);
  let row = 0;
  for (const [a, one] of datasets.entries()) {
    let column = row;
    for (const other of datasets.slice(a)) {
      addProducts(covariance, all, row, column, one, other);
      column += other.nChannels;
    }
    row += one.nChannels;
  }
  for (let i = 0; i < all; i++) for (let j = 0; j < i; j++) covariance[i * all + j] = covariance[j * all + i]!;
  return symmetricEigen(covariance, all);
}

function addProducts(
  covariance: Float64Array,
  all: number,
  row: number,
  column: number,
  one: ConditionAverages,
  other: ConditionAverages,
): void {
  const shared = sharedConditions([one, other]);
  const scale = 1 / Math.max(1, shared.length * one.nBins - 1);
  for (const condition of shared) {
    const [x, y] = [one.byCondition.get(condition)!, other.byCondition.get(condition)!];
    for (let t = 0; t < one.nBins; t++) {
      for (let i = 0; i < one.nChannels; i++) {
        const value = x[t * one.nChannels + i]! * scale;
        const to = (row + i) * all + column;
        const from = t * other.nChannels;
        for (let j = 0; j < other.nChannels; j++) covariance[to + j]! += value * y[from + j]!;
      }
    }
  }
}
