/** Opens a build session. What a null build does not need is imported when it is needed. */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { ActionRecord } from "./action-record.js";
import type { BuildContext } from "./build-context.js";
import type { Cause } from "./cause.js";
import type { Collection, CollectOptions } from "./collect-garbage.js";
import type { ContentStore } from "./content-store.js";
import { countOutcomes } from "./count-outcomes.js";
import type { BuildEstimate } from "./estimate-build.js";
import type { BuildEvent } from "./events.js";
import type { Workshop } from "./execute-target.js";
import type { StorePlace } from "./executor.js";
import type { FreshUnit } from "./fresh-file.js";
import { freshUnitOf } from "./fresh-unit-of.js";
import { type GraphNode, withInputs } from "./graph.js";
import { HashAhead } from "./hash-ahead.js";
import { isKeyLocked } from "./key-lock.js";
import { checkLinks } from "./links.js";
import { buildMemoryBytes } from "./machine-memory.js";
import { type AnalysedPlan, makePlan } from "./make-plan.js";
import { readProgress } from "./progress-file.js";
import type { Reach } from "./reach.js";
import { RecordFiles } from "./record-files.js";
import { RecordStore } from "./record-store.js";
import type { BuildResult, BuildSession, Outcome, RunOptions, SessionOptions, TargetStatus } from "./session.js";
import { BuildState } from "./state.js";
import { type StoreHome, storeHome } from "./store-home.js";
import { StoreMembership } from "./store-projects.js";
import { logFileOf } from "./target-log.js";
import type { TargetReport } from "./target-report.js";
import type { Plan, Verdict } from "./verdict.js";

/** Reads the state of `<dir>/.lfads`; writes nothing. */
export function openSession(options: SessionOptions): BuildSession {
  return new Session(options);
}

class Session implements BuildSession {
  readonly #options: SessionOptions;
  readonly #context: BuildContext;
  #store: Promise<ContentStore> | undefined;
  #workshop: Promise<Workshop> | undefined;
  readonly #warnings: BuildEvent[] = [];
  #hasBuilt = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    const folder = join(options.dir, ".lfads");
    const home = options.home ?? storeHome(folder);
    const place = storePlace(home, options);
    const emit: BuildContext["emit"] = (event) => options.onEvent?.(event);
    const state = new BuildState(options.dir, {
      // Nobody listens yet while the session is being opened.
      warn: (what, where) => this.#warnings.push({ type: "warning", what, where }),
      verify: options.verify ?? false,
    });
    this.#context = {
      graph: options.graph,
      dir: options.dir,
      folder,
      home,
      membership: new StoreMembership(options.dir, home),
      ruleVersions: options.ruleVersions,
      family: options.family,
      state,
      ahead: new HashAhead(options.dir, options.graph, state),
      records: new RecordStore(home.actions, new RecordFiles(options.recordFiles ?? [])),
      store: () => {
        this.#store ??= options.store
          ? Promise.resolve(options.store)
          : import("./cacache-store.js").then(({ CacacheStore }) => new CacacheStore(place.folder, place));
        return this.#store;
      },
      emit,
      upToDate: new Map(),
    };
  }

  plan(labels?: readonly string[]): Promise<AnalysedPlan> {
    this.#tellWarnings();
    return makePlan(this.#nodes(labels), this.#context);
  }

  async run({
    labels,
    keepGoing = false,
    memoryOf = () => 0,
    signal = new AbortController().signal,
  }: RunOptions = {}): Promise<BuildResult> {
    this.#hasBuilt = true;
    const startedMs = performance.now();
    const secondsSoFar = () => (performance.now() - startedMs) / 1000;
    const { emit } = this.#context;
    const plan = await this.plan(labels);
    emit({ type: "plan", counts: plan.counts, seconds: secondsSoFar() });
    let execution: Pick<BuildResult, "counts" | "failures" | "outcomes">;
    if (plan.counts.fresh === plan.counts.total) execution = allFresh(plan.nodes);
    else {
      const { executePlan } = await import("./execute-plan.js");
      const { jobs = availableParallelism(), memoryBytes = buildMemoryBytes() } = this.#options;
      this.#workshop ??= this.#openWorkshop();
      const options = { jobs, memoryBytes, memoryOf, keepGoing, signal };
      execution = await executePlan(await this.#workshop, plan, options);
    }
    const interrupted = signal.aborted;
    const ok = !interrupted && execution.failures.length === 0;
    const seconds = secondsSoFar();
    emit({ type: "end", counts: execution.counts, seconds, interrupted, ok });
    return { ...execution, ok, interrupted, seconds };
  }

  async explain(plan: Plan, labels: readonly string[]): Promise<readonly Cause[]> {
    const { findCauses } = await import("./find-causes.js");
    return findCauses(plan, labels, this.#context);
  }

  async estimate(
    plan: Plan,
    { memoryOf = () => 0, soFar }: Parameters<BuildSession["estimate"]>[1] = {},
  ): Promise<BuildEstimate> {
    const { estimateBuild } = await import("./estimate-build.js");
    const { jobs = availableParallelism(), memoryBytes = buildMemoryBytes(), workOf = () => 1 } = this.#options;
    return estimateBuild(plan, this.#context, { jobs, memoryBytes, memoryOf, workOf, soFar });
  }

  async status(labels?: readonly string[]): Promise<Map<string, TargetStatus>> {
    const plan = await this.plan(labels);
    const statuses = new Map<string, TargetStatus>();
    for (const [label, verdict] of plan.verdicts) statuses.set(label, this.#status(label, verdict));
    return statuses;
  }

  show(label: string): TargetReport {
    const node = this.#context.graph.byLabel.get(label);
    if (!node) throw new Error(`no target has the label ${label}`);
    this.#tellWarnings();
    const entry = this.#context.state.target(label);
    const built = entry?.built;
    return {
      label,
      rule: node.target.rule,
      outDir: node.target.outDir,
      key: built?.key,
      record: built && this.#context.records.get(built.key),
      lastBuild: built && {
        endedAt: new Date(built.endedAtMs).toISOString(),
        seconds: built.seconds,
        how: built.how,
      },
      running: readProgress(this.#context.folder, label),
      failure: entry?.failure,
      logFile: logFileOf(this.#context.folder, label),
    };
  }

  records(labels: readonly string[]): ActionRecord[] {
    const { state, records } = this.#context;
    const keys = new Set(this.#nodes(labels).map(({ target }) => state.target(target.label)?.built?.key));
    return [...keys].flatMap((key) => (key && records.get(key)) || []);
  }

  async clean(labels: readonly string[]): Promise<readonly string[]> {
    const { cleanTargets } = await import("./clean-targets.js");
    return cleanTargets(labels, this.#context);
  }

  freshUnits(units: Iterable<readonly [string, readonly string[]]>): FreshUnit[] {
    const fresh: FreshUnit[] = [];
    for (const [fingerprint, labels] of units) {
      const unit = freshUnitOf(fingerprint, labels, this.#context);
      if (unit) fresh.push(unit);
    }
    return fresh;
  }

  async reach(): Promise<Reach> {
    const { reachOf } = await import("./reach.js");
    return reachOf(await this.plan([...this.#context.graph.byLabel.keys()]), this.#context.state);
  }

  async collectGarbage(options: CollectOptions): Promise<Collection> {
    const { collectGarbage } = await import("./collect-garbage.js");
    return collectGarbage(this.#context, options);
  }

  async close(): Promise<void> {
    const workshop = await this.#workshop;
    await workshop?.executor.close();
    workshop?.staging.close();
    (await this.#store)?.close();
    const { state } = this.#context;
    if (this.#hasBuilt || state.sawKilled) await this.#sweep();
    try {
      state.close();
    } catch (error) {
      const { diskFailure } = await import("#lib/disk-failure.js");
      const failure = diskFailure(error);
      if (!failure) throw error;
      // Whoever only looked lost no more than the digests that were taken on the way.
      if (!workshop) return;
      const what = `The state could not be written, so the next build looks at every file again: ${failure.what}`;
      this.#context.emit({ type: "warning", what, ...(failure.where ? { where: failure.where } : {}) });
    }
  }

  /** What was found wrong while the session was opened, once. */
  #tellWarnings(): void {
    for (const warning of this.#warnings.splice(0)) this.#context.emit(warning);
  }

  async #openWorkshop(): Promise<Workshop> {
    const [{ OutputOwners }, { Staging }, { surroundings }] = await Promise.all([
      import("./output-owners.js"),
      import("./staging.js"),
      import("./provenance.js"),
      this.#sweep(),
    ]);
    const { dir, versions = async () => ({}), rulesModule } = this.#options;
    const context = this.#context;
    context.membership.join(builtKeys(context.state));
    let { executor } = this.#options;
    if (!executor) {
      const { LocalExecutor } = await import("./local-executor.js");
      executor = new LocalExecutor({ rulesModule });
    }
    let known: ReturnType<typeof surroundings> | undefined;
    return {
      context,
      owners: new OutputOwners(context),
      executor,
      storePlace: this.#options.store ? undefined : storePlace(context.home, this.#options),
      staging: new Staging(join(context.folder, "staging")),
      surroundings: () => {
        known ??= versions().then((each) => surroundings(dir, each));
        return known;
      },
    };
  }

  /** At the start, so that there is room; at the end for what builds left that were killed meanwhile. */
  async #sweep(): Promise<void> {
    const { folder, home, records, state } = this.#context;
    const { sweepLeftovers } = await import("./sweep-leftovers.js");
    try {
      sweepLeftovers(folder, home, records, state.sawKilled);
    } catch {
      // What cannot be swept is in nobody's way.
    }
  }

  #nodes(labels: readonly string[] | undefined): readonly GraphNode[] {
    const { graph } = this.#context;
    return labels ? withInputs(graph, labels) : graph.nodes.filter(({ target }) => !target.onDemand);
  }

  #status(label: string, verdict: Verdict): TargetStatus {
    const entry = this.#context.state.target(label);
    switch (verdict.kind) {
      case "fresh":
      case "blocked":
        return verdict.kind;
      case "restore": {
        // The state does not know it yet: it came along from elsewhere, as a copy or out of a cache.
        const { target } = this.#context.graph.byLabel.get(label)!;
        return verdict.from.inPlace && checkLinks(target).length === 0 ? "fresh" : "restorable";
      }
      case "run":
        if (isKeyLocked(this.#context.home.locks, verdict.key)) return "running";
        if (entry?.failure) return "failed";
        return entry?.built ? "stale" : "missing";
      case "maybe":
        return entry?.built ? "maybe" : "missing";
    }
  }
}

function storePlace({ contents }: StoreHome, { hardLinks = false }: SessionOptions): StorePlace {
  return { folder: contents, hardLinks };
}

function* builtKeys(state: BuildState): Generator<string> {
  for (const [, { built }] of state.targets()) if (built) yield built.key;
}

function allFresh(nodes: readonly GraphNode[]): Pick<BuildResult, "counts" | "failures" | "outcomes"> {
  const outcomes = new Map<string, Outcome>();
  for (const { target } of nodes) outcomes.set(target.label, "fresh");
  return { counts: countOutcomes(outcomes.values()), failures: [], outcomes };
}
