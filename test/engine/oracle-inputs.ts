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
import { Draws, type NamedArray } from "./oracle-draws.js";
import { parameterVector, smallCounts } from "./small-models.js";
import { digestOf } from "./train-small.js";

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
/** Of variables whose values are not around 0, so that no trial outweighs the others in a gradient. */
const MEANS: Readonly<Record<string, number>> = {
  LFADS_z_ic_enc_2_post_g0_logvar_b: -2,
  LFADS_z_u_prior_ar1_logatau: 1,
};
/** The gradient is read from Adam's first moment. */
const UNCLIPPED = 1e9;

export function oracleInputs({ title, model, training, dataset }: OracleCase): OracleInputs {
  const variables = parameterTable(model).variables.map(({ name, shape }, index) => {
    const stream = new RandomStream(1, 1003, index);
    const mean = MEANS[name] ?? 0;
    const std = shape[0] > 1 ? 1 / Math.sqrt(shape[0]) : 0.3;
    const values = Float32Array.from({ length: shape[0] * shape[1] }, () => mean + std * stream.normal());
    return { name, shape, values };
  });
  const one = model.datasets.map((_, index) => (index === dataset ? training.batchSize : 0));
  // two batches an epoch, the last one filled up where there is one dataset
  const all = model.datasets.map(() => Math.ceil((3 * training.batchSize) / (1 + model.datasets.length)));
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
    lveEpoch: 0,
  };
  const total = Math.max(...trainTrials) + VALIDATION_TRIALS;
  const datasets = oracleData(model, total).map((each, index) => ({
    ...each,
    trials: { train: trainTrials[index]!, valid: VALIDATION_TRIALS },
  }));
  const draws = new Draws(model, training);
  const batch = (dataset: number, trials: readonly number[]) => batchData(model, datasets[dataset]!, trials);
  let step = FIRST_STEP;
  const epochs = Array.from({ length: maxEpochs }, (_, index) => {
    const epoch = index + 1;
    const batches = epochBatches(seed, epoch, trainTrials, batchSize).map(({ dataset, trials: each }) => {
      const trials = [...each];
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

/** Data and external inputs of every dataset. */
function oracleData(model: ModelSpec, trials: number): Pick<TrainingData, "counts" | "externalInputs">[] {
  const normals = (length: number, ...key: readonly [number, number]) => {
    const stream = new RandomStream(1, ...key);
    return Float32Array.from({ length }, () => stream.normal());
  };
  const rows = trials * model.bins;
  const counts =
    model.outputDist === "poisson"
      ? smallCounts(model, trials)
      : model.datasets.map(({ channels }, index) => ({
          values: normals(rows * channels, 1004, index),
          trials,
          channels,
        }));
  if (model.extInputDim === 0) return counts.map((each) => ({ counts: each }));
  return counts.map((each, index) => ({
    counts: each,
    externalInputs: normals(rows * model.extInputDim, 1005, index),
  }));
}

/** Data, and external inputs if there are any, of some trials. */
function batchData(
  model: ModelSpec,
  { counts, externalInputs }: TrainingData,
  trials: readonly number[],
): NamedArray[] {
  const pick = (name: string, values: ArrayLike<number>, width: number): NamedArray => {
    const size = model.bins * width;
    const picked = new Float32Array(trials.length * size);
    trials.forEach((trial, row) => {
      for (let i = 0; i < size; i++) picked[row * size + i] = values[trial * size + i]!;
    });
    return { name, shape: [trials.length, model.bins, width], values: picked };
  };
  const data = pick("data", counts.values, counts.channels);
  return externalInputs ? [data, pick("ext_input", externalInputs, model.extInputDim)] : [data];
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
