/**
 * A build: first the recordings are read and checked against the parameters, then the rest runs.
 * So a setting that cannot fit the data stops the build before anything is trained, and all recordings that cannot be
 * used are told before that, also where a build else ends at the first failure. Where a filter goes by what is in the
 * recordings, all of them are read before that, and the project is planned again.
 */
import { type BuildResult, countOutcomes, type Graph, type Plan, select } from "#lib/build/index.js";
import { checkFilters } from "#lib/config/filter-datasets.js";
import type { Project } from "#lib/config/project.js";
import type { Failure } from "#lib/failure.js";
import { err, ok, type Result } from "#lib/result.js";
import { filterReads, neededDatasets, readInfos } from "./dataset-infos.js";
import type { Workspace } from "./open-workspace.js";

export interface BuildProjectOptions {
  readonly labels: readonly string[];
  /** Labels of targets for patterns, where that is not `select`. */
  readonly choose?: (graph: Graph, labels: readonly string[]) => Result<readonly string[], readonly Failure[]>;
  /** Only what belongs to runs of which all of these hold, as `c_gen_dim>64`. */
  readonly where?: readonly string[] | undefined;
  readonly keepGoing: boolean;
  readonly signal: AbortSignal;
  /** The recordings that filters ask about were read in this build: what that did. */
  readonly read?: BuildResult | undefined;
  /** Called with what is to be done before any of it runs, unless all is fresh. */
  readonly onPlan?: (plan: Plan) => Promise<void>;
}

export type BuildOutcome =
  | { readonly kind: "all-fresh"; readonly labels: readonly string[]; readonly plan: Plan }
  /** Filters may say something else now: the project is to be loaded again. */
  | { readonly kind: "recordings-read"; readonly result: BuildResult }
  | { readonly kind: "built"; readonly labels: readonly string[]; readonly result: BuildResult };

/** `labels` are patterns as `select` takes them. Failures are of the command line or the configuration. */
export async function buildProject(
  workspace: Workspace,
  options: BuildProjectOptions,
): Promise<Result<BuildOutcome, readonly Failure[]>> {
  const { project, graph, session } = workspace;
  const { where = [], keepGoing, signal, read } = options;
  const asked = read ? [] : filterReads(project, graph);
  if (asked.length > 0) {
    const { counts } = await session.plan(asked);
    if (counts.fresh < counts.total) {
      const result = await session.run({ labels: asked, keepGoing: true, signal });
      const isOver = result.interrupted || (!result.ok && !keepGoing);
      return ok(isOver ? { kind: "built", labels: asked, result } : { kind: "recordings-read", result });
    }
  }
  const emptied = checkFilters(project);
  if (emptied.length > 0) return err(emptied);
  const meant = (options.choose ?? select)(graph, options.labels);
  if (!meant.ok) return meant;
  const selection = where.length > 0 ? await restricted(workspace, meant.value, where) : meant;
  if (!selection.ok) return selection;
  const labels = selection.value;
  const plan = await session.plan(labels);
  const built = (result: BuildResult): Result<BuildOutcome, never> =>
    ok({ kind: "built", labels, result: read ? joinResults(read, result) : result });
  if (plan.counts.fresh === plan.counts.total) {
    return read ? ok({ kind: "built", labels, result: read }) : ok({ kind: "all-fresh", labels, plan });
  }
  const { checkForeignRuns } = await import("./check-foreign-runs.js");
  const foreign = checkForeignRuns({ project, graph, session }, plan);
  if (foreign.length > 0) return err(foreign);
  await options.onPlan?.(plan);

  const concerned = collectionsOf(project, plan);
  const datasets = neededDatasets(concerned);
  if (datasets.length === 0) {
    // Nothing of a collection: recordings, and what makes them.
    return built(await session.run({ labels, keepGoing: true, signal }));
  }
  const checked = await session.run({ labels: datasets.map((dataset) => dataset.label), keepGoing: true, signal });
  if (checked.interrupted || (!checked.ok && !keepGoing)) return built(checked);
  const infos = readInfos(datasets);
  const { checkFit } = await import("#lib/config/check-fit.js");
  const misfits = checkFit(concerned, infos);
  if (misfits.length > 0) return err(misfits);

  const failed = new Set(checked.failures.map((failure) => failure.target));
  const left = labels.filter((label) => !failed.has(label));
  const { memoryOfRuns } = await import("#rules/run-memory.js");
  const rest = await session.run({ labels: left, memoryOf: memoryOfRuns(concerned, infos), keepGoing, signal });
  return built(joinResults(checked, rest));
}

async function restricted(workspace: Workspace, labels: readonly string[], where: readonly string[]) {
  return (await import("./runs/restrict-to-runs.js")).restrictToRuns(workspace, labels, where);
}

/** The project with settings only for collections that the plan has targets of; their places stay as they are. */
function collectionsOf(project: Project, plan: Plan): Project {
  const labels = plan.nodes.map((node) => node.target.label);
  const concerned = ({ name }: { name: string }) =>
    labels.some((label) => label.startsWith(`${name}/`) || label.startsWith(`${name}:`));
  const collections = project.collections.map((each) => (concerned(each) ? each : { ...each, params: [] }));
  return { ...project, collections };
}

/** Both runs as one; a target that was in both counts as the second run saw it, unless the first made it. */
function joinResults(first: BuildResult, second: BuildResult): BuildResult {
  const outcomes = new Map(first.outcomes);
  for (const [label, outcome] of second.outcomes) {
    if (!outcomes.has(label) || outcome !== "fresh") outcomes.set(label, outcome);
  }
  return {
    ok: first.ok && second.ok,
    interrupted: second.interrupted,
    seconds: first.seconds + second.seconds,
    failures: [...first.failures, ...second.failures],
    outcomes,
    counts: countOutcomes(outcomes.values()),
  };
}
