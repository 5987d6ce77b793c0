/** How well the runs do, from the evaluation.json of each. */
import { join } from "node:path";
import type { Evaluation } from "#rules/evaluation.js";
import { runPlace } from "#rules/run-place.js";
import type { Workspace } from "./open-workspace.js";
import { readJsonFile } from "./read-json-file.js";
import { settingText } from "./run-settings.js";

export interface EvaluationRow extends Evaluation {
  /** `<collection>/<param_HASH>/<spec>`. */
  readonly label: string;
  /** What tells this run's parameters from those of the collection's other runs. */
  readonly setting: string;
}

/** Runs whose evaluation is among `labels`, in the order of the lfadsfile; those without one are left out. */
export function collectEvaluations({ project, graph }: Workspace, labels: readonly string[]): EvaluationRow[] {
  const wanted = new Set(labels);
  const rows: EvaluationRow[] = [];
  for (const collection of project.collections) {
    for (const params of collection.params) {
      for (const spec of collection.runSpecs) {
        const { label } = runPlace(project, collection, params, spec);
        const made = wanted.has(`${label}:evaluate`) ? graph.byLabel.get(`${label}:evaluate`) : undefined;
        const evaluation = made && readJsonFile<Evaluation>(join(made.target.outDir, "evaluation.json"));
        if (evaluation) rows.push({ label, setting: settingText(collection, params), ...evaluation });
      }
    }
  }
  return rows;
}
