/** Numbers for tests, and how far two arrays are apart. */
import { RandomStream } from "#lib/random/random-stream.js";

let streams = 0;

/** float32 normals of this standard deviation, other ones at every call. */
export function normalFloats(length: number, std = 1): Float64Array {
  const stream = new RandomStream(1, 1000, streams++);
  return Float64Array.from({ length }, () => Math.fround(std * stream.normal()));
}

/** Counts 0…highest. */
export function countsUpTo(length: number, highest: number): Float64Array {
  const stream = new RandomStream(1, 1001, streams++);
  return Float64Array.from({ length }, () => stream.integer(0, highest));
}

/** ‖a − b‖ / ‖b‖ in the L2 norm. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    norm += b[i]! ** 2;
  }
  return difference === 0 ? 0 : Math.sqrt(difference / norm);
}

/** max |a − b|. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < b.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

/** max |a − b| / max(1, max |b|). */
export function largestError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let scale = 1;
  for (let i = 0; i < b.length; i++) scale = Math.max(scale, Math.abs(b[i]!));
  return largestDifference(a, b) / scale;
}

/** Central differences of `cost` in every value of `at`, which is left as it was. */
export function centralDifferences(at: Float64Array, cost: () => number, h = 1e-5): Float64Array {
  return at.map((value, i) => {
    at[i] = value + h;
    const above = cost();
    at[i] = value - h;
    const below = cost();
    at[i] = value;
    return (above - below) / (2 * h);
  });
}
