import type { Failure } from "#lib/failure.js";
import { err, ok, type Result } from "#lib/result.js";
import type { Workspace } from "../open-workspace.js";
import type { KnownRun } from "./known-run.js";
import { placeOf, runPlaces } from "./run-places.js";
import { selectRuns } from "./select-runs.js";

/** Of the labels those that belong to runs of which all comparisons of `where` hold; it is a failure if there are none. */
export async function restrictToRuns(
  workspace: Workspace,
  labels: readonly string[],
  where: readonly string[],
): Promise<Result<readonly string[], readonly Failure[]>> {
  const runs = await selectRuns(workspace, { where });
  if (!runs.ok) return runs;
  const left = labelsOfRuns(workspace, labels, runs.value);
  if (left.length > 0) return ok(left);
  const hint = "lfads status lists the runs; lfads status --results --csv also their parameters and results.";
  return err([{ kind: "usage", what: noRunText(where), hint }]);
}

/** Of the labels those of what these runs need and make. */
export function labelsOfRuns(
  { project }: Workspace,
  labels: readonly string[],
  runs: readonly KnownRun[],
): readonly string[] {
  const places = new Set(
    runs.flatMap((run) => {
      const { own, recordings } = runPlaces(project, run);
      return [...own, ...recordings];
    }),
  );
  return labels.filter((label) => places.has(placeOf(label)));
}

export function noRunText(where: readonly string[], among: readonly string[] = []): string {
  const place = among.length > 0 ? ` in ${among.join(" ")}` : "";
  return `There is no run with ${where.join(" and ")}${place}.`;
}
