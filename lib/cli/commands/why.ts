import type { TargetReport } from "#lib/build/index.js";
import { ok } from "#lib/result.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { exitCode } from "../exit-code.js";
import { formatCauses, MOST_TARGETS } from "../format-cause.js";
import { formatSeconds } from "../format-seconds.js";
import { formatTime } from "../format-time.js";
import { withWorkspace } from "../open-workspace.js";
import { painter } from "../paint.js";
import { restrictToRuns } from "../runs/restrict-to-runs.js";
import { selectThere } from "../select-there.js";

export interface WhyOptions {
  /** Comparisons as `c_gen_dim>64`: only of what belongs to runs of which all hold. */
  readonly where?: readonly string[];
  readonly json?: boolean;
}

/** Why targets are stale: the first causes up the graph, with old and new values; and since when the others are fresh. */
export async function why(
  context: CommandContext,
  patterns: readonly string[],
  options: WhyOptions,
): Promise<CommandResult> {
  return withWorkspace(context, {}, async (workspace) => {
    const { session } = workspace;
    const selected = selectThere(workspace, patterns);
    const { where = [] } = options;
    const labels = selected.ok && where.length > 0 ? await restrictToRuns(workspace, selected.value, where) : selected;
    if (!labels.ok) return labels;
    const plan = await session.plan(labels.value);
    const causes = await session.explain(plan, labels.value);
    const fresh = labels.value.filter((label) => plan.verdicts.get(label)!.kind === "fresh");
    const { terminal } = context;
    const most = context.verbose || options.json ? Number.POSITIVE_INFINITY : MOST_TARGETS;
    const reports = fresh.length > most ? [] : fresh.map((label) => session.show(label));
    if (options.json) {
      terminal.out(`${JSON.stringify({ causes, fresh: reports.map(freshJson) })}\n`);
      return ok(exitCode.fine);
    }
    const lines = formatCauses(causes, most, painter(terminal.outColour));
    const freshLines = fresh.length > most ? [`${fresh.length} targets are fresh.`] : reports.map(freshLine);
    const parts = [lines, freshLines].filter((part) => part.length > 0).map((part) => part.join("\n"));
    terminal.out(`${parts.join("\n\n")}\n`);
    return ok(exitCode.fine);
  });
}

/** `a:train is fresh since 2026-11-21 14:02: it ran in 1:20 (on wolf).` */
function freshLine({ label, lastBuild, record }: TargetReport): string {
  if (!lastBuild) return `${label} is fresh.`;
  const { how, endedAt, seconds } = lastBuild;
  const start = `${label} is fresh since ${formatTime(endedAt)}:`;
  const took = formatSeconds(seconds);
  if (how === "imported") return `${start} it was imported.`;
  if (how === "ran") return `${start} it ran${record ? ` on ${record.provenance.host}` : ""} in ${took}.`;
  if (!record) return `${start} it was restored.`;
  const { label: maker, host, startedAt } = record.provenance;
  return `${start} it was restored; ${maker} had run on ${host} on ${formatTime(startedAt)} in ${took}.`;
}

function freshJson({ label, lastBuild, record }: TargetReport) {
  return { label, lastBuild, madeBy: record?.provenance };
}
