/** Why targets are stale: each change once, and under it what it makes stale. */
import type { Cause, Change, Restored, StaleTarget, Verdict } from "#lib/build/index.js";
import { formatReason } from "./format-reason.js";
import { formatTable } from "./format-table.js";
import { formatTime } from "./format-time.js";
import { joinSummaries } from "./join-summaries.js";
import type { Paint } from "./paint.js";

export const verdictWords: Record<Verdict["kind"], string> = {
  fresh: "fresh",
  restore: "restore",
  run: "run",
  maybe: "may run",
  blocked: "blocked",
};

/** Of a cause, targets that are named without --verbose. */
export const MOST_TARGETS = 20;

/** Of each cause at most so many targets are named. */
export function formatCauses(causes: readonly Cause[], most: number, paint: Paint): string[] {
  return joinSummaries(causes).flatMap((cause, i) => [...(i > 0 ? [""] : []), ...causeLines(cause, most, paint)]);
}

function causeLines({ changes, targets }: Cause, most: number, paint: Paint): string[] {
  const own = new Set(targets.map(({ label }) => label));
  const rows = targets.slice(0, most).map((target) => [verdictWords[target.would], target.label, besides(target)]);
  const columns = [{ title: "" }, { title: "" }, { title: "" }];
  const [, ...table] = formatTable(columns, rows, (cell, _, column) => (column === 2 ? paint("dim", cell) : cell));
  const more = targets.length > most ? [`  and ${targets.length - most} more`] : [];
  return [
    ...changes.map((change) => paint("bold", formatChange(change, own))),
    ...table.map((line) => `  ${line}`),
    ...more,
  ];
}

/** `c_keep_prob: 0.95 → 0.9`; where it happened, unless that is one of `own`. */
function formatChange({ reasons, at }: Change, own: ReadonlySet<string>): string {
  const text = `${formatReason(reasons[0]!)}${andMore(reasons.length - 1)}`;
  return at.length === 0 || at.some((label) => own.has(label)) ? text : `${text} (${at[0]}${andMore(at.length - 1)})`;
}

function andMore(count: number): string {
  return count > 0 ? ` and ${count} more` : "";
}

function besides({ unlike, after, from }: StaleTarget): string {
  const parts: string[] = [];
  if (unlike) parts.push(`unlike ${unlike}`);
  if (after.length > 0) parts.push(`after ${after[0]}${andMore(after.length - 1)}`);
  if (from) parts.push(formatOrigin(from));
  return parts.join("; ");
}

/** `from the store: made by a:train, 2026-11-21 14:02, host` */
export function formatOrigin({ madeBy: { label, startedAt, host }, inPlace }: Restored): string {
  return `${inPlace ? "in place" : "from the store"}: made by ${label}, ${formatTime(startedAt)}, ${host}`;
}
