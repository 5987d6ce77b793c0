import type { Hdf5Array } from "#lib/hdf5/hdf5-array.js";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import type { CheckedTrials } from "./check-loaded.js";

/** Writes what a loader returned, as `openLoaded` reads it; equal trials give equal bytes. */
export async function writeLoaded(trials: CheckedTrials, file: string): Promise<void> {
  const { nTrials, nBins, counts, binMs, timeVecMs, conditions } = trials;
  await writeHdf5(file, (w) => {
    w.dataset("counts", smallest(counts.values), [nTrials, nBins, counts.width], { gzip: 4 });
    w.dataset("timeVecMs", timeVecMs);
    if (binMs !== undefined) w.dataset("binMs", Float64Array.of(binMs));
    if (conditions instanceof Float64Array) w.dataset("conditionId", conditions);
    else if (conditions) w.strings("conditionId", conditions);
    for (const name of ["truth", "externalInputs", "states", "behavior"] as const) {
      const array = trials[name];
      if (array) w.dataset(name, array.values, [nTrials, nBins, array.width], { gzip: 4 });
    }
  });
}

/** Bytes where they hold all values. */
function smallest(values: Float64Array): Hdf5Array {
  return values.every((value) => value >= 0 && value <= 255 && value % 1 === 0) ? Uint8Array.from(values) : values;
}
