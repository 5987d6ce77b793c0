import { FailureError } from "#lib/failure.js";
import type { Hdf5File } from "#lib/hdf5/open-hdf5.js";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { edgeBins } from "./bin-samples.js";
import type { DatasetReader } from "./dataset-reader.js";
import { leftOut } from "./left-out.js";
import { NwbSeries } from "./nwb-series.js";
import { nwbSession } from "./nwb-session.js";
import { NwbTable } from "./nwb-table.js";
import { readUnits } from "./nwb-units.js";
import { firstAtLeast } from "./sorted-times.js";
import type { NwbSeriesSpec, NwbSpec } from "./source-spec.js";

/**
 * Opens an NWB 2 file: bins the spikes of its units around an event of each trial, and series beside them. Trials whose
 * event or external inputs are not known are left out.
 */
export async function openNwb(name: string, spec: NwbSpec, file: string): Promise<DatasetReader> {
  const h5 = await openHdf5(file);
  try {
    return readerOf(name, spec, h5);
  } finally {
    h5.close();
  }
}

/** Spikes and series of all windows are in memory; counts are made on demand. */
function readerOf(name: string, spec: NwbSpec, h5: Hdf5File): DatasetReader {
  const table = new NwbTable(h5, spec.trials);
  const events = new Float64Array(table.length);
  for (const column of spec.align) {
    for (const [row, seconds] of table.numbers(column).entries()) events[row]! += seconds;
  }
  const selected = table.rowsWhere(spec.where);
  const timed = selected.filter((row) => Number.isFinite(events[row]));
  const nBins = Math.max(0, Math.floor(((spec.window[1] - spec.window[0]) * 1000) / spec.binMs + 1e-6));
  const startOf = (row: number) => events[row]! + spec.window[0];
  const series = (specs: readonly NwbSeriesSpec[] = []) =>
    new TrialSeries(h5, specs, Float64Array.from(timed, startOf), nBins, spec.binMs);
  const [inputs, behavior] = [series(spec.externalInputs), series(spec.behavior)];
  const known = timed.map((_, i) => inputs.isKnown(i));
  if (timed.length > 0 && !known.includes(true)) throw nothingKnown(h5, spec.externalInputs!, inputs);
  const kept = [...timed.keys()].filter((i) => known[i]);
  const trials = kept.map((i) => timed[i]!);
  const place = ` of ${spec.trials}, counted from 1`;
  const untimed = selected.filter((row) => !Number.isFinite(events[row]));
  const unknown = timed.filter((_, i) => !known[i]);
  const notes = [
    ...leftOut(untimed, `${spec.align.join(" + ")} is not known`, "row", place),
    ...leftOut(unknown, "an external input is not known in every bin", "row", place),
  ];
  const starts = Float64Array.from(trials, (row) => startOf(row) - edgeBins * (spec.binMs / 1000));
  const spikes = readUnits(h5, spec.units, starts, (nBins * spec.binMs) / 1000);
  const labels = spec.condition.map((column) => table.values(column));
  return {
    file: h5.file,
    info: {
      name,
      nTrials: trials.length,
      nChannels: spikes.length,
      nBins,
      binMs: spec.binMs,
      hasTruth: false,
      hasConditions: labels.length > 0,
      nExternalInputs: inputs.width,
      ...(behavior.width > 0 ? { nBehavior: behavior.width } : {}),
      alignmentFactors: null,
      split: null,
      ...nwbSession(h5),
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
      const wanted = kept.slice(start, start + count);
      return {
        counts,
        ...(inputs.width > 0 ? { externalInputs: inputs.read(wanted) } : {}),
        ...(behavior.width > 0 ? { behavior: behavior.read(wanted) } : {}),
      };
    },
    close: () => {},
  };
}

/** Several series side by side in the bins of every trial. */
class TrialSeries {
  readonly width: number;
  readonly spans: readonly (readonly [number, number] | undefined)[];
  /** For each trial T×`width`. */
  readonly #trials: readonly Float64Array[];

  constructor(h5: Hdf5File, specs: readonly NwbSeriesSpec[], starts: Float64Array, nBins: number, binMs: number) {
    const series = specs.map((spec) => new NwbSeries(h5, spec));
    this.width = series.reduce((sum, { width }) => sum + width, 0);
    this.spans = series.map(({ span }) => span);
    this.#trials = Array.from(starts, (start) => {
      const values = new Float64Array(nBins * this.width);
      let first = 0;
      for (const one of series) {
        const bins = one.bins(start, nBins, binMs / 1000);
        for (let t = 0; t < nBins; t++) {
          values.set(bins.subarray(t * one.width, (t + 1) * one.width), t * this.width + first);
        }
        first += one.width;
      }
      return values;
    });
  }

  isKnown(trial: number): boolean {
    return !this.#trials[trial]!.some(Number.isNaN);
  }

  read(trials: readonly number[]): Float64Array {
    const size = (this.#trials[0]?.length ?? 0) * trials.length;
    const values = new Float64Array(size);
    trials.forEach((trial, i) => {
      values.set(this.#trials[trial]!, (i * size) / trials.length);
    });
    return values;
  }
}

/** The value of the one column, or the values of several joined by an underscore. */
function conditionOf(labels: readonly (readonly (string | number)[])[], row: number): string | number {
  return labels.length === 1 ? labels[0]![row]! : labels.map((values) => values[row]).join("_");
}

function nothingKnown(h5: Hdf5File, specs: readonly NwbSeriesSpec[], inputs: TrialSeries): FailureError {
  const spans = specs.map(({ series, maxGapMs }, i) => {
    const span = inputs.spans[i];
    return `${series} ${span ? `lasts from ${span[0]} to ${span[1]} s` : "is empty"} (maxGapMs ${maxGapMs})`;
  });
  return new FailureError({
    kind: "data",
    what: "In no trial are the external inputs known in every bin.",
    where: h5.file,
    hint: `${spans.join("; ")}. Bins without samples are interpolated over gaps of at most maxGapMs.`,
  });
}
