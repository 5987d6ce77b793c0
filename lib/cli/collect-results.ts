/** What the runs reached, from the results.json of each. */
import { join } from "node:path";
import { runPlace } from "#rules/run-place.js";
import type { RunResults } from "#rules/run-results.js";
import type { Workspace } from "./open-workspace.js";
import { readJsonFile } from "./read-json-file.js";
import { settingText } from "./run-settings.js";

export interface ResultRow {
  /** `<collection>/<param_HASH>/<spec>`. */
  readonly label: string;
  /** What tells this run's parameters from those of the collection's other runs. */
  readonly setting: string;
  readonly results: RunResults;
  /** Of the training, where it ran; null when its record is gone, or it was imported. */
  readonly trainSeconds: number | null;
}

/** Runs with a target among `labels`, in the order of the lfadsfile; those without results are left out. */
export function collectResults({ project, graph, session }: Workspace, labels: readonly string[]): ResultRow[] {
  const runs = new Set(labels.map((label) => label.slice(0, label.lastIndexOf(":"))));
  const rows: ResultRow[] = [];
  for (const collection of project.collections) {
    for (const params of collection.params) {
      for (const spec of collection.runSpecs) {
        const { label } = runPlace(project, collection, params, spec);
        const made = graph.byLabel.get(`${label}:results`);
        const results =
          made && runs.has(label) ? readJsonFile<RunResults>(join(made.target.outDir, "results.json")) : undefined;
        if (!results) continue;
        const provenance = session.show(`${label}:train`).record?.provenance;
        const trainSeconds = provenance && !provenance.imported ? provenance.seconds : null;
        rows.push({ label, setting: settingText(collection, params), results, trainSeconds });
      }
    }
  }
  return rows;
}
