import { type StaleReason, select, type Verdict } from "#lib/build/index.js";
import { formatFailure } from "#lib/failure.js";
import { ok } from "#lib/result.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { exitCode } from "../exit-code.js";
import { formatReason } from "../format-reason.js";
import { withWorkspace } from "../open-workspace.js";

/** Why targets are stale: the first cause up the graph, with old and new values. */
export async function why(
  context: CommandContext,
  patterns: readonly string[],
  options: { readonly json?: boolean },
): Promise<CommandResult> {
  return withWorkspace(context, {}, async ({ graph, session }) => {
    const labels = select(graph, patterns);
    if (!labels.ok) return labels;
    const plan = await session.plan(labels.value);
    const verdicts = labels.value.map((label) => [label, plan.verdicts.get(label)!] as const);
    const text = options.json
      ? `${JSON.stringify(verdicts.map(([label, verdict]) => ({ label, ...verdict })))}\n`
      : verdicts.map(([label, verdict]) => `${explain(label, verdict)}\n`).join("");
    context.terminal.out(text);
    return ok(exitCode.fine);
  });
}

const words = { restore: "will be restored", run: "is stale", maybe: "may be stale" } as const;

function explain(label: string, verdict: Verdict): string {
  if (verdict.kind === "fresh") return `${label} is fresh.`;
  if (verdict.kind === "blocked") return `${label} is blocked: ${formatFailure(verdict.failure)}`;
  return [`${label} ${words[verdict.kind]}:`, ...verdict.reasons.flatMap((reason) => reasonLines(reason, "  "))].join(
    "\n",
  );
}

function reasonLines(reason: StaleReason, indent: string): string[] {
  const inner = (reasons: readonly StaleReason[]) => reasons.flatMap((each) => reasonLines(each, `${indent}  `));
  if (reason.kind === "upstream") {
    return [`${indent}it needs ${reason.target}, which runs first:`, ...inner(reason.reasons)];
  }
  if (reason.kind === "never-built" && reason.closest) {
    const { target, differences } = reason.closest;
    return [`${indent}never built here; unlike ${target}:`, ...inner(differences)];
  }
  return [`${indent}${formatReason(reason)}`];
}
