/** What is known of a recording without its values. */
export interface RecordingInfo {
  name: string;
  nTrials: number;
  nChannels: number;
  /** Of the source, `binMs` wide each. */
  nBins: number;
  binMs: number;
  hasTruth: boolean;
  hasConditions: boolean;
  nExternalInputs: number;
  /** Channels that the model does not see, and dimensions of states and behaviour; absent when there are none. */
  nHeldOut?: number;
  nStates?: number;
  nBehavior?: number;
  /** Of the session, where the recording says so; the date as `2026-01-31`. */
  subject?: string;
  date?: string;
  /** Columns of the alignment matrix that the recording brings; null when it brings none. */
  alignmentFactors: number | null;
  /** Numbers of trials of a split that the file brings along. */
  split: { train: number; valid: number } | null;
}

/** What is known of a recording once every value was looked at. */
export interface DatasetInfo extends RecordingInfo {
  /** Distinct conditions of its trials; 0 when none has one. */
  nConditions: number;
  /** Sentences that say which values are no spike counts, so that only a gaussian model can take them; null when all are. */
  notCounts: string | null;
}
