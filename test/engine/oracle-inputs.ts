/**
 * What engine and oracle compute from: variables, data, and every random number as the engine draws it. The engine
 * trains on `datasets` from `start`; the oracle reads the batches and numbers of `epochs`, written to a file.
 */
import type { ModelSpec, TrainingSpec } from "#lib/engine/model-spec.js";
import { parameterTable } from "#lib/engine/parameters.js";
import { epochBatches } from "#lib/engine/schedule.js";
import type { TrainingData } from "#lib/engine/train-model.js";
import type { TrainerState } from "#lib/engine/trainer-state.js";
import { type Hdf5Writer, writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import { RandomStream } from "#lib/random/random-stream.js";
import type { OracleCase } from "./oracle-cases.js";
import { Draws } from "./oracle-draws.js";
import { parameterVector, smallCounts } from "./small-models.js";
import { digestOf } from "./train-small.js";

interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

interface OracleBatch {
  readonly dataset: number;
  readonly step: number;
  /** Named as test/oracle/model.py does, trials first. */
  readonly arrays: readonly NamedArray[];
}

export interface OracleRun {
  readonly training: TrainingSpec;
  readonly datasets: readonly TrainingData[];
  readonly start: TrainerState;
  readonly epochs: readonly { readonly batches: readonly OracleBatch[]; readonly validation: readonly OracleBatch[] }[];
}

export interface OracleInputs {
  readonly title: string;
  readonly model: ModelSpec;
  readonly variables: readonly NamedArray[];
  /** One step, and ten. */
  readonly runs: { readonly gradient: OracleRun; readonly tenSteps: OracleRun };
  /** Of all the above. */
  readonly digest: string;
}

/** In the middle of the ramps of KL and L2. */
const FIRST_STEP = 2;
const VALIDATION_TRIALS = 3;
/** The gradient is read from Adam's first moment. */
const UNCLIPPED = 1e9;

export function oracleInputs({ title, model, training, dataset }: OracleCase): OracleInputs {
  const variables = parameterTable(model).variables.map(({ name, shape }, index) => {
    const stream = new RandomStream(1, 1003, index);
    const std = shape[0] > 1 ? 1 / Math.sqrt(shape[0]) : 0.3;
    const values = Float32Array.from({ length: shape[0] * shape[1] }, () => std * stream.normal());
    return { name, shape, values };
  });
  const one = model.datasets.map((_, index) => (index === dataset ? training.batchSize : 0));
  const all = model.datasets.map(() => (model.datasets.length === 1 ? 1.5 : 1) * training.batchSize);
  const runs = {
    gradient: oracleRun(model, { ...training, maxEpochs: 1, maxGradNorm: UNCLIPPED }, variables, one),
    tenSteps: oracleRun(model, { ...training, maxEpochs: 5 }, variables, all),
  };
  const arrays = Object.values(runs).flatMap(({ epochs }) =>
    epochs.flatMap(({ batches, validation }) => [...batches, ...validation].flatMap((batch) => batch.arrays)),
  );
  const options = new TextEncoder().encode(JSON.stringify([model, training, dataset]));
  const digest = digestOf([...options], ...[...variables, ...arrays].map(({ values }) => values));
  return { title, model, variables, runs, digest };
}

function oracleRun(
  model: ModelSpec,
  training: TrainingSpec,
  variables: readonly NamedArray[],
  trainTrials: readonly number[],
): OracleRun {
  const { seed, batchSize, maxEpochs, learningRateInit } = training;
  const table = parameterTable(model);
  const params = parameterVector(
    table,
    new Map(variables.map(({ name, values }) => [name, Float64Array.from(values)])),
  );
  const start: TrainerState = {
    params,
    moment1: new Float32Array(table.length),
    moment2: new Float32Array(table.length),
    step: FIRST_STEP,
    epoch: 0,
    learningRate: learningRateInit,
    costs: [],
    beta1Power: 1,
    beta2Power: 1,
    lowestValidCost: Number.POSITIVE_INFINITY,
  };
  const counts = smallCounts(model, Math.max(...trainTrials) + VALIDATION_TRIALS);
  const datasets = counts.map((each, index) => ({
    counts: each,
    trials: { train: trainTrials[index]!, valid: VALIDATION_TRIALS },
  }));
  const draws = new Draws(model, training, counts);
  let step = FIRST_STEP;
  const epochs = Array.from({ length: maxEpochs }, (_, index) => {
    const batches = epochBatches(seed, index + 1, trainTrials, batchSize).map(({ dataset, trials }) => {
      const arrays = [...data(dataset, trials), ...draws.training(dataset, step)];
      return { dataset, step: step++, arrays };
    });
    const validation = datasets.map(({ trials: { train, valid } }, dataset) => {
      const trials = Int32Array.from({ length: valid }, (_, trial) => train + trial);
      return { dataset, step, arrays: [...data(dataset, trials), ...draws.validation(valid, index + 1)] };
    });
    return { batches, validation };
  });
  return { training, datasets, start, epochs };

  function data(dataset: number, trials: Int32Array): NamedArray[] {
    const { values, channels } = counts[dataset]!;
    const size = model.bins * channels;
    const rows = [...trials].flatMap((trial) => [...values.subarray(trial * size, (trial + 1) * size)]);
    return [{ name: "data", shape: [trials.length, model.bins, channels], values: Float32Array.from(rows) }];
  }
}

/** The file that test/oracle reads: its layout is in test/oracle/__main__.py. */
export async function writeOracleInputs(file: string, inputs: readonly OracleInputs[]): Promise<void> {
  await writeHdf5(file, (writer) => {
    for (const { title, model, variables, runs, digest } of inputs) {
      for (const { name, shape, values } of variables) writer.dataset(`${title}/variables/${name}`, values, shape);
      writer.attribute(title, "model", JSON.stringify(model));
      writer.attribute(title, "digest", digest);
      for (const [name, { training, epochs }] of Object.entries(runs)) {
        epochs.forEach((epoch, index) => {
          for (const kind of ["batches", "validation"] as const) {
            writeBatches(writer, `${title}/${name}/${index}/${kind}`, epoch[kind]);
          }
        });
        writer.attribute(`${title}/${name}`, "training", JSON.stringify(training));
      }
    }
  });
}

function writeBatches(writer: Hdf5Writer, path: string, batches: readonly OracleBatch[]): void {
  batches.forEach(({ dataset, step, arrays }, index) => {
    for (const { name, shape, values } of arrays) writer.dataset(`${path}/${index}/${name}`, values, shape);
    writer.attribute(`${path}/${index}`, "dataset", dataset);
    writer.attribute(`${path}/${index}`, "step", step);
  });
}
