/** A build session: one state, one pool of child processes, any number of runs over one graph. */
import type { Failure } from "#lib/failure.js";
import type { ActionRecord } from "./action-record.js";
import type { Cause } from "./cause.js";
import type { Collection, CollectOptions } from "./collect-garbage.js";
import type { ContentStore } from "./content-store.js";
import type { BuildEstimate, BuildSoFar } from "./estimate-build.js";
import type { BuildCounts, BuildEvent } from "./events.js";
import type { Executor } from "./executor.js";
import type { FreshUnit } from "./fresh-file.js";
import type { Graph } from "./graph.js";
import type { WorkOf } from "./past-durations.js";
import type { Reach } from "./reach.js";
import type { MemoryOf } from "./slots.js";
import type { StoreHome } from "./store-home.js";
import type { TargetReport } from "./target-report.js";
import type { Plan } from "./verdict.js";

export interface SessionOptions {
  readonly graph: Graph;
  /** Absolute folder of the lfadsfile; `.lfads/` is made in it. */
  readonly dir: string;
  /** Version of each rule by name; part of every key, so a null build need not import the rules. */
  readonly ruleVersions: Readonly<Record<string, string>>;
  /** URL of the module that exports `rules: RuleTable`; imported in child processes only. */
  readonly rulesModule: string;
  /**
   * Labels with an equal family are versions of one target: one that was never built is compared with the most
   * similar one of its family, so that `why` has old values. Every label for itself when absent.
   */
  readonly family?: (label: string) => string;
  /** How much work a target is, so that past durations are scaled; all the same when absent. */
  readonly workOf?: WorkOf;
  /** CPU slots; the number of CPUs when absent. */
  readonly jobs?: number;
  /** Memory that the targets may take together; most of this machine's when absent. */
  readonly memoryBytes?: number;
  /** Hashes every file, whatever its stamp says. */
  readonly verify?: boolean;
  /** Recorded with every result: versions or digests by name. Asked for when something is made. */
  readonly versions?: () => Promise<Readonly<Record<string, string>>>;
  readonly onEvent?: (event: BuildEvent) => void;
  /** In-process or remote executors; child processes on this machine when absent. */
  readonly executor?: Executor;
  /** Where results are kept; `.lfads` when absent. */
  readonly home?: StoreHome;
  /** Where contents are kept; in `home` when absent. */
  readonly store?: ContentStore;
  /** Files that `writeRecordFile` wrote, absolute; one that is not there has no records. */
  readonly recordFiles?: readonly string[];
  /** Outputs and what the store keeps of them are the same files, read-only. */
  readonly hardLinks?: boolean;
}

export type { MemoryOf };

export interface RunOptions {
  /** Labels as `select` gives them; inputs are taken along. Everything when absent, but for what is made on demand. */
  readonly labels?: readonly string[];
  readonly keepGoing?: boolean;
  /** Asked before a target starts; nothing is known of any when absent. */
  readonly memoryOf?: MemoryOf;
  /** Stops the build: children get SIGTERM, after a few seconds SIGKILL. */
  readonly signal?: AbortSignal;
}

export interface BuildResult {
  /** Nothing failed and nothing was interrupted. */
  readonly ok: boolean;
  readonly interrupted: boolean;
  readonly counts: BuildCounts;
  readonly seconds: number;
  /** One per failed target, each with `target`. */
  readonly failures: readonly Failure[];
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

export type Outcome = "ran" | "imported" | "restored" | "fresh" | "failed" | "skipped" | "not-run";

/** One cell of the run matrix. `missing`: never built here; `running`: by any build in this folder. */
export type TargetStatus = "fresh" | "restorable" | "stale" | "missing" | "maybe" | "failed" | "running" | "blocked";

export interface BuildSession {
  /** What a run would do, and why; runs nothing. Also the answer to `why` and `--dry-run`. */
  plan(labels?: readonly string[]): Promise<Plan>;
  /** Brings the targets up to date. Rejects only when there is a bug. */
  run(options?: RunOptions): Promise<BuildResult>;
  /** Why those of the labels are stale that are: what changed first up the graph, and all that this makes stale. */
  explain(plan: Plan, labels: readonly string[]): Promise<readonly Cause[]>;
  /** About how long a build of the plan takes, or what is left of it, from how long such targets took before. */
  estimate(plan: Plan, options?: { memoryOf?: MemoryOf; soFar?: BuildSoFar }): Promise<BuildEstimate>;
  status(labels?: readonly string[]): Promise<Map<string, TargetStatus>>;
  /** What is known of a target's last build. */
  show(label: string): TargetReport;
  /** How these targets, and all that they were made from, were built last. */
  records(labels: readonly string[]): ActionRecord[];
  /** Removes outputs and links that were made here and not edited since; returns their paths. */
  clean(labels: readonly string[]): Promise<readonly string[]>;
  /** Which of these units of targets (fingerprint → labels) this session knows to be fresh, and what stands behind them. */
  freshUnits(units: Iterable<readonly [fingerprint: string, labels: readonly string[]]>): FreshUnit[];
  /** What the graph's targets need of the store. */
  reach(): Promise<Reach>;
  /** Removes from the store, and from the run tree where asked to, what none of the reaches has. */
  collectGarbage(options: CollectOptions): Promise<Collection>;
  /** Ends the children and writes the state. Call it in a `finally`. */
  close(): Promise<void>;
}
