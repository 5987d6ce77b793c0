/**
 * Checkpoints on disk: HDF5 with the model's variables under TensorFlow's names, Adam's moments beside them
 * (`…_Adam:0`, `…_Adam_1:0`), and what else the next epoch needs in the text `trainer_state`.
 */
import type { CostWeights, ModelSpec } from "#lib/engine/model-spec.js";
import { parameterTable, readVariable, writeVariable } from "#lib/engine/parameters.js";
import type { TrainerState } from "#lib/engine/trainer-state.js";
import { toFloat64 } from "#lib/hdf5/hdf5-array.js";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import type { Hdf5Writer } from "#lib/hdf5/write-hdf5.js";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";

/** What sampling needs beside the variables. */
export interface CheckpointModel {
  readonly model: ModelSpec;
  readonly weights: CostWeights;
}

interface StateText extends CheckpointModel {
  readonly epoch: number;
  /** +∞ is written "Infinity". */
  readonly costs: readonly (number | "Infinity")[];
  readonly beta1Power: number;
  readonly beta2Power: number;
  readonly lowestValidCost: number | "Infinity";
  readonly lveEpoch: number;
  /** Exactly; the variable LFADS_learning_rate is float32. */
  readonly learningRate: number;
}

const MOMENTS = [
  ["_Adam", "moment1"],
  ["_Adam_1", "moment2"],
] as const;

export async function writeCheckpoint(file: string, content: CheckpointModel, state: TrainerState): Promise<void> {
  const table = parameterTable(content.model);
  await writeHdf5(file, (w) => {
    writeVariables(w, content.model, state);
    for (const variable of table.variables) {
      for (const [suffix, moment] of MOMENTS) {
        w.dataset(`${variable.name}${suffix}:0`, readVariable(table, variable, state[moment]), variable.shape);
      }
    }
    const text: StateText = {
      model: content.model,
      weights: content.weights,
      epoch: state.epoch,
      costs: state.costs.map(writtenNumber),
      beta1Power: state.beta1Power,
      beta2Power: state.beta2Power,
      lowestValidCost: writtenNumber(state.lowestValidCost),
      lveEpoch: state.lveEpoch,
      learningRate: state.learningRate,
    };
    w.strings("trainer_state", [JSON.stringify(text)]);
  });
}

/** The model's variables, the step and the learning rate: what `model_params` holds too. */
export function writeVariables(
  w: Hdf5Writer,
  model: ModelSpec,
  state: Pick<TrainerState, "params" | "step" | "learningRate">,
): void {
  const table = parameterTable(model);
  for (const variable of table.variables) {
    w.dataset(`${variable.name}:0`, readVariable(table, variable, state.params), variable.shape);
  }
  w.dataset("LFADS_global_step:0", BigInt64Array.of(BigInt(state.step)), []);
  w.dataset("LFADS_learning_rate:0", Float32Array.of(state.learningRate), []);
}

export async function readCheckpoint(file: string): Promise<CheckpointModel & { readonly state: TrainerState }> {
  const h5 = await openHdf5(file);
  try {
    const text = JSON.parse(h5.readStrings("trainer_state")[0]!) as StateText;
    const { model, weights, epoch, costs, beta1Power, beta2Power, lowestValidCost, lveEpoch, learningRate } = text;
    const table = parameterTable(model);
    const vector = (suffix: string) => {
      const params = new Float32Array(table.length);
      for (const variable of table.variables) {
        writeVariable(table, variable, h5.read(`${variable.name}${suffix}:0`) as Float32Array, params);
      }
      return params;
    };
    const state: TrainerState = {
      params: vector(""),
      moment1: vector("_Adam"),
      moment2: vector("_Adam_1"),
      step: toFloat64(h5.read("LFADS_global_step:0"))[0]!,
      epoch,
      costs: costs.map(Number),
      beta1Power,
      beta2Power,
      lowestValidCost: Number(lowestValidCost),
      lveEpoch,
      learningRate,
    };
    return { model, weights, state };
  } finally {
    h5.close();
  }
}

const writtenNumber = (value: number) => (Number.isFinite(value) ? value : ("Infinity" as const));
