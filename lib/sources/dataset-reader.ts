import type { RecordingInfo } from "./dataset-info.js";

/** E trials, T source bins, N channels, I external inputs; all arrays row-major. */
export interface Trials {
  /** E×T×N: spike counts, or real values for a gaussian model. */
  readonly counts: Float64Array;
  /** E×T×N, expected counts per source bin. */
  readonly truth?: Float64Array;
  /** E×T×I. */
  readonly externalInputs?: Float64Array;
  /** E×T×channels: counts of channels that the model does not see. */
  readonly heldOut?: Float64Array;
  /** E×T×states, and E×T×dimensions of behaviour; NaN where they are not known. */
  readonly states?: Float64Array;
  readonly behavior?: Float64Array;
}

/** Where a model's read-in and read-out of a dataset start, row-major; F factors. */
export interface Alignment {
  /** N×F. */
  readonly matrix: Float64Array;
  /** N. */
  readonly bias?: Float64Array;
}

/** Numbers of channels in the recording, from 1, ascending. */
export interface HeldOutChannels {
  readonly heldIn: readonly number[];
  readonly heldOut: readonly number[];
}

/** An open dataset. What it reads may hold NaN until `checkDataset` has seen it. */
export interface DatasetReader {
  readonly file: string;
  readonly info: RecordingInfo;
  /** Centre of each source bin. */
  readonly timeVecMs: Float64Array;
  /** One value a trial. */
  readonly conditions?: readonly (string | number)[];
  readonly alignment?: Alignment;
  /** Which channels are those of the trials, where some are held out. */
  readonly channels?: HeldOutChannels;
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
export function trialsAtOnce({ nBins, nChannels }: RecordingInfo): number {
  return Math.max(1, Math.floor(2 ** 21 / (nBins * nChannels)));
}
