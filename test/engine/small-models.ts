/** Small models with counts and parameters far from their start, for tests of the whole engine. */
import type { ModelSpec, TrainingSpec } from "#lib/engine/model-spec.js";
import { type ParameterTable, parameterTable, writeVariable } from "#lib/engine/parameters.js";
import type { Counts } from "#lib/engine/run-threads.js";
import { compactCounts } from "#lib/engine/trial-counts.js";
import { RandomStream } from "#lib/random/random-stream.js";
import { normalFloats } from "./numbers.js";
import type { NamedVariables } from "./reference/cost.js";

export const smallModel: ModelSpec = {
  datasets: [{ name: "one", channels: 5 }],
  bins: 5,
  factorsDim: 3,
  genDim: 6,
  icDim: 3,
  icEncDim: 3,
  numStepsForGenIc: 1000,
  outputDist: "poisson",
  extInputDim: 0,
  injectExtInputToGen: false,
  coDim: 0,
  ciEncDim: 5,
  conDim: 7,
  controllerInputLag: 1,
  doCausalController: false,
  doFeedFactorsToController: true,
  feedbackFactorsOrRates: "factors",
  priorArAtau: 10,
  priorArNvar: 0.1,
  cellClipValue: 5,
  cellWeightScale: 1,
  genCellInputWeightScale: 1,
  genCellRecWeightScale: 1,
  icPriorVarMin: 0.1,
  icPriorVarScale: 0.1,
  icPriorVarMax: 0.1,
  icPostVarMin: 1e-4,
};

export const twoDatasets: ModelSpec["datasets"] = [
  { name: "one", channels: 5 },
  { name: "two", channels: 9 },
];

export const smallTraining: TrainingSpec = {
  seed: 3,
  batchSize: 6,
  keepProb: 0.9,
  learningRateInit: 0.02,
  learningRateDecayFactor: 0.9,
  learningRateNToCompare: 3,
  learningRateStop: 1e-5,
  maxGradNorm: 20,
  l2GenScale: 10,
  l2ConScale: 10,
  klIcWeight: 1,
  klCoWeight: 1,
  coMeanCorrScale: 0,
  klStartStep: 0,
  klIncreaseSteps: 4,
  l2StartStep: 1,
  l2IncreaseSteps: 5,
  maxCkptToKeep: 2,
  maxCkptToKeepLve: 2,
  maxEpochs: 4,
  patience: 0,
  onDivergence: "fail",
  trainOnly: "all",
  doTrainReadin: true,
  doTrainPriorArAtau: true,
  doTrainPriorArNvar: true,
  temporalSpikeJitterWidth: 0,
  cdRate: 0,
  cdPassRate: 0,
  svRate: 0,
};

/** Counts 0…4, E × T × N, of every dataset of the model; the same at every call. */
export function smallCounts(model: ModelSpec, trials: number): Counts[] {
  return model.datasets.map(({ channels }, dataset) => {
    const stream = new RandomStream(2, 1002, dataset);
    const values = Array.from({ length: trials * model.bins * channels }, () => stream.integer(0, 4));
    return { values: compactCounts(values), trials, channels };
  });
}

/** Every variable normal: matrices of gain 1, vectors of standard deviation 0.3. */
export function randomVariables(model: ModelSpec): Map<string, Float64Array> {
  return new Map(
    parameterTable(model).variables.map(({ name, shape: [rows, columns] }) => [
      name,
      normalFloats(rows * columns, rows > 1 ? 1 / Math.sqrt(rows) : 0.3),
    ]),
  );
}

export function parameterVector(table: ParameterTable, variables: NamedVariables): Float32Array {
  const params = new Float32Array(table.length);
  for (const variable of table.variables) {
    writeVariable(table, variable, Float32Array.from(variables.get(variable.name)!), params);
  }
  return params;
}
