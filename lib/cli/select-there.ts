import { select } from "#lib/build/index.js";
import type { Failure } from "#lib/failure.js";
import type { Result } from "#lib/result.js";
import type { Workspace } from "./open-workspace.js";

/** What patterns mean to a command that looks at what there is: with the targets on demand that were made. */
export function selectThere(
  { graph, session }: Pick<Workspace, "graph" | "session">,
  patterns: readonly string[],
): Result<readonly string[], readonly Failure[]> {
  return select(graph, patterns, (label) => session.show(label).key !== undefined);
}
