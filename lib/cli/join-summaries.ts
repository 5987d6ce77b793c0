/** A collection's summary restates its settings: what changed of its text is what changed of its runs. */
import type { Cause, StaleReason } from "#lib/build/index.js";

const SUMMARY = ":summary";

/** Summaries that are stale for their text alone go, last, with the change that their collection's runs are stale for. */
export function joinSummaries(causes: readonly Cause[]): Cause[] {
  const joined = new Map<Cause, Cause["targets"][number][]>();
  const left = causes.flatMap((cause) => {
    if (!isOfText(cause)) return [cause];
    const targets = cause.targets.filter((target) => {
      const other = causeOfRuns(causes, target.label.slice(0, -SUMMARY.length));
      if (other) joined.set(other, [...(joined.get(other) ?? []), target]);
      return !other;
    });
    return targets.length > 0 ? [{ ...cause, targets }] : [];
  });
  return left.map((cause) => ({ ...cause, targets: [...cause.targets, ...(joined.get(cause) ?? [])] }));
}

function isOfText({ changes, targets }: Cause): boolean {
  const isText = (reason: StaleReason) => reason.kind === "param" && reason.path === "text";
  return targets.every(({ label }) => label.endsWith(SUMMARY)) && changes.every(({ reasons }) => reasons.every(isText));
}

/** New values first, then what was not there at all. */
function causeOfRuns(causes: readonly Cause[], collection: string): Cause | undefined {
  const own = causes.filter(({ targets }) => targets.some(({ label }) => label.startsWith(`${collection}/`)));
  const because = (kind: StaleReason["kind"]) =>
    own.find(({ changes }) => changes.some(({ reasons }) => reasons.some((reason) => reason.kind === kind)));
  return because("param") ?? because("never-built");
}
