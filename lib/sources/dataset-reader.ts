import type { DatasetInfo } from "./dataset-info.js";

/** E trials, T source bins, N channels, I external inputs; all arrays row-major. */
export interface Trials {
  /** E×T×N, whole numbers. */
  readonly counts: Float64Array;
  /** E×T×N, expected counts per source bin. */
  readonly truth?: Float64Array;
  /** E×T×I. */
  readonly externalInputs?: Float64Array;
}

/** An open dataset. What it reads may hold NaN or fractions until `DatasetCheck` has seen it. */
export interface DatasetReader {
  readonly file: string;
  readonly info: DatasetInfo;
  /** Centre of each source bin. */
  readonly timeVecMs: Float64Array;
  /** One value a trial. */
  readonly conditions?: readonly (string | number)[];
  /** Of a made-up recording: each trial's source bin, from 0, in which the true input pulses. */
  readonly pulseBins?: readonly number[];
  /**
   * Trial numbers, from 1, of a split that the file brings along. The reader's trials then are those of `train`
   * followed by those of `valid`; otherwise trial i of the reader has number i + 1.
   */
  readonly split?: { readonly train: readonly number[]; readonly valid: readonly number[] };
  /** What was left out or looks odd, one sentence each. */
  readonly notes: readonly string[];
  /** The HDF5 path that a value of the reader's trial i comes from, and the trial's number there, from 1. */
  originOf(trial: number, field: keyof Trials): { path: string; trial: number };
  /** The reader's trials `start`…`start + count − 1`. */
  readTrials(start: number, count: number): Trials;
  close(): void;
}

/** How many trials to read at once so that the counts stay near 16 MB. */
export function trialsAtOnce({ nBins, nChannels }: DatasetInfo): number {
  return Math.max(1, Math.floor(2 ** 21 / (nBins * nChannels)));
}
