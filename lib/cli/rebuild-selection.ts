/** What `lfads audit --rebuild` asks for. */
import type { AuditReport } from "#lib/audit/audit-report.js";
import { chooseShare } from "#lib/audit/choose-share.js";
import { reachesDependents } from "#lib/audit/finding.js";
import type { ActionRecord } from "#lib/build/index.js";
import type { Failure } from "#lib/failure.js";
import { err, ok, type Result } from "#lib/result.js";

export interface RebuildRequest {
  /** Patterns of labels; none: what is audited. */
  readonly patterns: readonly string[];
  readonly percent: number;
}

/** `asked`: the option's values, true when it has none. */
export function rebuildRequest(asked: true | readonly string[]): Result<RebuildRequest, readonly Failure[]> {
  if (asked === true) return ok({ patterns: [], percent: 100 });
  const shares = asked.filter((each) => each.endsWith("%"));
  if (shares.length === 0) return ok({ patterns: asked, percent: 100 });
  const percent = Number(shares[0]!.slice(0, -1));
  if (shares.length === asked.length && shares.length === 1 && percent > 0 && percent <= 100) {
    return ok({ patterns: [], percent });
  }
  const what = `--rebuild takes a share of more than 0% and at most 100%, or labels, and not "${asked.join(" ")}".`;
  return err([{ kind: "usage", what, hint: "As in: lfads audit --rebuild 10%, or lfads audit --rebuild :results." }]);
}

/**
 * The records to make again: of those labels whose results came about as the lfadsfile plans, each key once.
 */
export function recordsToRebuild(
  { targets }: AuditReport,
  labels: ReadonlySet<string>,
  percent: number,
): ReadonlyMap<string, ActionRecord> {
  const byKey = new Map<string, [label: string, record: ActionRecord]>();
  for (const { label, status, findings, record } of targets) {
    if (!labels.has(label) || status === "not-built" || !record || findings.some(reachesDependents)) continue;
    if (!byKey.has(record.key)) byKey.set(record.key, [label, record]);
  }
  return new Map(chooseShare(percent, [...byKey.values()], ([, record]) => record.key));
}
