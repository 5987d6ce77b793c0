/** Exports as a training takes them. */
import type { ModelDataset, ModelSpec } from "#lib/engine/model-spec.js";
import type { TrainingData } from "#lib/engine/train-model.js";
import { joinCounts, type LfadsInput } from "./lfads-input.js";
import type { ParamValues } from "./model-spec-of.js";

/** The datasets as the model has them. A run of one may leave its alignment out. */
export function modelDatasets(names: readonly string[], inputs: readonly LfadsInput[], values: ParamValues) {
  const alone = names.length === 1 && values.setInFactorsMatchDataForSingleDataset === true;
  return inputs.map(({ channels, alignment }, index): ModelDataset => {
    const name = names[index]!;
    return alignment && !alone ? { name, channels, aligned: true } : { name, channels };
  });
}

/** Of the model's dataset `index`; training trials, then validation trials. */
export function trainingData(input: LfadsInput, index: number, model: ModelSpec): TrainingData {
  const { train, valid, externalInputs, alignment } = input;
  return {
    counts: joinCounts(train, valid),
    trials: { train: train.trials, valid: valid.trials },
    ...(model.extInputDim > 0 && externalInputs ? { externalInputs: joined(externalInputs) } : {}),
    ...(model.datasets[index]!.aligned && alignment ? { alignment } : {}),
  };
}

function joined({ train, valid }: { train: Float32Array; valid: Float32Array }): Float32Array {
  const all = new Float32Array(train.length + valid.length);
  all.set(train, 0);
  all.set(valid, train.length);
  return all;
}
