import type { BuildContext } from "./build-context.js";
import type { Cause, StaleTarget } from "./cause.js";
import { ChangeSet } from "./change-set.js";
import { closestOfFamily } from "./closest-of-family.js";
import { explainOwnChange } from "./explain.js";
import type { GraphNode } from "./graph.js";
import { RecordHistory } from "./record-history.js";
import type { StaleReason } from "./stale-reason.js";
import type { Plan, Verdict } from "./verdict.js";

/**
 * The causes of all of `labels` that are not fresh in the plan, in the graph's order of their first targets. Reads the
 * records of stale targets, and all of them where an input was made again since its reader was built.
 */
export function findCauses(plan: Plan, labels: readonly string[], context: BuildContext): Cause[] {
  return new CauseFinder(plan, context).find(new Set(labels));
}

class CauseFinder {
  readonly #plan: Plan;
  readonly #context: BuildContext;
  readonly #history: RecordHistory;
  readonly #known = new Map<string, ChangeSet>();

  constructor(plan: Plan, context: BuildContext) {
    this.#plan = plan;
    this.#context = context;
    this.#history = new RecordHistory(context.records);
  }

  find(labels: ReadonlySet<string>): Cause[] {
    const causes = new Map<string, { changes: ChangeSet; targets: StaleTarget[] }>();
    for (const node of this.#plan.nodes) {
      const { label } = node.target;
      const verdict = this.#plan.verdicts.get(label)!;
      const changes = this.#changesOf(node, verdict);
      if (!labels.has(label) || verdict.kind === "fresh") continue;
      const cause = causes.get(changes.id) ?? { changes: new ChangeSet(), targets: [] };
      cause.changes.addAll(changes);
      cause.targets.push(staleTarget(label, verdict));
      causes.set(changes.id, cause);
    }
    return [...causes.values()].map(({ changes, targets }) => ({ changes: changes.list(), targets }));
  }

  /** Inputs come first in the plan, so theirs are known. */
  #changesOf(node: GraphNode, verdict: Verdict): ChangeSet {
    const { label } = node.target;
    const changes = new ChangeSet();
    this.#known.set(label, changes);
    if (verdict.kind === "maybe") {
      for (const { target } of node.inputs) {
        const restored = this.#plan.verdicts.get(target.label)!.kind === "restore";
        changes.addAll(this.#known.get(target.label)!, restored ? changesContent : undefined);
      }
    }
    for (const reason of this.#ownReasons(node, verdict)) this.#trace(reason, node, changes);
    return changes;
  }

  #ownReasons(node: GraphNode, verdict: Verdict): readonly StaleReason[] {
    switch (verdict.kind) {
      case "fresh":
        return [];
      case "blocked":
        return [{ kind: "blocked", failure: verdict.failure }];
      case "maybe":
        return this.#ownChange(node);
      case "run":
      case "restore":
        return verdict.reasons;
    }
  }

  /** What changed of a target whose inputs are not known yet; nothing where only they can make it stale. */
  #ownChange({ target }: GraphNode): readonly StaleReason[] {
    const { state, records, ruleVersions } = this.#context;
    const now = { rule: target.rule, ruleVersion: ruleVersions[target.rule]!, params: target.params };
    const built = state.target(target.label)?.built;
    const record = built && records.get(built.key);
    if (record) return explainOwnChange(record, now);
    if (built) return [];
    const closest = closestOfFamily(target, (other) => explainOwnChange(other, now), this.#context);
    return closest?.differences ?? [{ kind: "never-built" }];
  }

  /** Adds what a reason of `node` goes back to. */
  #trace(reason: StaleReason, node: GraphNode, changes: ChangeSet): void {
    const { label } = node.target;
    if (reason.kind === "never-built" && reason.closest && reason.closest.differences.length > 0) {
      for (const difference of reason.closest.differences) this.#trace(difference, node, changes);
    } else if (reason.kind === "input") {
      const producer = node.inputs.find((input) => input.target.label === reason.from);
      const before = producer && this.#known.get(producer.target.label)!;
      if (before && before.size > 0) changes.addAll(before);
      else for (const past of this.#history.trace(reason, label)) changes.add(past.reason, [past.at]);
    } else if (!changes.has(reason)) changes.add(withoutClosest(reason), [label]);
  }
}

/** Outputs that were lost or belong elsewhere come back from the store as they were. */
function changesContent({ kind }: StaleReason): boolean {
  return kind === "param" || kind === "rule" || kind === "input";
}

function withoutClosest(reason: StaleReason): StaleReason {
  return reason.kind === "never-built" ? { kind: "never-built" } : reason;
}

function staleTarget(label: string, verdict: Exclude<Verdict, { kind: "fresh" }>): StaleTarget {
  const reasons = verdict.kind === "blocked" ? [] : verdict.reasons;
  const closest = reasons.flatMap((reason) => (reason.kind === "never-built" && reason.closest) || []).at(0);
  return {
    label,
    would: verdict.kind,
    ...(closest && closest.differences.length > 0 ? { unlike: closest.target } : {}),
    after: reasons.flatMap((reason) => (reason.kind === "upstream" ? [reason.target] : [])),
    ...(verdict.kind === "restore" ? { from: verdict.from } : {}),
  };
}
