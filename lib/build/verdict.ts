/** What a build would do with a target, and why. */
import type { Failure } from "#lib/failure.js";
import type { PlanCounts } from "./events.js";
import type { GraphNode } from "./graph.js";
import type { Restored } from "./restored.js";
import type { StaleReason } from "./stale-reason.js";

export type Verdict =
  | { readonly kind: "fresh"; readonly key: string }
  /** The store has the outputs of this key (or they are in place and only a link is missing). */
  | {
      readonly kind: "restore";
      readonly key: string;
      readonly reasons: readonly StaleReason[];
      readonly from: Restored;
    }
  | { readonly kind: "run"; readonly key: string; readonly reasons: readonly StaleReason[] }
  /** Something upstream runs first; if that comes out the same, this target may stay fresh. */
  | { readonly kind: "maybe"; readonly reasons: readonly StaleReason[] }
  /** An input file of the user's cannot be read. */
  | { readonly kind: "blocked"; readonly failure: Failure };

export interface Plan {
  /** The selected targets and all that they need, inputs first. */
  readonly nodes: readonly GraphNode[];
  readonly verdicts: ReadonlyMap<string, Verdict>;
  readonly counts: PlanCounts;
}
