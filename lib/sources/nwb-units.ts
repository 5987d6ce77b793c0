import { FailureError } from "#lib/failure.js";
import type { Hdf5File } from "#lib/hdf5/open-hdf5.js";
import { NwbTable } from "./nwb-table.js";
import { firstAbove } from "./sorted-times.js";
import type { NwbUnitsSpec } from "./source-spec.js";

/** Where the units' electrodes are when the file does not tell. */
const electrodesPath = "general/extracellular_ephys/electrodes";

/** Spikes are read some 8 MB at a time. */
const spikesAtOnce = 2 ** 20;

/**
 * For each unit of the tables that counts, in order, its spikes within any trial's window, sorted. All of them are in
 * memory, 8 bytes each.
 */
export function readUnits(
  h5: Hdf5File,
  specs: readonly NwbUnitsSpec[],
  starts: Float64Array,
  windowSeconds: number,
): Float64Array[] {
  const sortedStarts = starts.slice().sort();
  return specs.flatMap((spec) => {
    const units = new NwbTable(h5, spec.table);
    const { path, bounds } = units.ragged("spike_times");
    return unitRows(h5, units, spec).map((row) => {
      const kept: number[] = [];
      for (let from = bounds[row]!; from < bounds[row + 1]!; from += spikesAtOnce) {
        const end = Math.min(bounds[row + 1]!, from + spikesAtOnce);
        for (const time of h5.readFloat64Rows(path, from, end - from)) {
          // The last window that starts at or before the spike is the one that ends last.
          const start = sortedStarts[firstAbove(sortedStarts, time) - 1];
          if (start !== undefined && time - start < windowSeconds) kept.push(time);
        }
      }
      return Float64Array.from(kept).sort();
    });
  });
}

/** Rows that have the values of `where` and an electrode that has those of `electrodes`. */
function unitRows(h5: Hdf5File, units: NwbTable, { where, electrodes: wanted }: NwbUnitsSpec): number[] {
  const rows = units.rowsWhere(where);
  if (wanted === undefined) return rows;
  const region = units.region("electrodes");
  const electrodes = new NwbTable(h5, region.table ?? electrodesPath);
  const chosen = new Set(electrodes.rowsWhere(wanted));
  return rows.filter((row) =>
    region.rows(row).some((electrode) => {
      if (electrode >= 0 && electrode < electrodes.length) return chosen.has(electrode);
      const what = `Unit ${row + 1} refers to electrode row ${electrode}, but there are ${electrodes.length}.`;
      throw new FailureError({ kind: "data", what, where: `${h5.file}:${units.path}/electrodes` });
    }),
  );
}
