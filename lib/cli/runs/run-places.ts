import type { Run } from "#lib/config/initial-run.js";
import type { Project } from "#lib/config/project.js";
import { datasetTarget } from "#rules/plan-recordings.js";
import { runPlace } from "#rules/run-place.js";

/** What stands before the colon in the labels of a run's targets. */
export interface RunPlaces {
  /** Of its alignment and exports, which other runs may share, and of what it makes. */
  readonly own: readonly string[];
  readonly recordings: readonly string[];
}

export function runPlaces(project: Project, { collection, params, spec }: Run): RunPlaces {
  const data = `${collection.name}/${params.dataName}/${spec.name}`;
  const exports = spec.datasets.map((name) => `${data}/${name}`);
  return {
    own: [data, ...exports, runPlace(project, collection, params, spec).label],
    recordings: spec.datasets.map((name) => placeOf(datasetTarget(project, collection.datasets, name, params).label)),
  };
}

export function placeOf(label: string): string {
  return label.slice(0, label.lastIndexOf(":"));
}
