/** An exported lfads_<dataset>.h5 as the engine takes it. */
import type { Counts } from "#lib/engine/run-threads.js";
import { compactCounts } from "#lib/engine/trial-counts.js";
import { FailureError } from "#lib/failure.js";
import { toFloat64 } from "#lib/hdf5/hdf5-array.js";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";

export interface LfadsInput {
  readonly bins: number;
  readonly channels: number;
  readonly train: Counts;
  readonly valid: Counts;
  /** Original 1-based indices. */
  readonly trainInds: Float64Array;
  readonly validInds: Float64Array;
}

const TRIALS_AT_ONCE = 64;

export async function readLfadsInput(file: string): Promise<LfadsInput> {
  const h5 = await openHdf5(file);
  try {
    const [, bins, channels] = h5.shape("train_data") as [number, number, number];
    const read = (path: string): Counts => {
      const [trials] = h5.shape(path) as [number];
      const size = bins * channels;
      let values: Uint8Array | Float32Array = new Uint8Array(trials * size);
      for (let first = 0; first < trials; first += TRIALS_AT_ONCE) {
        const count = Math.min(TRIALS_AT_ONCE, trials - first);
        const part = compactCounts(toFloat64(h5.readRows(path, first, count)));
        if (part instanceof Float32Array && values instanceof Uint8Array) values = Float32Array.from(values);
        values.set(part, first * size);
      }
      return { values, trials, channels };
    };
    return {
      bins,
      channels,
      train: read("train_data"),
      valid: read("valid_data"),
      trainInds: h5.readFloat64("train_inds"),
      validInds: h5.readFloat64("valid_inds"),
    };
  } finally {
    h5.close();
  }
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
