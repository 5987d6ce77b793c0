import { FailureError } from "#lib/failure.js";
import type { Hdf5Array, Hdf5NumberType } from "#lib/hdf5/hdf5-array.js";
import type { Hdf5RowWriter, Hdf5Writer } from "#lib/hdf5/write-hdf5.js";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import { checkDataset } from "./dataset-check.js";
import type { Alignment, DatasetReader } from "./dataset-reader.js";
import { trialsAtOnce } from "./dataset-reader.js";
import type { TrialSplit } from "./split-trials.js";
import { splitTrials } from "./split-trials.js";

export interface InputOptions {
  readonly spikeBinMs: number;
  readonly trainToTestRatio: number;
  /** Called after each slice with the part done, 0…1. May throw to stop. */
  readonly onProgress?: (done: number) => void;
}

/**
 * Writes a dataset as LFADS reads it: counts (float64 where they are no whole numbers), truth and external inputs summed
 * over merged bins, divided into training and validation trials, and the alignment that the recording brings. Beside the datasets of the original, readers may use `timeVecMs` (centres of the
 * merged bins) and, where conditions are known, `train_condition` and `valid_condition`: int64 numbers from 1 into
 * `condition_names`, which is in ascending order; where a true pulse is known, `train_pulse_bin` and `valid_pulse_bin`:
 * int64, merged bins from 0. Returns sentences to log; throws FailureError `data`.
 */
export async function writeLfadsInput(reader: DatasetReader, file: string, options: InputOptions): Promise<string[]> {
  const { info } = reader;
  const rebin = rebinFactor(reader, options.spikeBinMs);
  const split = reader.split ?? splitTrials(info.nTrials, options.trainToTestRatio);
  checkSplit(reader, split, options.trainToTestRatio);
  const nBins = Math.floor(info.nBins / rebin);
  const { notes, notCounts } = checkDataset(reader, (done) => options.onProgress?.(done / 2));
  await writeHdf5(file, (w) => {
    const targets = { train: split.train.length, valid: split.valid.length };
    const writers = (suffix: string, type: Hdf5NumberType, width: number): SplitWriter =>
      new SplitWriter(w, suffix, type, targets, nBins, width);
    const counts = writers("data", notCounts === null ? "int64" : "float64", info.nChannels);
    const truth = info.hasTruth ? writers("truth", "float64", info.nChannels) : undefined;
    const inputs = info.nExternalInputs > 0 ? writers("ext_input", "float64", info.nExternalInputs) : undefined;
    const step = trialsAtOnce(info);
    const validNumbers = new Set(split.valid);
    for (let start = 0; start < info.nTrials; start += step) {
      const count = Math.min(step, info.nTrials - start);
      const trials = reader.readTrials(start, count);
      const isValid = Array.from({ length: count }, (_, i) =>
        reader.split ? start + i >= split.train.length : validNumbers.has(start + i + 1),
      );
      const merge = (values: Float64Array, width: number) => mergeBins(values, info.nBins, width, rebin);
      counts.add(merge(trials.counts, info.nChannels), isValid);
      if (trials.truth) truth?.add(merge(trials.truth, info.nChannels), isValid);
      if (trials.externalInputs) inputs?.add(merge(trials.externalInputs, info.nExternalInputs), isValid);
      options.onProgress?.((1 + (start + count) / info.nTrials) / 2);
    }
    if (truth || inputs) w.dataset("conversion_factor", Float64Array.of(1 / rebin));
    if (reader.alignment) writeAlignment(w, reader.alignment, info.nChannels);
    w.dataset("train_inds", Float64Array.from(split.train));
    w.dataset("valid_inds", Float64Array.from(split.valid));
    w.dataset("timeVecMs", mergedTimes(reader.timeVecMs, rebin));
    if (reader.conditions) writeConditions(w, reader, split);
    if (reader.pulseBins) {
      const bins = reader.pulseBins.map((bin) => BigInt(Math.floor(bin / rebin)));
      writePerTrial(w, "pulse_bin", bins, reader, split);
    }
  });
  return [...reader.notes, ...notes];
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
    suffix: string,
    type: Hdf5NumberType,
    nTrials: { train: number; valid: number },
    nBins: number,
    width: number,
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

/** The mean of the merged bins' centres. */
function mergedTimes(timeVecMs: Float64Array, rebin: number): Float64Array {
  const length = Math.floor(timeVecMs.length / rebin);
  return mergeBins(timeVecMs.slice(0, length * rebin), length * rebin, 1, rebin).map((sum) => sum / rebin);
}

function rebinFactor({ file, info }: DatasetReader, spikeBinMs: number): number {
  const rebin = Math.round(spikeBinMs / info.binMs);
  const fits = rebin >= 1 && Math.abs(rebin * info.binMs - spikeBinMs) <= 1e-6 * spikeBinMs;
  if (fits && rebin <= info.nBins) return rebin;
  const what = fits
    ? `spikeBinMs is ${spikeBinMs}, longer than the whole trial of ${info.name} (${info.nBins} bins of ${info.binMs} ms).`
    : `spikeBinMs is ${spikeBinMs}, which is no whole multiple of the ${info.binMs} ms bins of ${info.name}.`;
  throw new FailureError({ kind: "data", what, where: file });
}

function checkSplit({ file, info }: DatasetReader, split: TrialSplit, trainToTestRatio: number): void {
  const lacking = split.train.length === 0 ? "training" : split.valid.length === 0 ? "validation" : undefined;
  if (lacking === undefined) return;
  const trials = info.nTrials === 1 ? "1 trial" : `${info.nTrials} trials`;
  throw new FailureError({
    kind: "data",
    what: `${info.name} has ${trials}, which leaves no ${lacking} trial.`,
    where: file,
    hint: info.split
      ? "The file's own split must name trials of both kinds."
      : `At least 2 trials are needed; with trainToTestRatio ${trainToTestRatio} every ${trainToTestRatio + 1}th is for validation.`,
  });
}

function writeAlignment(w: Hdf5Writer, { matrix, bias }: Alignment, nChannels: number): void {
  w.dataset("alignment_matrix_cxf", matrix, [nChannels, matrix.length / nChannels]);
  if (bias) w.dataset("alignment_bias_c", bias);
}

function writeConditions(w: Hdf5Writer, reader: DatasetReader, split: TrialSplit): void {
  const { conditions = [] } = reader;
  const distinct = [...new Set(conditions)].sort((a, b) =>
    typeof a === "number" && typeof b === "number" ? a - b : String(a) < String(b) ? -1 : 1,
  );
  const numberOf = new Map(distinct.map((condition, i) => [condition, BigInt(i + 1)]));
  const codes = conditions.map((condition) => numberOf.get(condition)!);
  writePerTrial(w, "condition", codes, reader, split);
  w.strings("condition_names", distinct.map(String));
}

/** `train_<suffix>` and `valid_<suffix>` from one value for each of the reader's trials. */
function writePerTrial(
  w: Hdf5Writer,
  suffix: string,
  values: readonly bigint[],
  { split: own }: DatasetReader,
  split: TrialSplit,
): void {
  const pick = (numbers: readonly number[], offset: number): BigInt64Array =>
    BigInt64Array.from(numbers, (number, i) => values[own ? offset + i : number - 1]!);
  w.dataset(`train_${suffix}`, pick(split.train, 0));
  w.dataset(`valid_${suffix}`, pick(split.valid, split.train.length));
}
