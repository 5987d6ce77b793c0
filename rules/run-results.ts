/** results.json of a run: what `lfads status --results` shows. Costs and likelihoods in nats. */
export interface RunResults {
  readonly epochs: number;
  /** The epoch of the LVE checkpoint, which everything below is of. */
  readonly lveEpoch: number;
  /** Cost a trial, mean over the epoch's batches, and over the validation trials. */
  readonly trainCost: number;
  readonly validCost: number;
  /** Mean −log p of a count that sample validation holds out of the validation trials; null where it is off. */
  readonly svNll: number | null;
  /** On validation trials: all datasets together, and each. */
  readonly all: Fit;
  readonly datasets: readonly (Fit & { readonly name: string })[];
}

export interface Fit {
  /** Mean negative log-likelihood per trial, bin and channel at the averaged rates, or means and variances. */
  readonly nll: number;
  /** The same for each channel's mean rate, or mean and variance, over the training trials. */
  readonly meanRateNll: number;
  /** The same for the PSTH of each trial's condition; null without conditions and for gaussian output. */
  readonly psthNll: number | null;
  /** R² of the rates against the truth, null without truth. */
  readonly r2: { readonly pooled: number; readonly medianOverChannels: number } | null;
}
