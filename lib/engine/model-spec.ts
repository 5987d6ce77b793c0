export interface ModelDataset {
  readonly name: string;
  readonly channels: number;
  /** Brings an alignment matrix, at which its read-in and read-out start. */
  readonly aligned?: boolean;
}

/**
 * What a model is: sizes and constants, named as in RunParams without `c_`. Plain data that is sent to threads.
 */
export interface ModelSpec {
  readonly datasets: readonly ModelDataset[];
  readonly bins: number;
  readonly factorsDim: number;
  readonly genDim: number;
  readonly icDim: number;
  readonly icEncDim: number;
  /** Bins that the initial-condition encoder sees. */
  readonly numStepsForGenIc: number;
  readonly outputDist: "poisson" | "gaussian";
  readonly extInputDim: number;
  /** External inputs go into the generator instead of the encoders. */
  readonly injectExtInputToGen: boolean;
  /** Inferred inputs; 0: no controller. */
  readonly coDim: number;
  readonly ciEncDim: number;
  readonly conDim: number;
  readonly controllerInputLag: number;
  readonly doCausalController: boolean;
  readonly doFeedFactorsToController: boolean;
  readonly feedbackFactorsOrRates: "factors" | "rates";
  /** Where τ (in bins) and the noise variance of the AR(1) prior of the inferred inputs start. */
  readonly priorArAtau: number;
  readonly priorArNvar: number;
  readonly cellClipValue: number;
  readonly cellWeightScale: number;
  readonly genCellInputWeightScale: number;
  readonly genCellRecWeightScale: number;
  readonly icPriorVarMin: number;
  readonly icPriorVarScale: number;
  readonly icPriorVarMax: number;
  readonly icPostVarMin: number;
}

/** Weights and scales of the parts of the cost. */
export interface CostWeights {
  readonly klIcWeight: number;
  readonly klCoWeight: number;
  readonly l2GenScale: number;
  readonly l2ConScale: number;
  readonly coMeanCorrScale: number;
}

/** How it is trained. */
export interface TrainingSpec extends CostWeights {
  readonly seed: number;
  readonly batchSize: number;
  readonly keepProb: number;
  readonly learningRateInit: number;
  readonly learningRateDecayFactor: number;
  readonly learningRateNToCompare: number;
  readonly learningRateStop: number;
  readonly maxGradNorm: number;
  /** Ramps in steps, already multiplied by the number of datasets where that is asked for. */
  readonly klStartStep: number;
  readonly klIncreaseSteps: number;
  readonly l2StartStep: number;
  readonly l2IncreaseSteps: number;
  readonly maxCkptToKeep: number;
  readonly maxCkptToKeepLve: number;
  /** 0: no limit. */
  readonly maxEpochs: number;
  /** Epochs without a lower validation cost after which training ends; 0: only the learning rate ends it. */
  readonly patience: number;
  readonly onDivergence: "fail" | "halveLearningRate";
  /** Which parameters are trained. */
  readonly trainOnly: "all" | "readinReadout" | "encoders";
  readonly doTrainReadin: boolean;
  readonly doTrainPriorArAtau: boolean;
  readonly doTrainPriorArNvar: boolean;
  /** Spikes of training data move by up to this many bins; 0: not at all. */
  readonly temporalSpikeJitterWidth: number;
  /** Coordinated dropout: the part of the counts hidden from the encoders, and the part of the rest that is learned from all the same. */
  readonly cdRate: number;
  readonly cdPassRate: number;
  /** Sample validation: the part of the counts that is never seen nor learned from. */
  readonly svRate: number;
}

/** Read-in and read-out are the identity where sizes allow it and there is a single dataset. */
export function hasReadIn(spec: ModelSpec): boolean {
  return spec.datasets.length > 1 || spec.datasets[0]!.aligned === true;
}

export function hasReadOut(spec: ModelSpec): boolean {
  return hasReadIn(spec) || spec.outputDist === "gaussian" || spec.datasets[0]!.channels !== spec.factorsDim;
}

/** A latent g0; without it the generator's initial state is learned. */
export function hasInitialCondition(spec: ModelSpec): boolean {
  return spec.icDim > 0;
}

export function hasIcMap(spec: ModelSpec): boolean {
  return hasInitialCondition(spec) && spec.icDim !== spec.genDim;
}

export function hasLearnedPriorVariance(spec: ModelSpec): boolean {
  return hasInitialCondition(spec) && spec.icPriorVarMax !== spec.icPriorVarMin;
}

/** Infers inputs to the generator. */
export function hasController(spec: ModelSpec): boolean {
  return spec.coDim > 0;
}

/** What the controller sees of the generator's last bin. */
export function feedback(spec: ModelSpec): "factors" | "rates" | null {
  return hasController(spec) && spec.doFeedFactorsToController ? spec.feedbackFactorsOrRates : null;
}

/** External inputs that the encoders see, and those that the generator gets. */
export function encoderExtInputs(spec: ModelSpec): number {
  return spec.injectExtInputToGen ? 0 : spec.extInputDim;
}

export function generatorExtInputs(spec: ModelSpec): number {
  return spec.injectExtInputToGen ? spec.extInputDim : 0;
}

/** Blocks of what the encoders see: the read-in counts, and external inputs. */
export function encoderInputs(spec: ModelSpec): number[] {
  const read = hasReadIn(spec) ? spec.factorsDim : spec.datasets[0]!.channels;
  const external = encoderExtInputs(spec);
  return external > 0 ? [read, external] : [read];
}

/** Directions of the controller's encoder. */
export function controllerDirections(spec: ModelSpec): number {
  return spec.doCausalController ? 1 : 2;
}

/** Values of the output distribution for a channel: its rate, or its mean and variance. */
export function outputsPerChannel(spec: ModelSpec): number {
  return spec.outputDist === "gaussian" ? 2 : 1;
}

/** Sizes in memory are multiples of 4; the padding stays zero. */
export function padded(n: number): number {
  return (n + 3) & ~3;
}

/** Width in memory of blocks beside each other, each padded. */
export function paddedWidth(blocks: readonly number[]): number {
  return blocks.reduce((total, block) => total + padded(block), 0);
}
