/**
 * inputInfo_<dataset>.mat: what code in MATLAB needs to put results beside the recording. N channels, T source bins,
 * E trials, I external inputs; trials are in ascending order of their numbers. True rates are at the model's bins, as in
 * the export: a double for each source bin would make them the largest part of a run's files.
 */
import {
  elementsIn,
  type MatNumberClass,
  type MatPieces,
  type MatValue,
  matCell,
  matNumber,
  matNumbers,
  matText,
  numberClasses,
} from "#lib/mat/mat-value.js";
import { MOST_VARIABLE_BYTES, writeMat } from "#lib/mat/write-mat.js";
import type { CheckedDataset } from "./dataset-check.js";
import { type DatasetReader, type Trials, trialsAtOnce } from "./dataset-reader.js";
import type { TrialSplit } from "./split-trials.js";
import { mergeBins } from "./write-split-arrays.js";

export interface InputInfoGiven {
  readonly split: TrialSplit;
  /** Bins of the recording that make one of the model: true rates are known for those. */
  readonly rebin: number;
  readonly checked: CheckedDataset;
  /** The 6 characters of `data_<HASH>`. */
  readonly dataHash: string;
  /** Called before each slice is read. May throw to stop. */
  readonly onSlice?: () => void;
}

/** Returns sentences to log, such as which variable is left out because MAT files cannot hold it. */
export async function writeInputInfo(
  reader: DatasetReader,
  file: string,
  { split, rebin, checked, dataHash, onSlice }: InputInfoGiven,
): Promise<string[]> {
  const { info } = reader;
  const order = trialOrder(reader, split);
  const row = (values: Iterable<number>) => {
    const data = Float64Array.from(values);
    return matNumbers(data, [1, data.length]);
  };
  const stream = (field: keyof Trials, width: number, stored: MatNumberClass, merged = 1): MatPieces => ({
    class: "double",
    shape: [width, Math.floor(info.nBins / merged), info.nTrials],
    stored,
    *pieces() {
      for (const values of inOrder(reader, field, order, onSlice)) {
        const those = merged === 1 ? values : mergeBins(values, info.nBins, width, merged);
        yield new (numberClasses[stored] as Float64ArrayConstructor)(those);
      }
    },
  });
  const large: Record<string, MatPieces> = {
    counts: stream("counts", info.nChannels, storedType(checked)),
    ...(info.hasTruth ? { truth: stream("truth", info.nChannels, "double", rebin) } : {}),
    ...(info.nExternalInputs > 0 ? { externalInputs: stream("externalInputs", info.nExternalInputs, "double") } : {}),
  };
  const tooLarge = Object.keys(large).filter((name) => bytesOf(large[name]!) > MOST_VARIABLE_BYTES - 1024);
  await writeMat(file, {
    trainInds: row(split.train),
    validInds: row(split.valid),
    paramInputDataHash: matText(dataHash),
    seq_timeVector: row(reader.timeVecMs),
    seq_binSizeMs: matNumber(info.binMs),
    conditionId: conditionId(reader, order),
    ...Object.fromEntries(Object.entries(large).filter(([name]) => !tooLarge.includes(name))),
  });
  return tooLarge.map((name) => `inputInfo_${info.name}.mat is without ${name}: MAT files hold 2 GB of a variable.`);
}

/** The reader's trials by their number. */
function trialOrder({ split: own, info }: DatasetReader, { train, valid }: TrialSplit): number[] {
  const trials = Array.from({ length: info.nTrials }, (_, trial) => trial);
  if (!own) return trials;
  const numbers = [...train, ...valid];
  return trials.sort((a, b) => numbers[a]! - numbers[b]!);
}

/** Slices in memory at once: trials for validation stand elsewhere in the reader than those that they come between. */
const SLICES_KEPT = 4;

/** One field of each trial. */
function* inOrder(
  reader: DatasetReader,
  field: keyof Trials,
  order: readonly number[],
  onSlice: InputInfoGiven["onSlice"],
): Generator<Float64Array> {
  const size = trialsAtOnce(reader.info);
  const slices = new Map<number, Float64Array>();
  for (const trial of order) {
    const number = Math.floor(trial / size);
    const start = number * size;
    const count = Math.min(size, order.length - start);
    let values = slices.get(number);
    if (!values) {
      onSlice?.();
      const [oldest] = slices.keys();
      if (slices.size === SLICES_KEPT) slices.delete(oldest!);
      values = reader.readTrials(start, count)[field]!;
      slices.set(number, values);
    }
    const length = values.length / count;
    yield values.subarray((trial - start) * length, (trial - start + 1) * length);
  }
}

/** A column of numbers, or of texts; empty where conditions are not known. */
function conditionId({ conditions }: DatasetReader, order: readonly number[]): MatValue {
  if (!conditions) return matNumbers(new Float64Array(0), [0, 0]);
  const values = order.map((trial) => conditions[trial]!);
  return values.every((value) => typeof value === "number")
    ? matNumbers(Float64Array.from(values))
    : matCell(values.map((value) => matText(String(value))));
}

/** The smallest that holds the counts: most take a byte. */
function storedType({ notCounts, largest }: CheckedDataset): MatNumberClass {
  if (notCounts !== null) return "double";
  return largest < 2 ** 8 ? "uint8" : largest < 2 ** 16 ? "uint16" : "uint32";
}

function bytesOf({ shape, class: name, stored = name }: MatPieces): number {
  return elementsIn(shape) * numberClasses[stored].BYTES_PER_ELEMENT;
}
