/** The graph of targets: labels resolved, no cycles, inputs before what needs them. */
import type { Failure } from "#lib/failure.js";
import { err, ok, type Result } from "#lib/result.js";
import { closestName } from "./closest-name.js";
import type { Target } from "./target.js";

export interface GraphNode {
  readonly target: Target;
  /** Targets that this one reads, in the order of its inputs, each once. */
  readonly inputs: readonly GraphNode[];
  /** Targets that read this one, by place. */
  readonly dependents: readonly GraphNode[];
  /** Work of the longest chain that starts here; the scheduler's priority. */
  readonly chain: number;
  /** Its place among the graph's nodes. */
  readonly place: number;
}

/** Which of two targets that are ready starts first: the one with the longer chain, else the one with the earlier place. */
export function startsBefore(a: GraphNode, b: GraphNode): boolean {
  return a.chain > b.chain || (a.chain === b.chain && a.place < b.place);
}

export interface Graph {
  /** By depth, then by label: inputs come before what needs them, whatever the order of the targets was. */
  readonly nodes: readonly GraphNode[];
  readonly byLabel: ReadonlyMap<string, GraphNode>;
}

interface Draft extends GraphNode {
  inputs: Draft[];
  dependents: Draft[];
  chain: number;
  place: number;
  depth: number;
  waitsFor: number;
}

/** Fails with every unknown input, duplicate label, link that two targets make, and a cycle. */
export function createGraph(targets: readonly Target[]): Result<Graph, Failure[]> {
  const failures: Failure[] = [];
  const byLabel = new Map<string, Draft>();
  for (const target of targets) {
    if (byLabel.has(target.label)) {
      failures.push({ kind: "config", what: `Two targets have the label "${target.label}".`, target: target.label });
    } else {
      byLabel.set(target.label, {
        target,
        inputs: [],
        dependents: [],
        chain: workOf(target),
        place: 0,
        depth: 0,
        waitsFor: 0,
      });
    }
  }
  connect(byLabel, failures);
  findSharedLinks(byLabel, failures);
  if (failures.length > 0) return err(failures);

  const nodes: Draft[] = [];
  for (const node of byLabel.values()) if (node.waitsFor === 0) nodes.push(node);
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[i]!;
    for (const dependent of node.dependents) {
      dependent.depth = Math.max(dependent.depth, node.depth + 1);
      if (--dependent.waitsFor === 0) nodes.push(dependent);
    }
  }
  if (nodes.length < byLabel.size) return err([cycleFailure(byLabel)]);
  const sorted = byDepthAndLabel(nodes, byLabel);
  for (let place = sorted.length - 1; place >= 0; place--) {
    const node = sorted[place]!;
    const work = workOf(node.target);
    node.place = place;
    for (const dependent of node.dependents) node.chain = Math.max(node.chain, dependent.chain + work);
    node.dependents.sort((a, b) => a.place - b.place);
  }
  return ok({ nodes: sorted, byLabel });
}

/** Labels are sorted without a comparison of our own: by code units, and many times as fast. */
function byDepthAndLabel(nodes: readonly Draft[], byLabel: ReadonlyMap<string, Draft>): Draft[] {
  const depths: string[][] = [];
  for (const { depth, target } of nodes) {
    while (depths.length <= depth) depths.push([]);
    depths[depth]!.push(target.label);
  }
  return depths.flatMap((labels) => labels.sort().map((label) => byLabel.get(label)!));
}

const workOf = (target: Target) => target.resources?.work ?? 1;

/** The nodes and everything that they need, in the graph's order. */
export function withInputs(graph: Graph, labels: readonly string[]): GraphNode[] {
  const wanted = new Set<GraphNode>();
  const stack: GraphNode[] = [];
  for (const label of labels) {
    const node = graph.byLabel.get(label);
    if (!node) throw new Error(`no target has the label ${label}`);
    stack.push(node);
  }
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (wanted.has(node)) continue;
    wanted.add(node);
    stack.push(...node.inputs);
  }
  return graph.nodes.filter((node) => wanted.has(node));
}

export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function connect(byLabel: ReadonlyMap<string, Draft>, failures: Failure[]): void {
  for (const node of byLabel.values()) {
    const connected = new Set<Draft>();
    for (const input of node.target.inputs) {
      if (!("target" in input)) continue;
      const producer = byLabel.get(input.target);
      if (!producer) {
        const near = closestName(input.target, byLabel.keys());
        failures.push({
          kind: "config",
          what: `The input "${input.name}" comes from "${input.target}", which is no target.`,
          target: node.target.label,
          ...(near ? { hint: `Did you mean "${near}"?` } : {}),
        });
      } else if (!connected.has(producer)) {
        connected.add(producer);
        node.inputs.push(producer);
        producer.dependents.push(node);
        node.waitsFor++;
      }
    }
  }
}

function findSharedLinks(byLabel: ReadonlyMap<string, Draft>, failures: Failure[]): void {
  const makers = new Map<string, Target>();
  for (const { target } of byLabel.values()) {
    for (const link of target.links ?? []) {
      const other = makers.get(link.path);
      if (other) {
        failures.push({
          kind: "config",
          what: `"${other.label}" and "${target.label}" both make this link.`,
          where: link.path,
          target: target.label,
        });
      } else makers.set(link.path, target);
    }
  }
}

/** Follows inputs that are still waiting until a label comes up again. */
function cycleFailure(byLabel: ReadonlyMap<string, Draft>): Failure {
  const waiting = [...byLabel.values()].filter((node) => node.waitsFor > 0);
  waiting.sort((a, b) => byCodeUnits(a.target.label, b.target.label));
  const path: Draft[] = [];
  let node = waiting[0]!;
  while (!path.includes(node)) {
    path.push(node);
    node = node.inputs.find((input) => input.waitsFor > 0)!;
  }
  const labels = [...path.slice(path.indexOf(node)), node].map((each) => each.target.label);
  return {
    kind: "config",
    what: `Targets need each other in a circle: ${labels.join(" needs ")}.`,
    target: labels[0]!,
  };
}
