import type { RunSpecDefinition } from "./definition.js";

/** Which datasets of the collection go into one model. */
export const runSpec = {
  /** One dataset; its folder is `single_<dataset>`. */
  single: (dataset: string): RunSpecDefinition => ({ kind: "single", dataset }),

  /** All datasets stitched into one model; its folder is `all`. */
  all: (): RunSpecDefinition => ({ kind: "all" }),

  /** A model for each dataset: spread it, `...runSpec.eachDataset()`. */
  eachDataset: (): RunSpecDefinition[] => [{ kind: "eachDataset" }],

  /** These datasets in one model; its folder is `options.name`, or the datasets' names joined by `_`. */
  of: (datasets: readonly string[], options: { name?: string } = {}): RunSpecDefinition => ({
    kind: "of",
    datasets,
    ...options,
  }),
};
