/** Which parameters training changes: the rest keep their start values. */
import type { TrainingSpec } from "./model-spec.js";
import type { Tensor } from "./parameters.js";

/** Parts of the model by the first word of their tensors' keys. */
const PARTS = {
  all: /./,
  readinReadout: /^(readin|readout|logvar)\d/,
  encoders: /^(ic|ci|postMean|postLogvar)\./,
} as const;

export function isTrained({ key }: Tensor, training: TrainingSpec): boolean {
  if (!PARTS[training.trainOnly].test(key)) return false;
  if (!training.doTrainReadin && key.startsWith("readin")) return false;
  if (!training.doTrainPriorArAtau && key === "ar.logatau") return false;
  return training.doTrainPriorArNvar || key !== "ar.logevars";
}
