/** Where a run is, how it and its exports are labelled, and what is sampled of it. */
import type { Collection, Project, RunParams, RunSpec } from "#lib/config/project.js";

/** Both are made for every run. */
export const POSTERIOR_KINDS = ["posterior_sample_and_average", "posterior_push_mean"] as const;
export type PosteriorKind = (typeof POSTERIOR_KINDS)[number];

/** A dataset's file among those that sampling makes. Older LFADS had a shorter name for averages over samples. */
export function isPosteriorOf(dataset: string, side: "train" | "valid", kind: PosteriorKind, file: string): boolean {
  const start = `lfadsOutput/model_runs_${dataset}.h5_${side}_`;
  return file === `${start}${kind}` || (kind === POSTERIOR_KINDS[0] && file === `${start}posterior_sample`);
}

/** A run's folder and the start of its targets' labels. */
export function runPlace(project: Project, collection: Collection, params: RunParams, spec: RunSpec) {
  return {
    label: `${collection.name}/${params.paramName}/${spec.name}`,
    dir: `${project.root}/${collection.name}/${params.paramName}/${spec.name}`,
  };
}

export const exportLabel = (collection: Collection, params: RunParams, spec: RunSpec, dataset: string) =>
  `${collection.name}/${params.dataName}/${spec.name}/${dataset}:export`;
