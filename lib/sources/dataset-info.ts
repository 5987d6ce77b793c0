/** What is known of a dataset without its counts. */
export interface DatasetInfo {
  name: string;
  nTrials: number;
  nChannels: number;
  /** Of the source, `binMs` wide each. */
  nBins: number;
  binMs: number;
  hasTruth: boolean;
  hasConditions: boolean;
  nExternalInputs: number;
  /** Numbers of trials of a split that the file brings along. */
  split: { train: number; valid: number } | null;
}
