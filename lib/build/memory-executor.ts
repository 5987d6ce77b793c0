import type { Failure } from "#lib/failure.js";
import type { Result } from "#lib/result.js";
import type { OutputFile } from "./action-record.js";
import type { Executor, Job, JobListener } from "./executor.js";
import type { RuleTable } from "./rule.js";
import { runRule } from "./run-rule.js";

/** The tests' twin of LocalExecutor: rules run in this process. */
export class MemoryExecutor implements Executor {
  /** Jobs in the order they were started. */
  readonly started: Job[] = [];
  readonly #rules: RuleTable;

  constructor(rules: RuleTable) {
    this.#rules = rules;
  }

  run(
    job: Job,
    listener: JobListener,
    signal: AbortSignal,
  ): Promise<Result<readonly OutputFile[] | undefined, Failure>> {
    this.started.push(job);
    return runRule(this.#rules, job, listener, signal);
  }

  async close(): Promise<void> {}
}
