/** An exported lfads_<dataset>.h5 as the engine takes it. E trials, T bins, N channels, I external inputs, F factors. */
import type { Counts } from "#lib/engine/run-threads.js";
import { compactCounts } from "#lib/engine/trial-counts.js";
import { FailureError } from "#lib/failure.js";
import { type Hdf5File, openHdf5 } from "#lib/hdf5/open-hdf5.js";

export interface LfadsInput {
  readonly bins: number;
  readonly channels: number;
  readonly train: Counts;
  readonly valid: Counts;
  /** E×T×I of either side; absent when there are none. */
  readonly externalInputs?: { readonly train: Float32Array; readonly valid: Float32Array };
  /** Where read-in and read-out start: N×F, and N (zeros when the export has none). */
  readonly alignment?: { readonly matrix: Float32Array; readonly bias: Float32Array };
  /** Original 1-based indices. */
  readonly trainInds: Float64Array;
  readonly validInds: Float64Array;
}

const TRIALS_AT_ONCE = 64;

/** @param firstBins Read only so many bins of every trial; all when absent. */
export async function readLfadsInput(file: string, firstBins?: number): Promise<LfadsInput> {
  const h5 = await openHdf5(file);
  try {
    const [, all, channels] = h5.shape("train_data") as [number, number, number];
    const bins = Math.min(all, firstBins ?? all);
    const counts = (path: string): Counts => {
      const [trials] = h5.shape(path) as [number];
      const size = bins * channels;
      let values: Uint8Array | Float32Array = new Uint8Array(trials * size);
      for (const [first, rows] of slices(h5, path, bins)) {
        const part = compactCounts(rows);
        if (part instanceof Float32Array && values instanceof Uint8Array) values = Float32Array.from(values);
        values.set(part, first * size);
      }
      return { values, trials, channels };
    };
    const inputs = (path: string): Float32Array => {
      const [trials, , width] = h5.shape(path) as [number, number, number];
      const values = new Float32Array(trials * bins * width);
      for (const [first, rows] of slices(h5, path, bins)) values.set(rows, first * bins * width);
      return values;
    };
    const alignment = (): NonNullable<LfadsInput["alignment"]> => {
      const matrix = Float32Array.from(h5.readFloat64("alignment_matrix_cxf"));
      const bias = h5.has("alignment_bias_c") ? h5.readFloat64("alignment_bias_c") : new Float64Array(channels);
      return { matrix, bias: Float32Array.from(bias) };
    };
    return {
      bins,
      channels,
      train: counts("train_data"),
      valid: counts("valid_data"),
      ...(h5.has("train_ext_input")
        ? { externalInputs: { train: inputs("train_ext_input"), valid: inputs("valid_ext_input") } }
        : {}),
      ...(h5.has("alignment_matrix_cxf") ? { alignment: alignment() } : {}),
      trainInds: h5.readFloat64("train_inds"),
      validInds: h5.readFloat64("valid_inds"),
    };
  } finally {
    h5.close();
  }
}

/** The first `bins` bins of all trials, some trials at a time, each part with the number of its first trial. */
export function* slices(h5: Hdf5File, path: string, bins: number): Generator<[first: number, rows: Float64Array]> {
  const [trials] = h5.shape(path) as [number];
  for (let first = 0; first < trials; first += TRIALS_AT_ONCE) {
    yield [first, firstBinsOf(h5, path, bins, first, Math.min(TRIALS_AT_ONCE, trials - first))];
  }
}

/** The first `bins` bins of `count` trials from `first` on. */
export function firstBinsOf(h5: Hdf5File, path: string, bins: number, first: number, count: number): Float64Array {
  const [, all, width] = h5.shape(path) as [number, number, number];
  const rows = h5.readFloat64Rows(path, first, count);
  const kept = new Float64Array(count * bins * width);
  for (let i = 0; i < count; i++) {
    kept.set(rows.subarray(i * all * width, (i * all + bins) * width), i * bins * width);
  }
  return kept;
}

/** Training trials, then validation trials, in one array. */
export function joinCounts(train: Counts, valid: Counts): Counts {
  const wide = train.values instanceof Float32Array || valid.values instanceof Float32Array;
  const length = train.values.length + valid.values.length;
  const values = wide ? new Float32Array(length) : new Uint8Array(length);
  values.set(train.values, 0);
  values.set(valid.values, train.values.length);
  return { values, trials: train.trials + valid.trials, channels: train.channels };
}

/** The only file of an input; a rule without it is our bug. */
export function onlyFile(files: readonly { path: string }[] | undefined, what: string): string {
  const [first] = files ?? [];
  if (!first) throw new FailureError({ kind: "internal", what: `The input ${what} has no file.` });
  return first.path;
}
