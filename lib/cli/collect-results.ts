/** What the runs reached. */
import type { Workspace } from "./open-workspace.js";
import { type KnownRun, knownRuns } from "./runs/known-run.js";
import type { ResultRow } from "./runs/result-row.js";
import { placeOf } from "./runs/run-places.js";

/** Those of the runs with a target among `labels`, in their order; those without results are left out. */
export function collectResults(
  workspace: Workspace,
  labels: readonly string[],
  runs: readonly KnownRun[] = knownRuns(workspace),
): ResultRow[] {
  const wanted = new Set(labels.map(placeOf));
  return runs.flatMap((run) => (wanted.has(run.label) ? (run.row ?? []) : []));
}
