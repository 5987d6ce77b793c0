/** Results that lfads did not make lie where a build would put its own: they may be a lab's only copy. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Plan } from "#lib/build/index.js";
import type { Failure } from "#lib/failure.js";
import { isMadeElsewhere, isSummaryOfRunManager } from "#lib/run-manager/made-elsewhere.js";
import { runPlace } from "#rules/run-place.js";
import type { Workspace } from "./open-workspace.js";

const MOST_NAMED = 3;

/** A failure for each collection of which the plan would overwrite such; imported ones are only read. */
export function checkForeignRuns({ project, graph, session }: Omit<Workspace, "units">, plan: Plan): Failure[] {
  const stale = plan.nodes.filter(({ target }) => !target.adopts && plan.verdicts.get(target.label)!.kind !== "fresh");
  // Who exports again, samples again.
  const again = stale.flatMap((node) => [node, ...node.dependents.filter(({ target }) => !target.onDemand)]);
  const places = new Set(again.map(({ target }) => target.outDir));
  const wasImported = (label: string, dir: string) =>
    graph.byLabel.has(label) &&
    session.show(label).lastBuild?.how === "imported" &&
    existsSync(join(dir, "lfadsOutput"));
  return project.collections.flatMap((collection): Failure[] => {
    if (collection.imported) return [];
    const where = join(project.root, collection.name);
    const runs = collection.params
      .flatMap((params) => collection.runSpecs.map((spec) => runPlace(project, collection, params, spec)))
      .filter(({ label, dir }) => places.has(dir) && (isMadeElsewhere(dir) || wasImported(`${label}:train`, dir)))
      .map(({ label }) => label.slice(collection.name.length + 1));
    const found = [...(places.has(where) && isSummaryOfRunManager(where) ? ["summary.txt"] : []), ...runs];
    if (found.length === 0) return [];
    const more = found.length > MOST_NAMED ? `, and ${found.length - MOST_NAMED} more` : "";
    const what = `This was not made by lfads, and a build would overwrite it: ${found.slice(0, MOST_NAMED).join(", ")}${more}.`;
    const hint =
      "lfads import describes such runs; in its lfadsfile, leave `imported` where it is. Give new runs a runCollection(…) of another name.";
    return [{ kind: "config", where, what, hint }];
  });
}
