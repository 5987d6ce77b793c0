/** What a parent and its child process tell each other. Plain data, structured clone. */
import type { Failure } from "#lib/failure.js";
import type { OutputFile } from "./action-record.js";
import type { Job } from "./executor.js";
import type { Progress } from "./rule.js";

/** To the child, whose one argument is the URL of the rules: one job at a time. */
export interface ChildStart {
  readonly type: "start";
  readonly job: Job;
}

/** From the child; `done` or `failed` ends a job. Aborting is SIGTERM. */
export type ChildReport =
  | { readonly type: "log"; readonly text: string }
  | { readonly type: "warning"; readonly what: string }
  | { readonly type: "progress"; readonly progress: Progress }
  | { readonly type: "done"; readonly outputs: readonly OutputFile[] | undefined }
  | { readonly type: "failed"; readonly failure: Failure };
