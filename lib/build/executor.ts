/** Where targets run. Every executor starts rules through one child entry; see child.ts. */
import type { Failure } from "#lib/failure.js";
import type { Result } from "#lib/result.js";
import type { OutputFile } from "./action-record.js";
import type { Progress, RuleInputFile } from "./rule.js";
import type { Json } from "./target.js";

/** Plain data: what a child process needs to run one target. */
export interface Job {
  readonly label: string;
  readonly rule: string;
  readonly params: Json;
  readonly settings: Json;
  readonly inputs: Readonly<Record<string, readonly RuleInputFile[]>>;
  readonly out: string;
  readonly scratch: string;
  readonly threads: number;
  /** Where to bring the outputs; they stay in `out` only when absent. */
  readonly store?: StorePlace | undefined;
}

/** A store that other processes can open, too. */
export interface StorePlace {
  readonly folder: string;
  readonly hardLinks: boolean;
}

export interface JobListener {
  /** One line of what the rule logged or printed, without its line end. */
  log(line: string): void;
  warn(what: string): void;
  progress(progress: Progress): void;
}

export interface Executor {
  /**
   * Resolves when the rule has ended and nothing of it runs any more, with its outputs where they are in the store now;
   * kind "interrupted" after an abort.
   */
  run(
    job: Job,
    listener: JobListener,
    signal: AbortSignal,
  ): Promise<Result<readonly OutputFile[] | undefined, Failure>>;
  close(): Promise<void>;
}
