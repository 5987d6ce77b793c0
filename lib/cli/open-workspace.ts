/** Loads the lfadsfile, plans its targets and opens a build session over them. */
import type { Executor } from "#lib/build/executor.js";
import { type BuildEvent, type BuildSession, createGraph, type Graph, openSession } from "#lib/build/index.js";
import { storeHome } from "#lib/build/store-home.js";
import { loadProject } from "#lib/config/load-project.js";
import type { Project } from "#lib/config/project.js";
import type { Failure } from "#lib/failure.js";
import type { Result } from "#lib/result.js";
import { distinctTargets, planUnits, type WantedUnits } from "#rules/plan.js";
import type { PlanUnit } from "#rules/plan-unit.js";
import { targetFamily } from "#rules/target-family.js";
import { ruleVersions } from "#rules/versions.js";
import { workOf } from "#rules/work-of.js";
import type { CommandContext } from "./command-context.js";
import { formatWarning } from "./format-warning.js";
import { lfadsfileOf } from "./lfadsfile-of.js";
import { painter } from "./paint.js";
import { recordFileOf } from "./record-file-of.js";
import { rulesModule } from "./rules-module.js";

export interface Workspace {
  readonly project: Project;
  readonly graph: Graph;
  readonly units: readonly PlanUnit[];
  readonly session: BuildSession;
}

export interface WorkspaceOptions {
  readonly jobs?: number;
  readonly memoryBytes?: number;
  /** Only warnings are told when absent. */
  readonly onEvent?: (event: BuildEvent) => void;
  /** Where targets run; the caller closes it, too. Children of this machine, started when needed, when absent. */
  readonly executor?: Executor;
  /** Hash every file, whatever its stamp says. */
  readonly verify?: boolean;
  /** Load the lfadsfile without what earlier commands left of it. */
  readonly anew?: boolean;
  /** Units to plan; all of the project when absent. */
  readonly wanted?: WantedUnits | undefined;
  /** Targets instead of those of the project's runs. */
  readonly plan?: (project: Project) => readonly PlanUnit[];
}

/** Hands an open workspace to `use` and closes it afterwards. */
export async function withWorkspace<T>(
  context: CommandContext,
  options: WorkspaceOptions,
  use: (workspace: Workspace) => Promise<Result<T, readonly Failure[]>>,
): Promise<Result<T, readonly Failure[]>> {
  const file = lfadsfileOf(context);
  if (!file.ok) return file;
  const { wanted, anew = false, plan, ...sessionOptions } = options;
  const project = await loadProject(file.value, { anew });
  if (!project.ok) return project;
  const units = plan ? plan(project.value) : planUnits(project.value, wanted);
  const graph = createGraph(distinctTargets(units));
  if (!graph.ok) return graph;
  const { terminal } = context;
  const session = openSession({
    onEvent: (event) => {
      if (event.type === "warning") terminal.err(`${formatWarning(event, painter(terminal.errColour))}\n`);
    },
    graph: graph.value,
    dir: project.value.dir,
    ruleVersions,
    family: targetFamily,
    workOf,
    rulesModule,
    recordFiles: project.value.collections.flatMap((each) => recordFileOf(project.value, each) ?? []),
    home: storeHome(project.value.store.folder),
    hardLinks: project.value.store.hardLinks,
    versions: async () => (await import("./result-versions.js")).resultVersions(),
    ...sessionOptions,
  });
  try {
    return await use({ project: project.value, graph: graph.value, units, session });
  } finally {
    await session.close();
  }
}
