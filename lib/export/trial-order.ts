/** Trials back in the order of the recording: a run keeps those of training and of validation apart. */
import type { Hdf5File } from "#lib/hdf5/open-hdf5.js";

export type Side = "train" | "valid";

/** A trial of the recording: its number, from 1, and where a run keeps it. */
export interface PlacedTrial {
  readonly number: number;
  readonly side: Side;
  readonly row: number;
}

/** By number. */
export function trialOrder(inds: Readonly<Record<Side, Float64Array>>): PlacedTrial[] {
  const placed = (side: Side) => Array.from(inds[side], (number, row) => ({ number, side, row }));
  return [...placed("train"), ...placed("valid")].sort((a, b) => a.number - b.number);
}

/** Rows of `trials`, in their order, from where each side has them. */
export function rowsInOrder(
  trials: readonly PlacedTrial[],
  rowSize: number,
  read: (side: Side, row: number, count: number) => Float64Array,
): Float64Array {
  const values = new Float64Array(trials.length * rowSize);
  for (const side of ["train", "valid"] as const) {
    const wanted = trials
      .map(({ side: own, row }, at) => ({ own, row, at }))
      .filter(({ own }) => own === side)
      .sort((a, b) => a.row - b.row);
    for (let first = 0; first < wanted.length; ) {
      let end = first + 1;
      while (end < wanted.length && wanted[end]!.row === wanted[end - 1]!.row + 1) end++;
      const rows = read(side, wanted[first]!.row, end - first);
      for (const [i, { at }] of wanted.slice(first, end).entries())
        values.set(rows.subarray(i * rowSize, (i + 1) * rowSize), at * rowSize);
      first = end;
    }
  }
  return values;
}

/** The first `bins` bins of rows of a dataset of trials × bins × width. */
export function firstBins(h5: Hdf5File, path: string, bins: number, row: number, count: number): Float64Array {
  const [, all, width] = h5.shape(path) as [number, number, number];
  const rows = h5.readFloat64Rows(path, row, count);
  if (all === bins) return rows;
  const kept = new Float64Array(count * bins * width);
  for (let i = 0; i < count; i++) kept.set(rows.subarray(i * all * width, (i * all + bins) * width), i * bins * width);
  return kept;
}
