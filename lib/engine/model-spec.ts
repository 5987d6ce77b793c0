/**
 * What a model is: sizes and constants, named as in RunParams without `c_`. Plain data that is sent to threads.
 */
export interface ModelSpec {
  readonly datasets: readonly { readonly name: string; readonly channels: number }[];
  readonly bins: number;
  readonly factorsDim: number;
  readonly genDim: number;
  readonly icDim: number;
  readonly icEncDim: number;
  /** Bins that the initial-condition encoder sees. */
  readonly numStepsForGenIc: number;
  readonly cellClipValue: number;
  readonly cellWeightScale: number;
  readonly genCellRecWeightScale: number;
  readonly icPriorVarMin: number;
  readonly icPriorVarScale: number;
  readonly icPriorVarMax: number;
  readonly icPostVarMin: number;
}

/** How it is trained. */
export interface TrainingSpec {
  readonly seed: number;
  readonly batchSize: number;
  readonly keepProb: number;
  readonly learningRateInit: number;
  readonly learningRateDecayFactor: number;
  readonly learningRateNToCompare: number;
  readonly learningRateStop: number;
  readonly maxGradNorm: number;
  readonly l2GenScale: number;
  readonly klIcWeight: number;
  /** Ramps in steps, already multiplied by the number of datasets where that is asked for. */
  readonly klStartStep: number;
  readonly klIncreaseSteps: number;
  readonly l2StartStep: number;
  readonly l2IncreaseSteps: number;
  readonly maxCkptToKeep: number;
  readonly maxCkptToKeepLve: number;
  /** 0: no limit. */
  readonly maxEpochs: number;
}

/** Read-in and read-out are the identity where sizes allow it and there is a single dataset. */
export function hasReadIn(spec: ModelSpec): boolean {
  return spec.datasets.length > 1;
}

export function hasReadOut(spec: ModelSpec): boolean {
  return spec.datasets.length > 1 || spec.datasets[0]!.channels !== spec.factorsDim;
}

export function hasIcMap(spec: ModelSpec): boolean {
  return spec.icDim !== spec.genDim;
}

export function hasLearnedPriorVariance(spec: ModelSpec): boolean {
  return spec.icPriorVarMax !== spec.icPriorVarMin;
}

/** Width of what the encoders read. */
export function encoderInputDim(spec: ModelSpec): number {
  return hasReadIn(spec) ? spec.factorsDim : spec.datasets[0]!.channels;
}

/** Sizes in memory are multiples of 4; the padding stays zero. */
export function padded(n: number): number {
  return (n + 3) & ~3;
}
