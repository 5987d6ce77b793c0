/**
 * Brings the targets of a plan up to date: each is decided when its inputs are done, restored, or run when
 * a CPU slot and its memory are free; longest chain first, ties by place in the graph. Work per finished target grows with
 * its own inputs and dependents only.
 */
import pLimit from "p-limit";
import type { Failure } from "#lib/failure.js";
import { formatBytes } from "#lib/format-bytes.js";
import { err, type Result } from "#lib/result.js";
import { type Analysis, analyse } from "./analyse.js";
import { countOutcomes } from "./count-outcomes.js";
import type { BuildCounts } from "./events.js";
import { restoreTarget, runTarget, type Workshop, worldFailure } from "./execute-target.js";
import { type GraphNode, startsBefore } from "./graph.js";
import { acquireKeyLock, isKeyLocked } from "./key-lock.js";
import type { AnalysedPlan } from "./make-plan.js";
import { ReadyQueue } from "./ready-queue.js";
import type { Manifest } from "./resolve-inputs.js";
import type { Restored } from "./restored.js";
import type { MemoryOf, Outcome } from "./session.js";
import { type Grant, Slots } from "./slots.js";

const RESTORES_AT_ONCE = 4;
const LOCK_POLL_MS = 100;

export interface ExecuteOptions {
  readonly jobs: number;
  /** What the targets may take together. */
  readonly memoryBytes: number;
  readonly memoryOf: MemoryOf;
  readonly keepGoing: boolean;
  readonly signal: AbortSignal;
}

export interface Execution {
  readonly counts: BuildCounts;
  readonly failures: readonly Failure[];
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

export function executePlan(shop: Workshop, plan: AnalysedPlan, options: ExecuteOptions): Promise<Execution> {
  return new PlanExecution(shop, plan, options).run();
}

interface Ready {
  readonly node: GraphNode;
  readonly analysis: Analysis & { kind: "run" };
}

class PlanExecution {
  readonly #shop: Workshop;
  readonly #plan: AnalysedPlan;
  readonly #options: ExecuteOptions;
  readonly #outcomes = new Map<string, Outcome>();
  readonly #failures: Failure[] = [];
  /** Of each selected target that is not fresh: how many of its inputs are not done. */
  readonly #waitsFor = new Map<GraphNode, number>();
  readonly #runs = new ReadyQueue<Ready>((a, b) => startsBefore(a.node, b.node));
  readonly #restoring = pLimit(RESTORES_AT_ONCE);
  /** Keys that a target of this run is being made for, and what to do when that has ended. */
  readonly #making = new Map<string, { label: string; waiting: (() => void)[] }>();
  /** Labels of what the store said to have, and did not give. */
  readonly #notGiven = new Set<string>();
  readonly #slots: Slots;
  readonly #locks: string;
  #active = 0;
  #stopped = false;
  #bug: unknown;
  #resolve: (() => void) | undefined;

  constructor(shop: Workshop, plan: AnalysedPlan, options: ExecuteOptions) {
    this.#shop = shop;
    this.#plan = plan;
    this.#options = options;
    this.#locks = shop.context.home.locks;
    this.#slots = new Slots(options.jobs, options.memoryBytes, options.memoryOf);
  }

  async run(): Promise<Execution> {
    const { nodes, verdicts } = this.#plan;
    for (const node of nodes) {
      if (verdicts.get(node.target.label)!.kind === "fresh") this.#outcomes.set(node.target.label, "fresh");
      else
        this.#waitsFor.set(
          node,
          node.inputs.filter((input) => verdicts.get(input.target.label)!.kind !== "fresh").length,
        );
    }
    const stop = () => {
      this.#stopped = true;
    };
    this.#options.signal.addEventListener("abort", stop, { once: true });
    if (this.#options.signal.aborted) stop();
    await new Promise<void>((resolve) => {
      this.#resolve = resolve;
      this.#track(async () => {
        // What cannot be read is told in full before anything runs.
        for (const node of nodes) {
          const analysis = this.#plan.analyses.get(node.target.label);
          if (analysis?.kind === "blocked") this.#fail(node, analysis.failure, 0);
        }
        // Those that get ready meanwhile are decided by what they waited for.
        const ready = [...this.#waitsFor].filter(([, count]) => count === 0);
        for (const [node] of ready) await this.#decide(node, false);
      });
    });
    this.#options.signal.removeEventListener("abort", stop);
    if (this.#bug) throw this.#bug;
    return { counts: this.#count(), failures: this.#failures, outcomes: this.#outcomes };
  }

  /** Runs `work` and then starts what can start; the execution ends when nothing is active. */
  #track(work: () => Promise<void>): void {
    this.#active++;
    work()
      .catch((error: unknown) => {
        this.#bug ??= error;
        this.#stopped = true;
      })
      .finally(() => {
        this.#active--;
        this.#startReady();
        if (this.#active === 0) this.#resolve!();
      });
  }

  #startReady(): void {
    for (let next = this.#runs.peek(); next && !this.#stopped; next = this.#runs.peek()) {
      const { node, analysis } = next;
      const maker = this.#making.get(analysis.key);
      const grant = maker ? undefined : this.#slots.take(node.target, this.#runs.size);
      // Those behind it wait too, so that smaller ones do not put a large one off.
      if (!maker && !grant) return;
      this.#runs.pop();
      if (maker) this.#waitForMaker(node, maker);
      else this.#startRun(node, analysis, grant!);
    }
  }

  #startRun(node: GraphNode, analysis: Analysis & { kind: "run" }, grant: Grant): void {
    const { key } = analysis;
    const making = { label: node.target.label, waiting: [] as (() => void)[] };
    this.#making.set(key, making);
    this.#track(async () => {
      const startedMs = performance.now();
      let heldBy: string | undefined;
      let result: Result<Manifest, Failure> | undefined;
      try {
        const lock = acquireKeyLock(this.#locks, key);
        if ("heldBy" in lock) heldBy = lock.heldBy;
        else {
          try {
            result = await this.#runLocked(node, analysis, grant);
          } finally {
            lock.release();
          }
        }
      } catch (error) {
        result = err(worldFailure(error, this.#shop.context.folder));
      } finally {
        this.#slots.give(grant);
        this.#making.delete(key);
      }
      if (result) await this.#settle(node, key, node.target.adopts ? "imported" : "ran", result, startedMs);
      else {
        if (heldBy !== undefined) await this.#untilUnlocked(node, key, heldBy);
        if (!this.#stopped) await this.#decide(node, true);
      }
      for (const wake of making.waiting) wake();
    });
  }

  /** Undefined when another build made it between the analysis and the lock. */
  async #runLocked(
    node: GraphNode,
    analysis: Analysis & { kind: "run" },
    grant: Grant,
  ): Promise<Result<Manifest, Failure> | undefined> {
    const again = this.#shop.context.records.get(analysis.key) ? await this.#analyse(node) : analysis;
    if (again.kind !== "run") return undefined;
    const { memoryBytes, signal } = this.#options;
    if (grant.memoryBytes > memoryBytes) {
      const what = `It needs about ${formatBytes(grant.memoryBytes)} of memory, and the build may use ${formatBytes(memoryBytes)} (--memory): it runs alone, and the system may end it.`;
      this.#shop.context.emit({ type: "warning", label: node.target.label, what });
    }
    return await runTarget(this.#shop, node.target, again, grant.threads, signal);
  }

  /** Waits for another build that makes this key. Takes no slot meanwhile. */
  async #untilUnlocked(node: GraphNode, key: string, heldBy: string): Promise<void> {
    this.#shop.context.emit({ type: "waiting", label: node.target.label, on: heldBy, otherBuild: true });
    this.#startReady();
    // Not all that wait ask at the same time.
    do await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS * (0.5 + Math.random())));
    while (!this.#stopped && isKeyLocked(this.#locks, key));
  }

  #startRestore(node: GraphNode, analysis: Analysis & { kind: "restore" }): void {
    this.#track(() =>
      this.#restoring(async () => {
        if (this.#stopped) return;
        const startedMs = performance.now();
        const result = await restoreTarget(this.#shop, node.target, analysis);
        if (result.ok && !result.value) await this.#decideWithout(node);
        else {
          const from = { madeBy: analysis.record.provenance, inPlace: analysis.inPlace };
          await this.#settle(node, analysis.key, "restored", result as Result<Manifest, Failure>, startedMs, from);
        }
      }),
    );
  }

  /** The store did not give what it said to have: it has found out, and it is made; or it never does. */
  async #decideWithout(node: GraphNode): Promise<void> {
    const { label } = node.target;
    if (this.#notGiven.has(label)) {
      const what = "The store says that it has this result, and does not give it.";
      const where = this.#shop.context.home.contents;
      return this.#fail(node, { kind: "disk", what, where, hint: "lfads cache verify looks at all that it has." }, 0);
    }
    this.#notGiven.add(label);
    await this.#decide(node, true);
  }

  #waitForMaker(node: GraphNode, maker: { label: string; waiting: (() => void)[] }): void {
    this.#shop.context.emit({ type: "waiting", label: node.target.label, on: maker.label, otherBuild: false });
    maker.waiting.push(() => {
      this.#track(async () => {
        if (!this.#stopped) await this.#decide(node, true);
      });
    });
  }

  async #decide(node: GraphNode, again: boolean): Promise<void> {
    if (this.#outcomes.has(node.target.label)) return;
    const planned = this.#plan.analyses.get(node.target.label);
    const inputsWereFresh = node.inputs.every((input) => this.#plan.verdicts.get(input.target.label)!.kind === "fresh");
    const analysis = planned && inputsWereFresh && !again ? planned : await this.#analyse(node);
    if (analysis.kind === "run") this.#runs.push({ node, analysis });
    else if (analysis.kind === "restore") this.#startRestore(node, analysis);
    else if (analysis.kind === "blocked") this.#fail(node, analysis.failure, 0);
    else await this.#finish(node, analysis.key, analysis.manifest, "fresh", 0);
  }

  #analyse(node: GraphNode): Promise<Analysis> {
    const { context } = this.#shop;
    const manifests = new Map<string, Manifest>();
    for (const { target } of node.inputs) manifests.set(target.label, context.upToDate.get(target.label)!.manifest);
    return analyse(node.target, manifests, context);
  }

  async #settle(
    node: GraphNode,
    key: string,
    how: "ran" | "imported" | "restored",
    result: Result<Manifest, Failure>,
    startedMs: number,
    from?: Restored,
  ): Promise<void> {
    const seconds = (performance.now() - startedMs) / 1000;
    if (result.ok) await this.#finish(node, key, result.value, how, seconds, from);
    else if (result.error.kind !== "interrupted") this.#fail(node, result.error, seconds);
  }

  async #finish(
    node: GraphNode,
    key: string,
    manifest: Manifest,
    how: "ran" | "imported" | "restored" | "fresh",
    seconds: number,
    from?: Restored,
  ): Promise<void> {
    const { label } = node.target;
    this.#outcomes.set(label, how);
    this.#shop.context.upToDate.set(label, { key, manifest });
    this.#shop.context.emit({ type: "finished", label, how, seconds, ...(from ? { from } : {}) });
    for (const dependent of node.dependents) {
      const count = this.#waitsFor.get(dependent);
      if (count === undefined) continue;
      this.#waitsFor.set(dependent, count - 1);
      if (count === 1 && !this.#stopped) await this.#decide(dependent, false);
    }
  }

  #fail(node: GraphNode, failure: Failure, seconds: number): void {
    const { context } = this.#shop;
    const { label } = node.target;
    const told: Failure = { ...failure, target: label };
    this.#outcomes.set(label, "failed");
    this.#failures.push(told);
    try {
      context.state.setTarget(label, {
        ...context.state.target(label),
        failure: told,
        trustedBefore: trust(context, label),
      });
    } catch {
      // The disk that failed the target also refuses to note it; the failure itself is told.
    }
    context.emit({ type: "failed", label, failure: told, seconds });
    const stack = [...node.dependents];
    for (let next = stack.pop(); next; next = stack.pop()) {
      if (!this.#waitsFor.has(next) || this.#outcomes.has(next.target.label)) continue;
      this.#outcomes.set(next.target.label, "skipped");
      context.emit({ type: "skipped", label: next.target.label, because: label });
      stack.push(...next.dependents);
    }
    if (!this.#options.keepGoing) this.#stopped = true;
  }

  #count(): BuildCounts {
    for (const { target } of this.#plan.nodes)
      if (!this.#outcomes.has(target.label)) this.#outcomes.set(target.label, "not-run");
    return countOutcomes(this.#outcomes.values());
  }
}

function trust({ state }: Workshop["context"], label: string): number {
  return state.target(label)?.trustedBefore ?? Number.POSITIVE_INFINITY;
}
