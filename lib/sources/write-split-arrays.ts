import type { Hdf5Array, Hdf5NumberType } from "#lib/hdf5/hdf5-array.js";
import type { Hdf5RowWriter, Hdf5Writer } from "#lib/hdf5/write-hdf5.js";
import { type DatasetReader, type Trials, trialsAtOnce } from "./dataset-reader.js";
import type { TrialSplit } from "./split-trials.js";

/** An array of the trials, and how it is written: `train_<suffix>` and `valid_<suffix>`. */
export interface SplitArray {
  readonly field: keyof Trials;
  readonly suffix: string;
  /** float64 when absent. */
  readonly type?: Hdf5NumberType;
  /** Length of the last axis. */
  readonly width: number;
  /** Bins are merged by their sum when absent. */
  readonly merge?: "mean";
}

interface SplitOptions {
  readonly split: TrialSplit;
  /** So many bins of the source become one. */
  readonly rebin: number;
  readonly arrays: readonly SplitArray[];
  /** Called after each slice with the part done, 0…1. May throw to stop. */
  readonly onProgress?: (done: number) => void;
}

/** Writes arrays of a dataset's trials, slice by slice, in merged bins and divided into training and validation trials. */
export function writeSplitArrays(w: Hdf5Writer, reader: DatasetReader, options: SplitOptions): void {
  const { info } = reader;
  const { split, rebin, arrays, onProgress } = options;
  const nTrials = { train: split.train.length, valid: split.valid.length };
  const writers = arrays.map((array) => ({
    ...array,
    writer: new SplitWriter(w, array, nTrials, Math.floor(info.nBins / rebin)),
  }));
  const step = trialsAtOnce(info);
  const validNumbers = new Set(split.valid);
  for (let start = 0; start < info.nTrials; start += step) {
    const count = Math.min(step, info.nTrials - start);
    const trials = reader.readTrials(start, count);
    const isValid = Array.from({ length: count }, (_, i) =>
      reader.split ? start + i >= split.train.length : validNumbers.has(start + i + 1),
    );
    for (const { field, width, merge, writer } of writers) {
      const merged = mergeBins(trials[field]!, info.nBins, width, rebin);
      if (merge === "mean") for (let i = 0; i < merged.length; i++) merged[i]! /= rebin;
      writer.add(merged, isValid);
    }
    onProgress?.((start + count) / info.nTrials);
  }
}

/** `train_<suffix>` and `valid_<suffix>`, filled in the order of the reader's trials. */
class SplitWriter {
  readonly #type: Hdf5NumberType;
  readonly #rowSize: number;
  readonly #sides: readonly [
    train: { writer: Hdf5RowWriter; row: number },
    valid: { writer: Hdf5RowWriter; row: number },
  ];

  constructor(
    w: Hdf5Writer,
    { suffix, type = "float64", width }: SplitArray,
    nTrials: { train: number; valid: number },
    nBins: number,
  ) {
    this.#type = type;
    this.#rowSize = nBins * width;
    const side = (name: "train" | "valid") => ({
      writer: w.create(`${name}_${suffix}`, { shape: [nTrials[name], nBins, width], type, gzip: 4 }),
      row: 0,
    });
    this.#sides = [side("train"), side("valid")];
  }

  add(values: Float64Array, isValid: readonly boolean[]): void {
    for (const [index, side] of this.#sides.entries()) {
      const rows = [...isValid.keys()].filter((i) => isValid[i] === (index === 1));
      if (rows.length === 0) continue;
      const picked = new Float64Array(rows.length * this.#rowSize);
      rows.forEach((row, i) => {
        picked.set(values.subarray(row * this.#rowSize, (row + 1) * this.#rowSize), i * this.#rowSize);
      });
      side.writer.writeRows(side.row, this.#type === "int64" ? toInt64(picked) : picked);
      side.row += rows.length;
    }
  }
}

/** Making a BigInt takes longer than all else done to a count. */
const smallIntegers = Array.from({ length: 256 }, (_, value) => BigInt(value));

function toInt64(values: Float64Array): Hdf5Array {
  const integers = new BigInt64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value !== 0) integers[i] = smallIntegers[value] ?? BigInt(value);
  }
  return integers;
}

/** E×T×W to E×⌊T/rebin⌋×W: sums over `rebin` neighbouring bins; a remainder at the end is dropped. */
export function mergeBins(values: Float64Array, nBins: number, width: number, rebin: number): Float64Array {
  const nTrials = values.length / (nBins * width);
  const nMerged = Math.floor(nBins / rebin);
  const merged = new Float64Array(nTrials * nMerged * width);
  for (let trial = 0; trial < nTrials; trial++) {
    for (let bin = 0; bin < nMerged * rebin; bin++) {
      const from = (trial * nBins + bin) * width;
      const to = (trial * nMerged + Math.floor(bin / rebin)) * width;
      for (let channel = 0; channel < width; channel++) merged[to + channel]! += values[from + channel]!;
    }
  }
  return merged;
}
