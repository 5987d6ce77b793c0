import { availableParallelism } from "node:os";
import { type Plan, select, type Target, threadsOf, type Verdict } from "#lib/build/index.js";
import { formatBytes } from "#lib/format-bytes.js";
import { ok } from "#lib/result.js";
import { memoryOfRuns } from "#rules/run-memory.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { neededDatasets, readInfos } from "../dataset-infos.js";
import { exitCode } from "../exit-code.js";
import { formatReason } from "../format-reason.js";
import { type Column, formatTable } from "../format-table.js";
import { withWorkspace } from "../open-workspace.js";
import { painter } from "../paint.js";

/** What a build would do, and the first reason of each target, and its memory where that is much; runs nothing. */
export async function dryRun(
  context: CommandContext,
  patterns: readonly string[],
  { json = false, jobs = availableParallelism() }: { readonly json?: boolean; readonly jobs?: number },
): Promise<CommandResult> {
  return withWorkspace(context, {}, async ({ project, graph, session }) => {
    const labels = select(graph, patterns);
    if (!labels.ok) return labels;
    const plan = await session.plan(labels.value);
    const { terminal } = context;
    const memoryOf = memoryOfRuns(project, readInfos(neededDatasets(project)));
    const memory: Memory = (target) => memoryOf(target.label, threadsOf(target, jobs));
    terminal.out(json ? `${JSON.stringify(planJson(plan, memory))}\n` : planText(plan, memory, terminal.outColour));
    return ok(exitCode.fine);
  });
}

const words: Record<Verdict["kind"], string> = {
  fresh: "fresh",
  restore: "restore",
  run: "run",
  maybe: "may run",
  blocked: "blocked",
};

/** Bytes with all threads that the target can have; 0 when it is little or not known yet. */
type Memory = (target: Target) => number;

function planText(plan: Plan, memory: Memory, colour: boolean): string {
  const paint = painter(colour);
  const rows = plan.nodes.flatMap(({ target }) => {
    const verdict = plan.verdicts.get(target.label)!;
    if (verdict.kind === "fresh") return [];
    const bytes = memory(target);
    return [[words[verdict.kind], target.label, bytes > 0 ? formatBytes(bytes) : "", firstReason(verdict)]];
  });
  if (rows.length === 0) return `All ${plan.counts.total} targets are fresh.\n`;
  const { total, fresh, restore, run, maybe, blocked } = plan.counts;
  const counts = [`${run} to run`, `${restore} to restore`, `${maybe} may run`, `${fresh} fresh`];
  if (blocked > 0) counts.push(`${blocked} blocked`);
  const columns: Column[] = [
    { title: "would" },
    { title: "target" },
    { title: "memory", align: "right" },
    { title: "because" },
  ];
  const table = formatTable(columns, rows, (cell, row) => (row < 0 ? paint("dim", cell) : cell));
  return `${table.join("\n")}\n\n${total} targets: ${counts.join(", ")}.\n`;
}

function firstReason(verdict: Verdict): string {
  if (verdict.kind === "fresh") return "";
  if (verdict.kind === "blocked") return verdict.failure.what;
  const [first, ...others] = verdict.reasons;
  if (!first) return "";
  const text = first.kind === "upstream" ? `${first.target} runs first` : formatReason(first);
  return others.length > 0 ? `${text} (and ${others.length} more)` : text;
}

function planJson(plan: Plan, memory: Memory): unknown {
  const targets = plan.nodes.map(({ target }) => {
    const { label, rule } = target;
    return { label, rule, memoryBytes: memory(target) || null, ...plan.verdicts.get(label)! };
  });
  return { counts: plan.counts, targets };
}
