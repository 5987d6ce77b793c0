import { availableParallelism } from "node:os";
import { type BuildEstimate, type Plan, select, type Target, threadsOf, type Verdict } from "#lib/build/index.js";
import { formatBytes } from "#lib/format-bytes.js";
import { err, ok } from "#lib/result.js";
import { memoryOfRuns } from "#rules/run-memory.js";
import { checkForeignRuns } from "../check-foreign-runs.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { neededDatasets, readInfos } from "../dataset-infos.js";
import { exitCode } from "../exit-code.js";
import { formatCauses, MOST_TARGETS, verdictWords } from "../format-cause.js";
import { formatReason } from "../format-reason.js";
import { formatSeconds } from "../format-seconds.js";
import { type Column, dimHeader, formatTable } from "../format-table.js";
import { withWorkspace } from "../open-workspace.js";
import { type Paint, painter } from "../paint.js";
import { restrictToRuns } from "../runs/restrict-to-runs.js";

export interface DryRunOptions {
  readonly json?: boolean;
  readonly jobs?: number;
  /** Bytes. */
  readonly memory?: number;
  /** Comparisons as `c_gen_dim>64`. */
  readonly where?: readonly string[];
  /** The causes first, each with all that it makes stale. */
  readonly explain?: boolean;
}

/** What a build would do, about how long that takes, and the first reason of each target; runs nothing. */
export async function dryRun(
  context: CommandContext,
  patterns: readonly string[],
  { json = false, jobs = availableParallelism(), memory: memoryBytes, explain = false, where = [] }: DryRunOptions,
): Promise<CommandResult> {
  const options = { jobs, ...(memoryBytes === undefined ? {} : { memoryBytes }) };
  return withWorkspace(context, options, async (workspace) => {
    const { project, graph, session } = workspace;
    const meant = select(graph, patterns);
    if (!meant.ok) return meant;
    const labels = where.length > 0 ? await restrictToRuns(workspace, meant.value, where) : meant;
    if (!labels.ok) return labels;
    const plan = await session.plan(labels.value);
    const foreign = checkForeignRuns({ project, graph, session }, plan);
    if (foreign.length > 0) return err(foreign);
    const memoryOf = memoryOfRuns(project, readInfos(neededDatasets(project)));
    const memory: Memory = (target) => memoryOf(target.label, threadsOf(target, jobs));
    // Always with all threads: near enough for an estimate, and each target's memory is worked out once.
    const estimate = await session.estimate(plan, { memoryOf: (label) => memory(graph.byLabel.get(label)!.target) });
    const causes = explain ? await session.explain(plan, [...plan.verdicts.keys()]) : undefined;
    const { terminal, verbose } = context;
    const paint = painter(terminal.outColour);
    if (json) terminal.out(`${JSON.stringify({ ...planJson(plan, memory, estimate), causes })}\n`);
    else {
      const told = formatCauses(causes ?? [], verbose ? Number.POSITIVE_INFINITY : MOST_TARGETS, paint);
      const lines = [...told, ...(told.length > 0 ? [""] : []), ...planText(plan, memory, estimate, jobs, paint)];
      terminal.out(`${lines.join("\n")}\n`);
    }
    return ok(exitCode.fine);
  });
}

/** Bytes with all threads that the target can have; 0 when it is little or not known yet. */
type Memory = (target: Target) => number;

const columns: readonly Column[] = [
  { title: "would" },
  { title: "target" },
  { title: "about", align: "right" },
  { title: "memory", align: "right" },
  { title: "because" },
];

function planText(plan: Plan, memory: Memory, estimate: BuildEstimate, jobs: number, paint: Paint): string[] {
  const unknown = estimate.unknown === estimate.targets.size ? "" : "?";
  const rows = plan.nodes.flatMap(({ target }) => {
    const verdict = plan.verdicts.get(target.label)!;
    if (verdict.kind === "fresh") return [];
    const seconds = estimate.targets.get(target.label);
    const about = seconds === undefined ? "" : seconds === null ? unknown : formatSeconds(seconds);
    const bytes = memory(target);
    const memoryText = bytes > 0 ? formatBytes(bytes) : "";
    return [[verdictWords[verdict.kind], target.label, about, memoryText, firstReason(verdict)]];
  });
  if (rows.length === 0) return [`All ${plan.counts.total} targets are fresh.`];
  const { total, fresh, restore, run, maybe, blocked } = plan.counts;
  const counts = [`${run} to run`, `${restore} to restore`, `${maybe} may run`, `${fresh} fresh`];
  if (blocked > 0) counts.push(`${blocked} blocked`);
  const table = formatTable(columns, rows, dimHeader(paint));
  const time = timeText(plan, estimate, jobs);
  return [...table, "", `${total} targets: ${counts.join(", ")}.`, ...(time === undefined ? [] : [time])];
}

/** `About 12:30 with 2 jobs, if all that may run does; 3 targets are not counted: nothing like them ran here yet.` */
function timeText({ counts }: Plan, { seconds, unknown, targets }: BuildEstimate, jobs: number): string | undefined {
  if (targets.size === 0) return undefined;
  if (unknown === targets.size) return "How long it takes is not known: nothing like it ran here yet.";
  const condition = counts.maybe > 0 ? ", if all that may run does" : "";
  const about = `About ${formatSeconds(seconds)} with ${jobs} ${jobs === 1 ? "job" : "jobs"}${condition}`;
  if (unknown === 0) return `${about}.`;
  return `${about}; ${unknown} ${unknown === 1 ? "target is" : "targets are"} not counted: nothing like it ran here yet.`;
}

function firstReason(verdict: Verdict): string {
  if (verdict.kind === "fresh") return "";
  if (verdict.kind === "blocked") return verdict.failure.what;
  const [first, ...others] = verdict.reasons;
  if (!first) return "";
  const text = first.kind === "upstream" ? `${first.target} runs first` : formatReason(first);
  return others.length > 0 ? `${text} (and ${others.length} more)` : text;
}

function planJson(plan: Plan, memory: Memory, { seconds, unknown, targets: times }: BuildEstimate) {
  const targets = plan.nodes.map(({ target }) => {
    const { label, rule } = target;
    const estimated = times.has(label) ? { seconds: times.get(label) } : {};
    return { label, rule, memoryBytes: memory(target) || null, ...estimated, ...plan.verdicts.get(label)! };
  });
  return { counts: plan.counts, estimate: { seconds, unknown }, targets };
}
