/** The configurations in which the engine is held against the PyTorch model of test/oracle: every option alone, and together. */
import type { ModelSpec, TrainingSpec } from "#lib/engine/model-spec.js";
import { smallModel, smallTraining, twoDatasets } from "./small-models.js";

export interface OracleCase {
  /** Also the name of its group in the files, so without a slash. */
  readonly title: string;
  readonly model: ModelSpec;
  readonly training: TrainingSpec;
  /** The dataset of the one step whose gradient is compared, and of which is sampled. */
  readonly dataset: number;
  /** Counts are mostly zeros. */
  readonly sparse: boolean;
}

interface Changes {
  readonly model?: Partial<ModelSpec>;
  readonly training?: Partial<TrainingSpec>;
  readonly dataset?: number;
  readonly sparse?: boolean;
}

/** The learning rate decays within the ten steps. */
const oracleTraining: TrainingSpec = { ...smallTraining, learningRateNToCompare: 1, learningRateDecayFactor: 0.7 };

const learnedPriorVariance: Partial<ModelSpec> = { icPriorVarMin: 0.01, icPriorVarMax: 2 };
const aligned: Partial<ModelSpec> = { datasets: [{ name: "one", channels: 5, aligned: true }] };
const controller: Partial<ModelSpec> = { coDim: 2 };
const extInput: Partial<ModelSpec> = { extInputDim: 3 };
const injected: Partial<ModelSpec> = { ...extInput, injectExtInputToGen: true };
const gaussian: Partial<ModelSpec> = { outputDist: "gaussian" };
const rates: Partial<ModelSpec> = { feedbackFactorsOrRates: "rates" };

const CASES: Record<string, Changes> = {
  "one dataset: identity read-in, read-out matrix, map to the generator's initial state": {},
  "identity read-out: as many factors as channels": { model: { factorsDim: 5 } },
  "identity map: ic_dim = gen_dim": { model: { icDim: 6 } },
  "a learned prior variance": { model: learnedPriorVariance },
  "a cell clip that bites": { model: { cellClipValue: 0.25 } },
  "a gradient clip that bites": { training: { maxGradNorm: 0.5 } },
  "an encoder that sees the first 3 of 5 bins": { model: { numStepsForGenIc: 3 } },
  "a batch of one trial": { training: { batchSize: 1 } },
  "a batch of more trials than there are shards": { training: { batchSize: 20 }, model: { bins: 2 } },
  "sizes of 1": {
    model: { datasets: [{ name: "one", channels: 1 }], factorsDim: 1, genDim: 1, icDim: 1, icEncDim: 1 },
  },
  "no dropout": { training: { keepProb: 1 } },
  "weights of the latent's KL and of the L2 cost": { training: { klIcWeight: 0.3, l2GenScale: 200 } },
  "an aligned dataset: read-in and read-out matrices": { model: aligned },
  "a frozen read-in": { model: aligned, training: { doTrainReadin: false } },
  "two datasets, a batch of the first": { model: { datasets: twoDatasets } },
  "two datasets, a batch of the second": { model: { datasets: twoDatasets }, dataset: 1 },
  "two datasets, frozen read-ins": {
    model: { datasets: twoDatasets },
    training: { doTrainReadin: false },
    dataset: 1,
  },

  "a controller that is fed factors": { model: controller },
  "a controller without a lag": { model: { ...controller, controllerInputLag: 0 } },
  "a controller with a lag of 3 bins": { model: { ...controller, controllerInputLag: 3 } },
  "a lag of as many bins as there are": { model: { ...controller, controllerInputLag: 5 } },
  "a lag of more bins than there are": { model: { ...controller, controllerInputLag: 7 } },
  "a causal controller": { model: { ...controller, doCausalController: true } },
  "a controller that is fed nothing": { model: { ...controller, doFeedFactorsToController: false } },
  "a causal controller that is fed nothing": {
    model: { ...controller, doCausalController: true, doFeedFactorsToController: false },
  },
  "a controller that is fed rates": { model: { ...controller, ...rates } },
  "a controller that is fed rates, identity read-out": { model: { ...controller, ...rates, factorsDim: 5 } },
  "a fixed time constant of the prior of inferred inputs": {
    model: controller,
    training: { doTrainPriorArAtau: false },
  },
  "a fixed noise variance of the prior of inferred inputs": {
    model: controller,
    training: { doTrainPriorArNvar: false },
  },
  "a cost of correlated controller outputs": { model: { coDim: 3 }, training: { coMeanCorrScale: 0.5 } },
  "one controller output has no correlation": { model: { coDim: 1 }, training: { coMeanCorrScale: 0.5 } },
  "weights of the inferred inputs' KL and of the controller's L2 cost": {
    model: controller,
    training: { klCoWeight: 0.3, l2ConScale: 200 },
  },
  "a controller whose clip bites": { model: { ...controller, cellClipValue: 0.25 } },
  "a controller, an encoder that sees the first 3 of 5 bins": { model: { ...controller, numStepsForGenIc: 3 } },
  "a controller and two datasets": { model: { ...controller, datasets: twoDatasets }, dataset: 1 },
  "ic_dim 0: a learned initial state of the generator": { model: { ...controller, icDim: 0 } },

  "external inputs into the encoder": { model: extInput },
  "external inputs into both encoders": { model: { ...extInput, ...controller } },
  "external inputs into the generator": { model: injected },
  "external inputs into the generator beside inferred ones": { model: { ...injected, ...controller } },
  "external inputs of two datasets": { model: { ...extInput, datasets: twoDatasets }, dataset: 1 },

  "gaussian output": { model: gaussian },
  "gaussian output of two datasets": { model: { ...gaussian, datasets: twoDatasets }, dataset: 1 },
  "gaussian output, means fed to the controller": { model: { ...gaussian, ...controller, ...rates } },

  "training of read-in and read-out only": {
    model: { datasets: twoDatasets },
    training: { trainOnly: "readinReadout" },
  },
  "training of the encoders only": { model: { ...controller, ...aligned }, training: { trainOnly: "encoders" } },

  "counts that are mostly zeros": { model: controller, sparse: true },
  "counts that are mostly zeros, through a read-in": { model: { ...controller, ...aligned }, sparse: true },
  "counts that are mostly zeros, beside external inputs": { model: extInput, sparse: true },
  "spike jitter": { training: { temporalSpikeJitterWidth: 2 } },
  "coordinated dropout": { training: { cdRate: 0.4 } },
  "coordinated dropout that passes some of the rest": { training: { cdRate: 0.4, cdPassRate: 0.3 } },
  "sample validation": { training: { svRate: 0.3 } },
  "sample validation and coordinated dropout": { training: { svRate: 0.2, cdRate: 0.3, cdPassRate: 0.1 } },

  "all together: poisson, a controller fed rates, inputs into the encoders": {
    model: {
      ...controller,
      ...rates,
      ...extInput,
      ...learnedPriorVariance,
      ...aligned,
      numStepsForGenIc: 3,
      cellClipValue: 0.6,
    },
    training: {
      coMeanCorrScale: 0.5,
      cdRate: 0.3,
      cdPassRate: 0.2,
      svRate: 0.2,
      temporalSpikeJitterWidth: 1,
      maxGradNorm: 5,
    },
  },
  "all together: gaussian, two datasets, a causal controller, injected inputs": {
    model: { ...gaussian, ...controller, ...injected, datasets: twoDatasets, doCausalController: true, icDim: 6 },
    training: { coMeanCorrScale: 0.5, cdRate: 0.3, cdPassRate: 0.2, svRate: 0.2, doTrainPriorArAtau: false },
    dataset: 1,
  },
  "all together: two datasets, ic_dim 0, lag 2, three outputs, frozen read-ins": {
    model: { ...extInput, datasets: twoDatasets, icDim: 0, coDim: 3, controllerInputLag: 2 },
    training: { coMeanCorrScale: 2, cdRate: 0.3, doTrainReadin: false, doTrainPriorArNvar: false },
    dataset: 1,
    sparse: true,
  },
  "sizes that are multiples of 4, all together": {
    model: {
      ...controller,
      ...injected,
      ...rates,
      datasets: [{ name: "one", channels: 8 }],
      factorsDim: 4,
      genDim: 8,
      icDim: 4,
      icEncDim: 4,
      ciEncDim: 4,
      conDim: 8,
      coDim: 4,
      extInputDim: 4,
    },
    training: { coMeanCorrScale: 0.5 },
  },
};

export const ORACLE_CASES: readonly OracleCase[] = Object.entries(CASES).map(([title, changes]) => ({
  title,
  model: { ...smallModel, ...changes.model },
  training: { ...oracleTraining, ...changes.training },
  dataset: changes.dataset ?? 0,
  sparse: changes.sparse ?? false,
}));
