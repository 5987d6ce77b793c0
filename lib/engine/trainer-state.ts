/** Everything that the next epoch needs: a checkpoint holds it, and resuming from it gives the bits of an uninterrupted run. */
export interface TrainerState {
  readonly params: Float32Array;
  /** Adam's moments, laid out as `params`. */
  readonly moment1: Float32Array;
  readonly moment2: Float32Array;
  /** Steps and epochs done. */
  readonly step: number;
  readonly epoch: number;
  readonly learningRate: number;
  /** The last training costs that the learning-rate rule compares; +∞ after a decay. */
  readonly costs: readonly number[];
  /** β₁ᵗ and β₂ᵗ. */
  readonly beta1Power: number;
  readonly beta2Power: number;
  /** Lowest validation cost since both ramps ended; +∞ before. */
  readonly lowestValidCost: number;
  /** Epoch of that cost; 0 before. */
  readonly lveEpoch: number;
}

/** Costs of one step, means over the batch. */
export interface StepReport {
  readonly epoch: number;
  readonly step: number;
  readonly total: number;
  readonly recon: number;
  /** Of g0 and of the inferred inputs together, and of the latter alone; not weighted. */
  readonly kl: number;
  readonly klCo: number;
  /** With its scale. */
  readonly correlation: number;
  readonly gradientNorm: number;
}

/** One line of the log of the fit: values on training (mean over batches) and validation trials (mean over trials). */
export interface EpochReport {
  readonly epoch: number;
  readonly step: number;
  readonly total: readonly [train: number, valid: number];
  readonly recon: readonly [train: number, valid: number];
  /** Of g0 and of the inferred inputs together, and of the latter alone; not weighted. */
  readonly kl: readonly [train: number, valid: number];
  readonly klCo: readonly [train: number, valid: number];
  /** Of the means of the inferred inputs, with its scale. */
  readonly correlation: readonly [train: number, valid: number];
  /** Not weighted. */
  readonly l2: number;
  readonly klWeight: number;
  readonly l2Weight: number;
  readonly learningRate: number;
  /** Before it was clipped, mean over the epoch's steps. */
  readonly gradientNorm: number;
  /** The AR(1) prior of each inferred input: τ in bins, and the stationary variance nvar/(1−φ²). */
  readonly arTaus: readonly number[];
  readonly arVariances: readonly number[];
  /** Mean −log p of an element that sample validation holds out of the validation trials; null when it is off. */
  readonly heldOut: number | null;
  /** Whether this epoch has the lowest validation cost so far, both ramps having ended. */
  readonly lve: boolean;
}

/** A step whose numbers are no longer finite. */
export interface Divergence {
  readonly step: number;
  readonly epoch: number;
  readonly learningRate: number;
  /** A variable's name, or "cost". */
  readonly tensor: string;
}
