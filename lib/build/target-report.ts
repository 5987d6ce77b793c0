/** What is known of a target's last build, for `lfads show` and `lfads logs`. */
import type { Failure } from "#lib/failure.js";
import type { ActionRecord } from "./action-record.js";
import type { RunningReport } from "./progress-file.js";

export interface TargetReport {
  readonly label: string;
  readonly rule: string;
  readonly outDir: string;
  /** Undefined when it was never built here. */
  readonly key: string | undefined;
  /** Outputs with digests, inputs, parameters and provenance; undefined when the record is gone. */
  readonly record: ActionRecord | undefined;
  readonly lastBuild:
    | { readonly endedAt: string; readonly seconds: number; readonly how: "ran" | "imported" | "restored" }
    | undefined;
  /** While the target runs, in any build of this folder on this machine. */
  readonly running: RunningReport | undefined;
  /** The failure of the last try, when it failed. */
  readonly failure: Failure | undefined;
  /** Where the log is; the file exists once the target has run here. */
  readonly logFile: string;
}
