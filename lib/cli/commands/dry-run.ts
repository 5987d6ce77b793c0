import { type Plan, select, type Verdict } from "#lib/build/index.js";
import { ok } from "#lib/result.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { exitCode } from "../exit-code.js";
import { formatReason } from "../format-reason.js";
import { formatTable } from "../format-table.js";
import { withWorkspace } from "../open-workspace.js";
import { painter } from "../paint.js";

/** What a build would do, and the first reason of each target; runs nothing. */
export async function dryRun(
  context: CommandContext,
  patterns: readonly string[],
  json: boolean,
): Promise<CommandResult> {
  return withWorkspace(context, {}, async ({ graph, session }) => {
    const labels = select(graph, patterns);
    if (!labels.ok) return labels;
    const plan = await session.plan(labels.value);
    const { terminal } = context;
    terminal.out(json ? `${JSON.stringify(planJson(plan))}\n` : planText(plan, terminal.outColour));
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

function planText(plan: Plan, colour: boolean): string {
  const paint = painter(colour);
  const rows = plan.nodes.flatMap(({ target: { label } }) => {
    const verdict = plan.verdicts.get(label)!;
    return verdict.kind === "fresh" ? [] : [[words[verdict.kind], label, firstReason(verdict)]];
  });
  if (rows.length === 0) return `All ${plan.counts.total} targets are fresh.\n`;
  const { total, fresh, restore, run, maybe, blocked } = plan.counts;
  const counts = [`${run} to run`, `${restore} to restore`, `${maybe} may run`, `${fresh} fresh`];
  if (blocked > 0) counts.push(`${blocked} blocked`);
  const table = formatTable([{ title: "would" }, { title: "target" }, { title: "because" }], rows, (cell, row) =>
    row < 0 ? paint("dim", cell) : cell,
  );
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

function planJson(plan: Plan): unknown {
  const targets = plan.nodes.map(({ target: { label, rule } }) => ({ label, rule, ...plan.verdicts.get(label)! }));
  return { counts: plan.counts, targets };
}
