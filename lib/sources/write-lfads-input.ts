import type { Hdf5Writer } from "#lib/hdf5/write-hdf5.js";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import { isCondition } from "./condition.js";
import { type CheckedDataset, checkDataset } from "./dataset-check.js";
import type { Alignment, DatasetReader } from "./dataset-reader.js";
import { type DivideOptions, divideTrials } from "./divide-trials.js";
import { numberConditions } from "./number-conditions.js";
import type { TrialSplit } from "./split-trials.js";
import { mergeBins, type SplitArray, writeSplitArrays } from "./write-split-arrays.js";

export interface InputOptions extends DivideOptions {
  /** In the place of the one that the recording brings. */
  readonly alignment?: Alignment;
  /** Called after each slice with the part done, 0…1. May throw to stop. */
  readonly onProgress?: (done: number) => void;
}

/**
 * Writes a dataset as LFADS reads it: counts (float64 where they are no whole numbers), truth and external inputs summed
 * over merged bins, divided into training and validation trials, and the alignment that is given or that the recording
 * brings. Beside the datasets of the original, readers may use `timeVecMs` (centres of the merged bins) and, where
 * conditions are known, `train_condition` and `valid_condition`: int64 numbers from 1 into `condition_names`, which is in
 * ascending order, 0 for a trial without one; where a true pulse is known, `train_pulse_bin` and `valid_pulse_bin`: int64,
 * merged bins from 0. Returns what the dataset is like, with all sentences to log; throws FailureError `data`.
 */
export async function writeLfadsInput(
  reader: DatasetReader,
  file: string,
  options: InputOptions,
): Promise<CheckedDataset> {
  const { info } = reader;
  const { rebin, split } = divideTrials(reader, options);
  const checked = checkDataset(reader, (done) => options.onProgress?.(done / 2));
  await writeHdf5(file, (w) => {
    const { nChannels, hasTruth, nExternalInputs } = info;
    const type = checked.notCounts === null ? "int64" : "float64";
    const arrays: SplitArray[] = [{ field: "counts", suffix: "data", type, width: nChannels }];
    if (hasTruth) arrays.push({ field: "truth", suffix: "truth", width: nChannels });
    if (nExternalInputs > 0) arrays.push({ field: "externalInputs", suffix: "ext_input", width: nExternalInputs });
    writeSplitArrays(w, reader, { split, rebin, arrays, onProgress: (done) => options.onProgress?.((1 + done) / 2) });
    if (arrays.length > 1) w.dataset("conversion_factor", Float64Array.of(1 / rebin));
    const alignment = options.alignment ?? reader.alignment;
    if (alignment) writeAlignment(w, alignment, info.nChannels);
    w.dataset("train_inds", Float64Array.from(split.train));
    w.dataset("valid_inds", Float64Array.from(split.valid));
    w.dataset("timeVecMs", mergedTimes(reader.timeVecMs, rebin));
    if (reader.conditions?.some(isCondition)) writeConditions(w, reader, split);
    if (reader.pulseBins) {
      const bins = reader.pulseBins.map((bin) => BigInt(Math.floor(bin / rebin)));
      writePerTrial(w, "pulse_bin", bins, reader, split);
    }
  });
  return { ...checked, notes: [...reader.notes, ...checked.notes] };
}

/** The mean of the merged bins' centres. */
export function mergedTimes(timeVecMs: Float64Array, rebin: number): Float64Array {
  const length = Math.floor(timeVecMs.length / rebin);
  return mergeBins(timeVecMs.slice(0, length * rebin), length * rebin, 1, rebin).map((sum) => sum / rebin);
}

function writeAlignment(w: Hdf5Writer, { matrix, bias }: Alignment, nChannels: number): void {
  w.dataset("alignment_matrix_cxf", matrix, [nChannels, matrix.length / nChannels]);
  if (bias) w.dataset("alignment_bias_c", bias);
}

function writeConditions(w: Hdf5Writer, reader: DatasetReader, split: TrialSplit): void {
  const { numbers, names } = numberConditions(reader.conditions ?? []);
  writePerTrial(w, "condition", numbers.map(BigInt), reader, split);
  w.strings("condition_names", names);
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
