/** Data and external inputs of the oracle's configurations, and those of some trials as arrays. */
import type { ModelSpec } from "#lib/engine/model-spec.js";
import type { TrainingData } from "#lib/engine/train-model.js";
import { RandomStream } from "#lib/random/random-stream.js";
import type { OracleCase } from "./oracle-cases.js";
import type { NamedArray } from "./oracle-draws.js";

export type OracleData = Pick<TrainingData, "counts" | "externalInputs">;

/** Data and external inputs of every dataset. */
export function oracleData({ model, sparse }: OracleCase, trials: number): OracleData[] {
  const normals = (length: number, ...key: readonly [number, number]) => {
    const stream = new RandomStream(1, ...key);
    return Float32Array.from({ length }, () => stream.normal());
  };
  const rows = trials * model.bins;
  const counts = model.datasets.map(({ channels }, index) => {
    const length = rows * channels;
    const values = model.outputDist === "gaussian" ? normals(length, 1004, index) : spikes(length, index, sparse);
    return { values, trials, channels };
  });
  if (model.extInputDim === 0) return counts.map((each) => ({ counts: each }));
  return counts.map((each, index) => ({
    counts: each,
    externalInputs: normals(rows * model.extInputDim, 1005, index),
  }));
}

/** Counts 0…4; one in eight of them where sparse, else 0. */
function spikes(length: number, dataset: number, sparse: boolean): Uint8Array {
  const stream = new RandomStream(1, 1006, dataset);
  return Uint8Array.from({ length }, () => (sparse && stream.integer(0, 7) > 0 ? 0 : stream.integer(0, 4)));
}

/** Data, and external inputs if there are any, of some trials. */
export function batchData(
  model: ModelSpec,
  { counts, externalInputs }: OracleData,
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
