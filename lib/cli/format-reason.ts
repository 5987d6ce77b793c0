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
  if (typeof old === "string" && typeof now === "string" && `${old}${now}`.includes("\n"))
    return formatText(path, old, now);
  const name = shownParam(path);
  const known = name === path ? undefined : runParamsTable.find((param) => param.name === name);
  const side = (json: unknown) => (json === undefined && known ? `${value(known.default)} (default)` : value(json));
  return changed(name, side(old), side(now));
}

/** `text: "2 runs" → "3 runs"`, `c_keep_prob: 0.98 → 0.9` */
function formatText(path: string, old: string, now: string): string {
  const [before, after] = differingLines(old, now);
  const name = nameIn(before);
  if (!before || !after || name === undefined || name !== nameIn(after))
    return changed(path, value(before), value(after));
  return changed(name.slice(0, -1), before.slice(name.length + 1), after.slice(name.length + 1));
}

function changed(name: string, before: string, after: string): string {
  return `${name}: ${differingParts(before, after).join(" → ")}`;
}

/** Of texts the first line in which they differ; of those with as many lines the first that names a value. */
function differingLines(old: string, now: string): readonly [old: string | undefined, now: string | undefined] {
  const [before, after] = [old.split("\n"), now.split("\n")];
  const differing = Array.from({ length: Math.max(before.length, after.length) }, (_, i) => i).filter(
    (i) => before[i] !== after[i],
  );
  const named = differing.find((i) => nameIn(before[i]) !== undefined && nameIn(before[i]) === nameIn(after[i]));
  const at = before.length === after.length && named !== undefined ? named : differing[0]!;
  return [before[at]?.trim(), after[at]?.trim()];
}

/** Of `c_keep_prob: 0.9` what stands before the value. */
function nameIn(line: string | undefined): string | undefined {
  return /^\s*\w+: /.exec(line ?? "")?.[0].trim();
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
