/** What a run reached, from its results.json. */
import { join } from "node:path";
import type { Run } from "#lib/config/initial-run.js";
import type { ParamValue } from "#lib/params/param-value.js";
import { runPlace } from "#rules/run-place.js";
import type { RunResults } from "#rules/run-results.js";
import type { Workspace } from "../open-workspace.js";
import { readJsonFile } from "../read-json-file.js";
import { settingText } from "../run-settings.js";

export interface ResultRow {
  /** `<collection>/<param_HASH>/<spec>`. */
  readonly label: string;
  /** What tells this run's parameters from those of the collection's other runs. */
  readonly setting: string;
  /** Every parameter, and those that are not at their default. */
  readonly values: Readonly<Record<string, ParamValue>>;
  readonly nonDefault: Readonly<Record<string, ParamValue>>;
  readonly results: RunResults;
  /** Of the training, where it ran; null when its record is gone, or it was imported. */
  readonly trainSeconds: number | null;
}

/** Undefined where the run has no results yet. */
export function readResultRow({ project, graph, session }: Workspace, run: Run): ResultRow | undefined {
  const { collection, params, spec } = run;
  const { label } = runPlace(project, collection, params, spec);
  const made = graph.byLabel.get(`${label}:results`);
  const results = made && readJsonFile<RunResults>(join(made.target.outDir, "results.json"));
  if (!results) return undefined;
  const provenance = session.show(`${label}:train`).record?.provenance;
  const trainSeconds = provenance && !provenance.imported ? provenance.seconds : null;
  const { values, nonDefault } = params;
  return { label, setting: settingText(collection, params), values, nonDefault, results, trainSeconds };
}
