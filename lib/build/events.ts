/**
 * What a build tells while it goes on, in order. `plan` comes first and `end` last, once each per run;
 * every target that is not fresh in the plan gets exactly one of `finished`, `failed` or `skipped`.
 */
import type { Failure } from "#lib/failure.js";
import type { Restored } from "./restored.js";
import type { Progress } from "./rule.js";
import type { StaleReason } from "./stale-reason.js";

export type BuildEvent =
  | { readonly type: "plan"; readonly counts: PlanCounts; readonly seconds: number }
  | {
      readonly type: "started";
      readonly label: string;
      readonly rule: string;
      readonly threads: number;
      readonly reasons: readonly StaleReason[];
      readonly logFile: string;
    }
  | { readonly type: "progress"; readonly label: string; readonly progress: Progress }
  | { readonly type: "log"; readonly label: string; readonly line: string }
  /** Another target or another build is making the same key; this one waits and takes its outputs. */
  | { readonly type: "waiting"; readonly label: string; readonly on: string; readonly otherBuild: boolean }
  /** `imported`: its outputs were there, and were adopted. `fresh`: something upstream ran, but its outputs came out the same. */
  | {
      readonly type: "finished";
      readonly label: string;
      readonly how: "ran" | "imported" | "restored" | "fresh";
      readonly seconds: number;
      /** Where a restored result comes from. */
      readonly from?: Restored;
    }
  | { readonly type: "failed"; readonly label: string; readonly failure: Failure; readonly seconds: number }
  /** Not run because `because` (a label) failed. */
  | { readonly type: "skipped"; readonly label: string; readonly because: string }
  /** What a rule warns of; an edited output about to be overwritten, a corrupt blob, a state file that cannot be read. */
  | { readonly type: "warning"; readonly label?: string; readonly what: string; readonly where?: string }
  | {
      readonly type: "end";
      readonly counts: BuildCounts;
      readonly seconds: number;
      readonly interrupted: boolean;
      readonly ok: boolean;
    };

/** Targets of a plan by verdict. */
export interface PlanCounts {
  readonly total: number;
  readonly fresh: number;
  readonly restore: number;
  readonly run: number;
  /** Decided when what is upstream of them has run. */
  readonly maybe: number;
  /** An input file of the user's is missing or unreadable. */
  readonly blocked: number;
}

/** Targets of a run by outcome; `notRun` were not started because the build stopped before. */
export interface BuildCounts {
  readonly total: number;
  readonly ran: number;
  /** Whose outputs were there: nothing ran. */
  readonly imported: number;
  readonly restored: number;
  readonly fresh: number;
  readonly failed: number;
  readonly skipped: number;
  readonly notRun: number;
}
