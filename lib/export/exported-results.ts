import type { ResultArray } from "./result-array.js";

/** All that is exported of a run for one of its datasets. */
export interface ExportedResults {
  /** What these results are of, by name: the run, the dataset, the parameters. */
  readonly facts: ExportFacts;
  readonly arrays: readonly ResultArray[];
  /** Condition number i, from 1, has name i − 1; undefined where the recording has no conditions. */
  readonly conditionNames: readonly string[] | undefined;
  /** The model's variables, by their names in `model_params`. */
  readonly variables: readonly ResultArray[];
  /** Of the dataset, as the lfadsfile has it. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface ExportFacts {
  /** `lfads` and its version: a file that says so may be replaced by the next export. */
  readonly made_by: string;
  /** When the posterior was computed, as ISO 8601 has it. */
  readonly made_at: string;
  /** `<collection>/<param_HASH>/<spec>`. */
  readonly run: string;
  readonly dataset: string;
  readonly kind: string;
  readonly bin_ms: number;
  /** The parameters that differ from their defaults, as JSON. */
  readonly params: string;
}

export const MADE_BY = "lfads";
