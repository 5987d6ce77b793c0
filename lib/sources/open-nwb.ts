import type { Hdf5File } from "#lib/hdf5/open-hdf5.js";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import type { DatasetReader } from "./dataset-reader.js";
import { NwbTable } from "./nwb-table.js";
import type { NwbSpec } from "./source-spec.js";

/** Opens an NWB 2 file: bins the spikes of the units table around an event of each trial. */
export async function openNwb(name: string, spec: NwbSpec, file: string): Promise<DatasetReader> {
  const h5 = await openHdf5(file);
  try {
    return readerOf(name, spec, h5);
  } finally {
    h5.close();
  }
}

/**
 * Times that are equal on paper differ in their last bits: a spike this part of a bin before an edge counts as on it,
 * and so into the bin that begins there.
 */
const edgeBins = 1e-6;

/** All spikes that fall into a window are kept in memory, 8 bytes each; counts are made on demand. */
function readerOf(name: string, spec: NwbSpec, h5: Hdf5File): DatasetReader {
  const table = new NwbTable(h5, spec.trials);
  const units = new NwbTable(h5, spec.units.path);
  const selected = table.rowsWhere(spec.where);
  const events = new Float64Array(table.length);
  for (const column of spec.align) {
    for (const [row, seconds] of table.numbers(column).entries()) events[row]! += seconds;
  }
  const trials = selected.filter((row) => Number.isFinite(events[row]));
  const notes = noEventNote(
    selected.filter((row) => !Number.isFinite(events[row])),
    spec,
  );
  const starts = Float64Array.from(trials, (row) => events[row]! + spec.window[0] - edgeBins * (spec.binMs / 1000));
  const nBins = Math.max(0, Math.floor(((spec.window[1] - spec.window[0]) * 1000) / spec.binMs + 1e-6));
  const unitRows = units.rowsWhere(spec.units.where);
  const spikes = readSpikes(h5, units, unitRows, starts, (nBins * spec.binMs) / 1000);
  const labels = spec.condition.map((column) => table.values(column));
  return {
    file: h5.file,
    info: {
      name,
      nTrials: trials.length,
      nChannels: unitRows.length,
      nBins,
      binMs: spec.binMs,
      hasTruth: false,
      hasConditions: labels.length > 0,
      nExternalInputs: 0,
      alignmentFactors: null,
      split: null,
    },
    timeVecMs: Float64Array.from({ length: nBins }, (_, t) => spec.window[0] * 1000 + (t + 0.5) * spec.binMs),
    ...(labels.length > 0 ? { conditions: trials.map((row) => conditionOf(labels, row)) } : {}),
    notes,
    originOf: (trial) => ({ path: spec.trials, trial: trials[trial]! + 1 }),
    readTrials(start, count) {
      const nChannels = spikes.length;
      const counts = new Float64Array(count * nBins * nChannels);
      for (let i = 0; i < count; i++) {
        const from = starts[start + i]!;
        for (let channel = 0; channel < nChannels; channel++) {
          const times = spikes[channel]!;
          for (let k = firstAtLeast(times, from); k < times.length; k++) {
            const bin = Math.floor(((times[k]! - from) * 1000) / spec.binMs);
            if (bin >= nBins) break;
            counts[(i * nBins + bin) * nChannels + channel]! += 1;
          }
        }
      }
      return { counts };
    },
    close: () => {},
  };
}

/** For each unit, its spikes within any trial's window, sorted; read some 8 MB at a time. */
function readSpikes(
  h5: Hdf5File,
  units: NwbTable,
  rows: readonly number[],
  starts: Float64Array,
  windowSeconds: number,
): Float64Array[] {
  const { path, bounds } = units.ragged("spike_times");
  const sortedStarts = starts.slice().sort();
  return rows.map((row) => {
    const kept: number[] = [];
    for (let from = bounds[row]!; from < bounds[row + 1]!; from += 2 ** 20) {
      const end = Math.min(bounds[row + 1]!, from + 2 ** 20);
      for (const time of h5.readFloat64Rows(path, from, end - from)) {
        // The last window that starts at or before the spike is the one that ends last.
        const start = sortedStarts[firstAbove(sortedStarts, time) - 1];
        if (start !== undefined && time - start < windowSeconds) kept.push(time);
      }
    }
    return Float64Array.from(kept).sort();
  });
}

function firstAtLeast(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function firstAbove(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The value of the one column, or the values of several joined by an underscore. */
function conditionOf(labels: readonly (readonly (string | number)[])[], row: number): string | number {
  return labels.length === 1 ? labels[0]![row]! : labels.map((values) => values[row]).join("_");
}

function noEventNote(rows: readonly number[], spec: NwbSpec): string[] {
  if (rows.length === 0) return [];
  const which =
    rows
      .slice(0, 10)
      .map((row) => row + 1)
      .join(", ") + (rows.length > 10 ? ", …" : "");
  const event = spec.align.join(" + ");
  const left = rows.length === 1 ? "1 trial is left out" : `${rows.length} trials are left out`;
  return [`${left} because ${event} is not known: row ${which} of ${spec.trials}, counted from 1.`];
}
