import type { Work } from "#lib/build/past-durations.js";
import { withDefaults } from "./model-spec-of.js";

/**
 * How much work a target is beside others of its rule, so that past durations can be scaled: datasets; for training and
 * sampling also the size of the model, the width of bins, and the epochs that the learning rate takes to its end or the
 * number of samples. The unit of the latter is about a multiply-add for each trial and ms. Channels, bins and trials are
 * not known here, and mostly the same among those that are compared.
 */
export function workOf(work: Work): number {
  const { datasets = [], samples = 1 } = work.params as WorkParams;
  const count = Math.max(1, datasets.length);
  const training = trainingOf(work);
  if (!training) return count;
  const own = (training.params as WorkParams).params ?? {};
  const { encoding, generating } = workOfBin(own);
  const bin = binMs(training);
  switch (work.rule) {
    case "train":
      return (count * epochsOf(own) * (encoding + generating)) / bin;
    case "posterior":
      return (count * (encoding + samples * generating)) / bin;
    case "prior":
      return (samples * generating) / bin;
    default:
      return count;
  }
}

interface WorkParams {
  readonly datasets?: readonly string[];
  readonly samples?: number;
  /** Of a training, those that are not at their default. */
  readonly params?: OwnParams;
  /** Of an export. */
  readonly spikeBinMs?: number;
}

type OwnParams = Readonly<Record<string, Work["params"]>>;

/** The training itself, or whose checkpoint is sampled; where that is not known, one of a model with the defaults. */
function trainingOf(work: Work): Work | undefined {
  if (work.rule === "train") return work;
  if (work.rule !== "posterior" && work.rule !== "prior") return undefined;
  return work.inputs().find(({ rule }) => rule === "train") ?? { rule: "train", params: {}, inputs: () => [] };
}

function binMs(training: Work): number {
  const exported = training.inputs().find(({ rule }) => rule === "export");
  return (exported?.params as WorkParams | undefined)?.spikeBinMs ?? 1;
}

/** Measured: what a unit of a GRU takes beside its products, and a bin beside its GRUs, in multiply-adds. */
const UNIT = 100;
const BIN = 20_000;

/**
 * Of a bin of a trial, in multiply-adds. Inputs of the encoders are left out: they are mostly zeros, and skipped.
 * Of a trial that is sampled `encoding` is needed once, `generating` for each sample.
 */
function workOfBin(own: OwnParams): { encoding: number; generating: number } {
  const values = withDefaults(own);
  const size = (name: string) => Number(values[name]);
  const gru = (inputs: number, units: number) => 3 * units * (inputs + units) + UNIT * units;
  const [F, G, U] = [size("c_factors_dim"), size("c_gen_dim"), size("c_co_dim")];
  let encoding = size("c_ic_dim") > 0 ? 2 * gru(0, size("c_ic_enc_dim")) : 0;
  let generating = BIN + gru(U, G) + G * F;
  if (U > 0) {
    const [J, Q] = [size("c_ci_enc_dim"), size("c_con_dim")];
    const directions = values.c_do_causal_controller ? 1 : 2;
    encoding += directions * (gru(0, J) + 3 * J * Q);
    generating += gru(F, Q);
  }
  return { encoding, generating };
}

/** The fewest epochs in which the learning rate can decay to where training stops, or `maxEpochs` where that is less. */
function epochsOf(own: OwnParams): number {
  const values = withDefaults(own);
  const value = (name: string) => Number(values[name]);
  const decays =
    Math.log(value("c_learning_rate_stop") / value("c_learning_rate_init")) /
    Math.log(value("c_learning_rate_decay_factor"));
  const epochs = Math.max(1, Math.ceil(decays) * value("c_learning_rate_n_to_compare"));
  return Math.min(epochs, value("maxEpochs") || Number.POSITIVE_INFINITY);
}
