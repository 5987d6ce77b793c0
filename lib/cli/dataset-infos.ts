/** What the recordings of a project hold, as the `:dataset` targets have found it. */
import { existsSync, readFileSync } from "node:fs";
import type { Graph } from "#lib/build/index.js";
import type { Project } from "#lib/config/project.js";
import { recordingName, recordingSettings } from "#lib/config/recording-name.js";
import type { DatasetInfo } from "#lib/sources/dataset-info.js";
import { datasetTarget } from "#rules/plan-recordings.js";

export interface NeededDataset {
  /** Of the recording, as `checkFit` has it. */
  readonly name: string;
  readonly label: string;
  readonly infoFile: string;
}

/** Datasets of the run specs of all collections that have settings. */
export function neededDatasets(project: Project): NeededDataset[] {
  const needed = new Map<string, NeededDataset>();
  for (const { datasets: set, runSpecs, params, imported } of project.collections) {
    if (imported) continue;
    const used = new Set(runSpecs.flatMap((spec) => spec.datasets));
    for (const setting of recordingSettings(set, params)) {
      for (const dataset of used) {
        const name = recordingName(set, dataset, setting);
        needed.set(name, { name, ...datasetTarget(project, set, dataset, setting) });
      }
    }
  }
  return [...needed.values()];
}

/** Labels of the targets that read what filters of the lfadsfile ask about, of those that are planned. */
export function filterReads(project: Project, graph: Graph): string[] {
  const asked = project.collections.flatMap(({ datasets: set, params }) =>
    recordingSettings(set, set.readsAll ? params : []).flatMap((setting) =>
      (set.candidates ?? []).map(({ name }) => datasetTarget(project, set, name, setting).label),
    ),
  );
  return [...new Set(asked)].filter((label) => graph.byLabel.has(label));
}

/** By name; those not found out yet are left out. */
export function readInfos(datasets: readonly NeededDataset[]): Map<string, DatasetInfo> {
  const known = datasets.filter((dataset) => existsSync(dataset.infoFile));
  return new Map(known.map(({ name, infoFile }) => [name, JSON.parse(readFileSync(infoFile, "utf8")) as DatasetInfo]));
}
