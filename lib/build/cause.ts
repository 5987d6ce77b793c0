/** Why a selection is stale, told by what brought it about: one change, and all targets that it makes stale. */
import type { Restored } from "./restored.js";
import type { StaleReason } from "./stale-reason.js";
import type { Verdict } from "./verdict.js";

export interface Cause {
  /** What changed; more than one where each of these targets is stale for all of them. */
  readonly changes: readonly Change[];
  /** In the graph's order; a stale target belongs to one cause. */
  readonly targets: readonly StaleTarget[];
}

export interface Change {
  /**
   * One, or the same of several outputs and links. Never `upstream`; an `input` only where the file is the
   * user's, or where it is not known any more how its producer came to make it differently.
   */
  readonly reasons: readonly StaleReason[];
  /** Labels of the targets that it happened to: what is stale because of these is not listed. */
  readonly at: readonly string[];
}

export interface StaleTarget {
  readonly label: string;
  readonly would: Exclude<Verdict["kind"], "fresh">;
  /** Of a target that was never built the most similar one that was: changes are told relative to it. */
  readonly unlike?: string;
  /** What runs first and may come out the same. */
  readonly after: readonly string[];
  /** Of a target that would be restored. */
  readonly from?: Restored;
}
