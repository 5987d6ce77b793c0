/** evaluation.json of a run: how well the model does, on validation trials (docs/metrics.md). Likelihoods in nats. */
export interface Evaluation {
  /** All datasets together. */
  readonly all: Measures;
  readonly datasets: readonly DatasetEvaluation[];
}

/** What a recording does not allow to be measured is null, and what came out as no number. */
export interface Measures {
  /** Mean negative log-likelihood per trial, bin and channel at the averaged rates, or means and variances. */
  readonly nll: number;
  /** The same for each channel's mean rate, or mean and variance, over the training trials. */
  readonly meanRateNll: number;
  /** The same for the PSTH of each trial's condition; null without conditions and for gaussian output. */
  readonly psthNll: number | null;
  /** Bits per spike over each channel's mean count; null for gaussian output. */
  readonly bitsPerSpike: number | null;
  /** The same of channels that the model did not see, predicted from its factors; null where none are held out. */
  readonly coSmoothing: number | null;
  /** R² of the rates against the truth, null without truth. */
  readonly r2: { readonly pooled: number; readonly medianOverChannels: number } | null;
  /** R² of condition averages, mean over channels; null without conditions. */
  readonly psthR2: number | null;
  /** R² of each state that is fitted from the factors, and of each dimension of behaviour that is decoded. */
  readonly states: readonly (number | null)[] | null;
  readonly behavior: readonly (number | null)[] | null;
}

export interface DatasetEvaluation extends Measures {
  readonly name: string;
  readonly perChannel: {
    readonly bitsPerSpike: readonly (number | null)[] | null;
    readonly r2: readonly (number | null)[] | null;
    readonly psthR2: readonly (number | null)[] | null;
  };
  /** Which channels are held out, by their numbers in the recording, and each one's bits per spike. */
  readonly heldOut: { readonly channels: readonly number[]; readonly bitsPerSpike: readonly (number | null)[] } | null;
  readonly decoder: { readonly from: "rates" | "factors"; readonly lagMs: number; readonly lambda: number } | null;
}
