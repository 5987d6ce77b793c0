/** Why a target is stale, in words. */
import type { StaleReason } from "#lib/build/index.js";

/** One line; for a cause up the graph, that cause. */
export function formatReason(reason: StaleReason): string {
  switch (reason.kind) {
    case "never-built":
      return reason.closest
        ? `never built here; unlike ${reason.closest.target}: ${reason.closest.differences.map(formatReason).join("; ")}`
        : "never built here";
    case "param":
      return `${reason.path}: ${change(reason.old, reason.new)}`;
    case "input":
      return formatInput(reason);
    case "rule":
      return `version of the rule: ${reason.old} → ${reason.new}`;
    case "output-missing":
      return `output missing: ${reason.path}`;
    case "output-changed":
      return `output changed since it was made: ${reason.path} (${digest(reason.oldDigest)} → ${digest(reason.newDigest)})`;
    case "link":
      return `link missing or changed: ${reason.path}`;
    case "moved":
      return `output folder: ${reason.old} → ${reason.new}`;
    case "unrecorded":
      return "something changed; the record of the last build is gone, so what is not known";
    case "upstream":
      return `${reason.target}: ${reason.reasons.map(formatReason).join("; ") || "runs first"}`;
  }
}

function formatInput(reason: Extract<StaleReason, { kind: "input" }>): string {
  const file = reason.path ?? reason.file;
  if (reason.oldDigest === undefined) return `new input ${reason.name}: ${file}`;
  if (reason.newDigest === undefined) return `input ${reason.name} no longer has ${reason.file}`;
  return `content of ${file}: ${digest(reason.oldDigest)} → ${digest(reason.newDigest)}`;
}

/** Old and new value; of long ones what lies around their first difference. */
function change(old: unknown, now: unknown): string {
  const [before, after] = [value(old), value(now)];
  let same = 0;
  while (same < before.length && before[same] === after[same]) same++;
  const from = Math.max(before.length, after.length) > longest ? Math.max(0, same - longest / 4) : 0;
  return `${excerpt(before, from)} → ${excerpt(after, from)}`;
}

const longest = 80;

function excerpt(text: string, from: number): string {
  return `${from > 0 ? "…" : ""}${text.slice(from, from + longest)}${text.length > from + longest ? "…" : ""}`;
}

function value(json: unknown): string {
  return json === undefined ? "(not set)" : JSON.stringify(json);
}

/** Enough of a digest to tell two apart. */
function digest(hex: string): string {
  return hex.slice(0, 12);
}
