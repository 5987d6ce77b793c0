import type { Json } from "#lib/build/target.js";
import { runParamsTable } from "#lib/params/run-params-table.js";

/**
 * How much work a target has beside others of its rule, so that past durations can be scaled: datasets, for training
 * the epochs that the learning rate takes to its end, for sampling the number of samples.
 */
export function workOf(rule: string, params: Json): number {
  const { datasets = [], samples = 1, params: own = {} } = params as WorkParams;
  const count = Math.max(1, datasets.length);
  switch (rule) {
    case "train":
      return count * epochsOf(own);
    case "posterior":
      return count * samples;
    case "prior":
      return samples;
    default:
      return count;
  }
}

interface WorkParams {
  readonly datasets?: readonly string[];
  readonly samples?: number;
  /** Of a training, those that are not at their default. */
  readonly params?: Readonly<Record<string, Json>>;
}

/** The fewest epochs in which the learning rate can decay to where training stops, or `maxEpochs` where that is less. */
function epochsOf(own: Readonly<Record<string, Json>>): number {
  const value = (name: string) => Number(own[name] ?? defaults.get(name));
  const decays =
    Math.log(value("c_learning_rate_stop") / value("c_learning_rate_init")) /
    Math.log(value("c_learning_rate_decay_factor"));
  const epochs = Math.max(1, Math.ceil(decays) * value("c_learning_rate_n_to_compare"));
  return Math.min(epochs, value("maxEpochs") || Number.POSITIVE_INFINITY);
}

const defaults = new Map(runParamsTable.map((param) => [param.name, param.default]));
