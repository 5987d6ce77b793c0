/** Loads the lfadsfile, plans its targets and opens a build session over them. */
import { type BuildEvent, type BuildSession, createGraph, type Graph, openSession } from "#lib/build/index.js";
import { findLfadsfile } from "#lib/config/find-lfadsfile.js";
import { loadProject } from "#lib/config/load-project.js";
import type { Project } from "#lib/config/project.js";
import type { Failure } from "#lib/failure.js";
import { err, type Result } from "#lib/result.js";
import { planTargets } from "#rules/plan.js";
import { targetFamily } from "#rules/target-family.js";
import { ruleVersions } from "#rules/versions.js";
import type { CommandContext } from "./command-context.js";

export interface Workspace {
  readonly project: Project;
  readonly graph: Graph;
  readonly session: BuildSession;
}

export interface WorkspaceOptions {
  readonly jobs?: number;
  readonly memoryBytes?: number;
  readonly onEvent?: (event: BuildEvent) => void;
}

/** The module that child processes load the rules from. */
export const rulesModule = new URL("../../rules/index.js", import.meta.url).href;

/** Hands an open workspace to `use` and closes it afterwards. */
export async function withWorkspace<T>(
  context: CommandContext,
  options: WorkspaceOptions,
  use: (workspace: Workspace) => Promise<Result<T, readonly Failure[]>>,
): Promise<Result<T, readonly Failure[]>> {
  const file = context.file ?? findLfadsfile(context.dir);
  if (file === undefined) {
    return err([
      {
        kind: "usage",
        what: `There is no lfadsfile.ts in ${context.dir} or a folder above it.`,
        hint: "lfads init writes one to start from.",
      },
    ]);
  }
  const project = await loadProject(file);
  if (!project.ok) return project;
  const graph = createGraph(planTargets(project.value));
  if (!graph.ok) return graph;
  const session = openSession({
    graph: graph.value,
    dir: project.value.dir,
    ruleVersions,
    family: targetFamily,
    rulesModule,
    hardLinks: project.value.store.hardLinks,
    versions: async () => (await import("./result-versions.js")).resultVersions(),
    ...options,
  });
  try {
    return await use({ project: project.value, graph: graph.value, session });
  } finally {
    await session.close();
  }
}
