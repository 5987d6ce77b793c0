/** A build without the work: targets start as the scheduler would start them, and end when their time is over. */
import { type GraphNode, startsBefore } from "./graph.js";
import { ReadyQueue } from "./ready-queue.js";
import type { Grant, Slots } from "./slots.js";

export interface SimulatedBuild {
  /** From the start to the end of the last target. */
  readonly seconds: number;
  /** How long each target took. */
  readonly targets: ReadonlyMap<GraphNode, number>;
}

/** Seconds that a target takes with so many threads. */
export type SecondsOf = (node: GraphNode, threads: number) => number;

interface Running {
  readonly node: GraphNode;
  readonly grant: Grant;
  readonly endsAt: number;
}

/** @param nodes what is to be done, inputs first; inputs that are not among them are done. */
export function simulateBuild(nodes: readonly GraphNode[], secondsOf: SecondsOf, slots: Slots): SimulatedBuild {
  const waitsFor = new Map<GraphNode, number>(nodes.map((node) => [node, 0]));
  for (const node of nodes) waitsFor.set(node, node.inputs.filter((input) => waitsFor.has(input)).length);
  const ready = new ReadyQueue<GraphNode>(startsBefore);
  const running = new ReadyQueue<Running>((a, b) => a.endsAt < b.endsAt);
  const targets = new Map<GraphNode, number>();
  let now = 0;
  for (const [node, count] of waitsFor) if (count === 0) ready.push(node);
  for (;;) {
    for (let next = ready.peek(); next; next = ready.peek()) {
      const grant = slots.take(next.target, ready.size);
      if (!grant) break;
      ready.pop();
      const seconds = secondsOf(next, grant.threads);
      targets.set(next, seconds);
      running.push({ node: next, grant, endsAt: now + seconds });
    }
    const ended = running.pop();
    if (!ended) return { seconds: now, targets };
    now = ended.endsAt;
    slots.give(ended.grant);
    for (const dependent of ended.node.dependents) {
      const count = waitsFor.get(dependent);
      if (count === undefined) continue;
      waitsFor.set(dependent, count - 1);
      if (count === 1) ready.push(dependent);
    }
  }
}
