import type { MatFile } from "#lib/mat/mat-entry.js";
import { followPath, type MatPlace } from "#lib/mat/mat-path.js";
import { openMat } from "#lib/mat/open-mat.js";
import type { ArrayFile } from "./array-file.js";
import { arraysReader } from "./arrays-reader.js";
import type { DatasetReader } from "./dataset-reader.js";
import { mismatch } from "./h5-layout.js";
import { type MatTrials, matTrials } from "./mat-trials.js";
import { matLabels, matNumbersOf, numbersIn } from "./mat-values.js";
import { type MatWindow, wholeTrials, windowedTrials } from "./mat-window.js";
import type { MatSpec } from "./source-spec.js";

/** What the times of the bins are called where the file has none. */
const WINDOW = "windowMs";

/** Opens the arrays of a MAT file that `spec` names. Throws FailureError `data` where they are missing or do not fit. */
export async function openMatDataset(name: string, spec: MatSpec, file: string): Promise<DatasetReader> {
  const mat = await openMat(file);
  try {
    return readerOf(name, spec, new MatArrays(mat, spec));
  } catch (error) {
    mat.close();
    throw error;
  }
}

function readerOf(name: string, spec: MatSpec, arrays: MatArrays): DatasetReader {
  const { window, binMs } = arrays;
  const timed = window.timeVecMs ? { time: spec.time ?? WINDOW, binMs: binMs! } : {};
  const reader = arraysReader(name, { ...spec, ...timed }, arrays);
  return {
    ...reader,
    notes: [...reader.notes, ...window.notes],
    originOf: (trial, field) => {
      const { path, trial: number } = reader.originOf(trial, field);
      return { path, trial: arrays.leavesOut ? window.trials[number - 1]! + 1 : number };
    },
  };
}

/** A MAT file as arrays whose trials have one length: trials × bins × channels. */
class MatArrays implements ArrayFile {
  readonly file: string;
  readonly window: MatWindow;
  readonly binMs: number | undefined;
  readonly leavesOut: boolean;
  readonly #mat: MatFile;
  readonly #places = new Map<string, MatPlace>();
  readonly #trials = new Map<string, MatTrials>();
  readonly #labels = new Map<string, readonly (string | number)[]>();
  readonly #times: { common?: Float64Array; each?: readonly Float64Array[] };
  readonly #spec: MatSpec;
  readonly #lengths: readonly number[];

  constructor(mat: MatFile, spec: MatSpec) {
    this.file = mat.file;
    this.#mat = mat;
    this.#spec = spec;
    for (const field of ["counts", "truth", "externalInputs", "states", "behavior"] as const) {
      for (const path of pathsOf(spec[field])) {
        this.#trials.set(path, matTrials(this.#place(path), spec.axes, this.#where(path)));
      }
    }
    for (const path of pathsOf(spec.condition)) this.#labels.set(path, matLabels(this.#place(path), this.#where(path)));
    const counts = pathsOf(spec.counts);
    this.#lengths = counts.flatMap((path) => this.#trials.get(path)!.lengths);
    this.#times = this.#readTimes();
    this.binMs = spec.binMs ?? stepOf(this.#times.common ?? this.#times.each?.find((times) => times.length > 1));
    this.window = this.#windowOf(this.#where(counts[0]!));
    this.leavesOut = this.window.trials.length < this.#lengths.length;
    this.#expectLengths(counts);
  }

  shape(path: string): readonly number[] {
    const trials = this.#trials.get(path);
    if (trials) return [this.#kept(trials.lengths).length, this.window.nBins, trials.width];
    const labels = this.#labels.get(path);
    if (labels) return [this.#kept(labels).length];
    if (path === this.#spec.alignmentMatrix) return this.#one(path).shape;
    return [this.readFloat64(path).length];
  }

  dtype(path: string): string {
    return typeof this.#labels.get(path)?.[0] === "string" ? "string" : "float64";
  }

  readFloat64(path: string): Float64Array {
    if (path === (this.#spec.time ?? WINDOW)) return this.#timeVec();
    const labels = this.#labels.get(path);
    if (labels) return Float64Array.from(this.#kept(labels), Number);
    return path === this.#spec.alignmentMatrix
      ? numbersIn(this.#one(path), this.#where(path))
      : matNumbersOf(this.#place(path), this.#where(path));
  }

  readFloat64Rows(path: string, start: number, count: number): Float64Array {
    const trials = this.#trials.get(path)!;
    const { nBins, firstBins } = this.window;
    const values = new Float64Array(count * nBins * trials.width);
    // A window keeps its trials by name; without one, all are read from their first bin on.
    const trialAt = (i: number) => (this.leavesOut ? this.window.trials[i]! : i);
    for (let i = start; i < start + count; ) {
      const [trial, first] = [trialAt(i), firstBins[i] ?? 0];
      let end = i + 1;
      while (end < start + count && trialAt(end) === trial + end - i && (firstBins[end] ?? 0) === first) end++;
      values.set(trials.read(trial, end - i, first, nBins), (i - start) * nBins * trials.width);
      i = end;
    }
    return values;
  }

  readStrings(path: string): string[] {
    return this.#kept(this.#labels.get(path)!).map(String);
  }

  close(): void {
    this.#mat.close();
  }

  #where(path: string): string {
    return `${this.file}:${path}`;
  }

  #place(path: string): MatPlace {
    const place = this.#places.get(path) ?? followPath(this.#mat, path);
    this.#places.set(path, place);
    return place;
  }

  #one(path: string) {
    const place = this.#place(path);
    if ("one" in place) return place.one;
    throw mismatch(
      this.#where(path),
      "One array was expected, but it is one for each element of a struct or cell array.",
    );
  }

  /** What belongs to the trials that are read; all where it is not one for each trial, which is told later. */
  #kept<T>(each: readonly T[]): readonly T[] {
    return this.leavesOut && each.length === this.#lengths.length
      ? this.window.trials.map((trial) => each[trial]!)
      : each;
  }

  #readTimes(): { common?: Float64Array; each?: readonly Float64Array[] } {
    const { time } = this.#spec;
    if (time === undefined) return {};
    const place = this.#place(time);
    if ("one" in place) return { common: numbersIn(place.one, this.#where(time)) };
    const each = place.each.map((entry, i) => numbersIn(entry, `${this.#where(time)} of trial ${i + 1}`));
    const other = this.#lengths.findIndex((length, i) => each[i]?.length !== length);
    if (other < 0 && each.length === this.#lengths.length) return { each };
    const what =
      other < 0
        ? `There are times of ${each.length} trials, but the counts have ${this.#lengths.length} trials.`
        : `Trial ${other + 1} has ${each[other]?.length ?? "no"} times, but ${this.#lengths[other]} bins.`;
    throw mismatch(this.#where(time), what);
  }

  #windowOf(where: string): MatWindow {
    const { align, windowMs, cut } = this.#spec;
    const lengths = this.#lengths;
    if (windowMs === undefined) return wholeTrials(lengths, cut, where);
    const { binMs } = this;
    if (binMs === undefined) throw mismatch(where, "The width of a bin is not known.", "Give `binMs` in mat(…).");
    const events = align === undefined ? lengths.map(() => 0) : matNumbersOf(this.#place(align), this.#where(align));
    if (events.length !== lengths.length) {
      const what = `There are ${events.length} times to align to, but the counts have ${lengths.length} trials.`;
      throw mismatch(this.#where(align!), what);
    }
    const starts = lengths.map((_, i) => (this.#times.each?.[i] ?? this.#times.common)?.[0] ?? 0);
    return windowedTrials(lengths, { binMs, windowMs, starts, events, eventName: align ?? "" }, where);
  }

  /** Every array of trials must have the bins of the counts, trial by trial. */
  #expectLengths(counts: readonly string[]): void {
    for (const [path, { lengths }] of this.#trials) {
      if (counts.includes(path) || lengths.length !== this.#lengths.length) continue;
      const other = lengths.findIndex((length, i) => length !== this.#lengths[i]);
      if (other < 0) continue;
      const what = `Trial ${other + 1} has ${lengths[other]} bins, but its counts have ${this.#lengths[other]}.`;
      throw mismatch(this.#where(path), what);
    }
  }

  #timeVec(): Float64Array {
    const { nBins, timeVecMs } = this.window;
    if (timeVecMs) return timeVecMs;
    const { common, each } = this.#times;
    const times = common ?? each![0]!;
    const longest = this.#lengths.reduce((most, length) => Math.max(most, length), 0);
    if (common && times.length !== longest) return times; // which is told with the lengths
    const tolerance = 1e-3 * (this.binMs ?? 0);
    const other = each?.findIndex((own) => own.slice(0, nBins).some((ms, t) => Math.abs(ms - times[t]!) > tolerance));
    if (other !== undefined && other > 0) {
      const hint = "In mat(…), add windowMs: [from, to], and align, the time of an event.";
      throw mismatch(this.#where(this.#spec.time!), `Trial ${other + 1} has other times than trial 1.`, hint);
    }
    return times.slice(0, nBins);
  }
}

function pathsOf(field: MatSpec["condition"]): readonly string[] {
  return field === undefined ? [] : typeof field === "string" ? [field] : [field.train, field.valid];
}

function stepOf(times: Float64Array | undefined): number | undefined {
  if (times === undefined || times.length < 2) return undefined;
  return Number(((times.at(-1)! - times[0]!) / (times.length - 1)).toPrecision(9));
}
