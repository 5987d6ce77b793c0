/** What an audit found. */
import type { ActionRecord } from "#lib/build/index.js";
import type { Finding } from "./finding.js";

export interface AuditReport {
  /** Something was audited, and nothing was found not to hold. */
  readonly holds: boolean;
  /** The selected targets and all that they were made from, makers first. */
  readonly targets: readonly TargetAudit[];
  readonly counts: AuditCounts;
  /** Files in the targets' folders that no record tells the origin of; sought when everything is audited. */
  readonly unrecorded: readonly string[];
}

export interface TargetAudit {
  readonly label: string;
  readonly rule: string;
  /** `not-built`: there are no results of it here, so there was nothing to audit. */
  readonly status: "holds" | "broken" | "not-built";
  readonly findings: readonly Finding[];
  /** Labels of the targets up the graph whose own making is in doubt, and with it this target's result. */
  readonly restsOn: readonly string[];
  /** Undefined where there is none that can be read. */
  readonly record: ActionRecord | undefined;
}

export interface AuditCounts {
  readonly audited: number;
  readonly broken: number;
  readonly inDoubt: number;
  readonly notBuilt: number;
  /** Of those audited: their files were made elsewhere, and nothing tells how. */
  readonly imported: number;
  /** Files of the user's that the results go back to. */
  readonly rawFiles: number;
  readonly outputs: number;
  readonly storedCopies: number;
  /** Outputs of which the store has no copy: nothing is wrong, but they could not be restored. */
  readonly notStored: number;
  /** Read and hashed. */
  readonly bytes: number;
}
