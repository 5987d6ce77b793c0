import type { BuildContext } from "./build-context.js";
import type { GraphNode } from "./graph.js";
import { PastDurations, type WorkOf } from "./past-durations.js";
import { type SecondsOf, simulateBuild } from "./simulate-build.js";
import { type MemoryOf, Slots } from "./slots.js";
import type { Plan } from "./verdict.js";

export interface BuildEstimate {
  /** About how long the build takes if all that may run does. */
  readonly seconds: number;
  /** Targets that would or may run and of which nothing is known; they are taken to need no time. */
  readonly unknown: number;
  /** About how long each target runs, with the threads that it would get; null when not known. */
  readonly targets: ReadonlyMap<string, number | null>;
}

/** How far a build of the plan is. */
export interface BuildSoFar {
  /** Labels of targets that need no more time. */
  readonly done: ReadonlySet<string>;
  /** By label; `secondsLeft` is what the target says itself. */
  readonly running: ReadonlyMap<string, { readonly elapsedSeconds: number; readonly secondsLeft: number | null }>;
}

export interface EstimateOptions {
  readonly jobs: number;
  readonly memoryBytes: number;
  readonly memoryOf: MemoryOf;
  readonly workOf: WorkOf;
  readonly soFar?: BuildSoFar | undefined;
}

/** Restoring and importing take no time beside training, so none is counted. Reads records of what would run, and of targets like it. */
export function estimateBuild(plan: Plan, context: BuildContext, options: EstimateOptions): BuildEstimate {
  const { jobs, memoryBytes, memoryOf, workOf, soFar } = options;
  const past = new PastDurations(context, workOf);
  const toRun = plan.nodes.filter(({ target }) => {
    const { kind } = plan.verdicts.get(target.label)!;
    if (target.adopts) return false;
    return (kind === "run" || kind === "maybe") && !soFar?.done.has(target.label);
  });
  const known = new Map(
    toRun.map((node) => {
      const { target } = node;
      return [node, soFar?.running.get(target.label)?.secondsLeft ?? past.of(target)?.threadSeconds];
    }),
  );
  if ([...known.values()].every((seconds) => seconds === undefined)) return nothingKnown(toRun);
  const secondsOf: SecondsOf = (node, threads) => {
    const seconds = known.get(node) ?? 0;
    const running = soFar?.running.get(node.target.label);
    if (!running) return seconds / threads;
    return running.secondsLeft ?? Math.max(0, seconds / threads - running.elapsedSeconds);
  };
  const build = simulateBuild(toRun, secondsOf, new Slots(jobs, memoryBytes, memoryOf));
  const targets = new Map<string, number | null>();
  for (const [node, threadSeconds] of known) {
    targets.set(node.target.label, threadSeconds === undefined ? null : build.targets.get(node)!);
  }
  return { seconds: build.seconds, unknown: [...targets.values()].filter((each) => each === null).length, targets };
}

function nothingKnown(nodes: readonly GraphNode[]): BuildEstimate {
  return { seconds: 0, unknown: nodes.length, targets: new Map(nodes.map(({ target }) => [target.label, null])) };
}
