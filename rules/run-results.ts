import type { Measures } from "./evaluation.js";

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
  readonly all: Measures;
  readonly datasets: readonly (Measures & { readonly name: string })[];
}
