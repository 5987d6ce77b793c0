/** Why a target is stale, in words. */
import type { StaleReason } from "#lib/build/index.js";
import { formatFailure } from "#lib/failure.js";
import { runParamsTable } from "#lib/params/run-params-table.js";
import { differingParts } from "./differing-parts.js";
import { shownParam } from "./shown-param.js";

type Reason<K extends StaleReason["kind"]> = Extract<StaleReason, { kind: K }>;

/** From the closest relative of a target that was never built. */
const MOST_DIFFERENCES = 3;

/** One line; for a cause up the graph, that cause. */
export function formatReason(reason: StaleReason): string {
  switch (reason.kind) {
    case "never-built":
      return neverBuilt(reason);
    case "param":
      return formatParam(reason);
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
    case "blocked":
      return formatFailure(reason.failure).split("\n")[0]!;
    case "upstream":
      return `${reason.target}: ${reason.reasons.map(formatReason).join("; ") || "runs first"}`;
  }
}

function neverBuilt({ closest }: Reason<"never-built">): string {
  if (!closest) return "never built here";
  const { target, differences } = closest;
  if (differences.length === 0) return `never built here; the same as ${target}`;
  const some = differences.slice(0, MOST_DIFFERENCES).map(formatReason).join("; ");
  const more = differences.length - MOST_DIFFERENCES;
  return `never built here; unlike ${target}: ${some}${more > 0 ? `; and ${more} more` : ""}`;
}

/** A run parameter by its name alone, and with its default where that is not part of the key. */
function formatParam({ path, old, new: now }: Reason<"param">): string {
  const name = shownParam(path);
  const known = name === path ? undefined : runParamsTable.find((param) => param.name === name);
  const [before, after] = differingLines(old, now);
  const side = (json: unknown) => (json === undefined && known ? `${value(known.default)} (default)` : value(json));
  return `${name}: ${differingParts(side(before), side(after)).join(" → ")}`;
}

/** Of texts the first line in which they differ. */
function differingLines(old: unknown, now: unknown): readonly [unknown, unknown] {
  if (typeof old !== "string" || typeof now !== "string" || !`${old}${now}`.includes("\n")) return [old, now];
  const [before, after] = [old.split("\n"), now.split("\n")];
  const first = after.findIndex((line, i) => line !== before[i]);
  const at = first < 0 ? after.length : first;
  return [before[at]?.trim(), after[at]?.trim()];
}

function formatInput(reason: Reason<"input">): string {
  const file = reason.path ?? reason.from;
  if (reason.oldDigest === undefined) return `new input ${reason.name}: ${file}`;
  if (reason.newDigest === undefined) return `input ${reason.name} no longer has ${reason.file}`;
  return `content of ${file}: ${digest(reason.oldDigest)} → ${digest(reason.newDigest)}`;
}

function value(json: unknown): string {
  return json === undefined ? "(not set)" : JSON.stringify(json);
}

/** Enough of a digest to tell two apart. */
function digest(hex: string): string {
  return hex.slice(0, 12);
}
