/** The configurations in which the engine is held against the PyTorch model of test/oracle: every option alone, and together. */
import type { ModelSpec, TrainingSpec } from "#lib/engine/model-spec.js";
import { smallModel, smallTraining, twoDatasets } from "./small-models.js";

export interface OracleCase {
  /** Also the name of its group in the files, so without a slash. */
  readonly title: string;
  readonly model: ModelSpec;
  readonly training: TrainingSpec;
  /** The dataset of the one step whose gradient is compared. */
  readonly dataset: number;
}

interface Changes {
  readonly model?: Partial<ModelSpec>;
  readonly training?: Partial<TrainingSpec>;
  readonly dataset?: number;
}

/** The learning rate decays within the ten steps. */
const oracleTraining: TrainingSpec = { ...smallTraining, learningRateNToCompare: 1, learningRateDecayFactor: 0.7 };

const CASES: Record<string, Changes> = {
  "one dataset: identity read-in, read-out matrix, map to the generator's initial state": {},
  "identity read-out: as many factors as channels": { model: { factorsDim: 5 } },
  "identity map: ic_dim = gen_dim": { model: { icDim: 6 } },
  "a learned prior variance": { model: { icPriorVarMin: 0.01, icPriorVarMax: 2 } },
  "a cell clip that bites": { model: { cellClipValue: 0.25 } },
  "a gradient clip that bites": { training: { maxGradNorm: 0.5 } },
  "an encoder that sees the first 3 of 5 bins": { model: { numStepsForGenIc: 3 } },
  "no dropout": { training: { keepProb: 1 } },
  "weights of the latent's KL and of the L2 cost": { training: { klIcWeight: 0.3, l2GenScale: 200 } },
  "an aligned dataset: read-in and read-out matrices": {
    model: { datasets: [{ name: "one", channels: 5, aligned: true }] },
  },
  "two datasets, a batch of the first": { model: { datasets: twoDatasets } },
  "two datasets, a batch of the second": { model: { datasets: twoDatasets }, dataset: 1 },
};

export const ORACLE_CASES: readonly OracleCase[] = Object.entries(CASES).map(([title, changes]) => ({
  title,
  model: { ...smallModel, ...changes.model },
  training: { ...oracleTraining, ...changes.training },
  dataset: changes.dataset ?? 0,
}));
