/** The trainings whose gradient, costs and parameters are compared: batches and numbers as the engine will draw them. */
import type { TrainingSpec } from "#lib/engine/model-spec.js";
import { parameterTable } from "#lib/engine/parameters.js";
import { epochBatches } from "#lib/engine/schedule.js";
import type { TrainingData } from "#lib/engine/train-model.js";
import type { TrainerState } from "#lib/engine/trainer-state.js";
import type { OracleCase } from "./oracle-cases.js";
import { batchData, oracleData } from "./oracle-data.js";
import { Draws, type NamedArray } from "./oracle-draws.js";

export interface OracleBatch {
  readonly dataset: number;
  readonly step: number;
  /** Named as test/oracle/model.py does, trials first. */
  readonly arrays: readonly NamedArray[];
}

/** The engine trains on `datasets` from `start`; the oracle on `epochs`. */
export interface OracleRun {
  readonly training: TrainingSpec;
  readonly datasets: readonly TrainingData[];
  readonly start: TrainerState;
  readonly epochs: readonly { readonly batches: readonly OracleBatch[]; readonly validation: readonly OracleBatch[] }[];
}

/** In the middle of the ramps of KL and L2. */
const FIRST_STEP = 2;
const VALIDATION_TRIALS = 3;
/** The gradient is read from Adam's first moment. */
const UNCLIPPED = 1e9;

/** One step with a batch of the case's dataset. */
export function gradientRun(each: OracleCase, params: Float32Array): OracleRun {
  const { model, training, dataset } = each;
  const trainTrials = model.datasets.map((_, index) => (index === dataset ? training.batchSize : 0));
  return oracleRun(each, { ...training, maxEpochs: 1, maxGradNorm: UNCLIPPED }, params, trainTrials);
}

/** Five epochs of two batches; the last one is filled up where there is one dataset. */
export function tenStepsRun(each: OracleCase, params: Float32Array): OracleRun {
  const { model, training } = each;
  const trainTrials = model.datasets.map(() => Math.ceil((3 * training.batchSize) / (1 + model.datasets.length)));
  return oracleRun(each, { ...training, maxEpochs: 5 }, params, trainTrials);
}

function oracleRun(
  each: OracleCase,
  training: TrainingSpec,
  params: Float32Array,
  trainTrials: readonly number[],
): OracleRun {
  const { model } = each;
  const { seed, batchSize, maxEpochs, learningRateInit } = training;
  const { length } = parameterTable(model);
  const start: TrainerState = {
    params,
    moment1: new Float32Array(length),
    moment2: new Float32Array(length),
    step: FIRST_STEP,
    epoch: 0,
    learningRate: learningRateInit,
    costs: [],
    beta1Power: 1,
    beta2Power: 1,
    lowestValidCost: Number.POSITIVE_INFINITY,
    lveEpoch: 0,
  };
  const total = Math.max(...trainTrials) + VALIDATION_TRIALS;
  const datasets = oracleData(each, total).map((data, index) => ({
    ...data,
    trials: { train: trainTrials[index]!, valid: VALIDATION_TRIALS },
  }));
  const draws = new Draws(model, training);
  const batch = (dataset: number, trials: readonly number[]) => batchData(model, datasets[dataset]!, trials);
  let step = FIRST_STEP;
  const epochs = Array.from({ length: maxEpochs }, (_, index) => {
    const epoch = index + 1;
    const batches = epochBatches(seed, epoch, trainTrials, batchSize).map((given) => {
      const { dataset } = given;
      const trials = [...given.trials];
      const [data, ...rest] = batch(dataset, trials);
      const arrays = [draws.jittered(data!, step), ...rest, ...draws.training(dataset, trials, step)];
      return { dataset, step: step++, arrays };
    });
    const validation = datasets.map(({ trials: { train, valid } }, dataset) => {
      const trials = Array.from({ length: valid }, (_, trial) => train + trial);
      return { dataset, step, arrays: [...batch(dataset, trials), ...draws.validation(dataset, trials, epoch)] };
    });
    return { batches, validation };
  });
  return { training, datasets, start, epochs };
}
