/** Verdicts for a selection, in one pass from inputs to what needs them. */
import { type Analysis, analyse } from "./analyse.js";
import type { BuildContext } from "./build-context.js";
import type { PlanCounts } from "./events.js";
import type { GraphNode } from "./graph.js";
import type { Manifest } from "./resolve-inputs.js";
import type { StaleReason } from "./stale-reason.js";
import type { Plan, Verdict } from "./verdict.js";

export interface AnalysedPlan extends Plan {
  /** Of all targets whose verdict is not `maybe` and which this session did not know to be fresh. */
  readonly analyses: ReadonlyMap<string, Analysis>;
}

export async function makePlan(nodes: readonly GraphNode[], context: BuildContext): Promise<AnalysedPlan> {
  const verdicts = new Map<string, Verdict>();
  const analyses = new Map<string, Analysis>();
  const manifests = new Map<string, Manifest>();
  const counts = { total: nodes.length, fresh: 0, restore: 0, run: 0, maybe: 0, blocked: 0 };
  for (const node of nodes) {
    const { label } = node.target;
    const known = context.upToDate.get(label);
    let verdict: Verdict;
    if (known) {
      manifests.set(label, known.manifest);
      verdict = { kind: "fresh", key: known.key };
    } else if (node.inputs.some((input) => !manifests.has(input.target.label))) {
      verdict = { kind: "maybe", reasons: upstreamReasons(node, verdicts) };
    } else {
      const analysis = await analyse(node.target, manifests, context);
      analyses.set(label, analysis);
      if (analysis.kind === "fresh") context.upToDate.set(label, analysis);
      if (analysis.kind === "fresh" || analysis.kind === "restore") manifests.set(label, analysis.manifest);
      verdict = asVerdict(analysis);
    }
    verdicts.set(label, verdict);
    counts[verdict.kind]++;
  }
  return { nodes, verdicts, analyses, counts: counts satisfies PlanCounts };
}

function asVerdict(analysis: Analysis): Verdict {
  switch (analysis.kind) {
    case "fresh":
      return { kind: "fresh", key: analysis.key };
    case "restore": {
      const { key, reasons, inPlace, record } = analysis;
      return { kind: "restore", key, reasons, from: { madeBy: record.provenance, inPlace } };
    }
    case "run":
      return { kind: "run", key: analysis.key, reasons: analysis.reasons };
    case "blocked":
      return { kind: "blocked", failure: analysis.failure };
  }
}

/** For each input that is not known yet, the first target up the graph that is itself stale; each once. */
function upstreamReasons(node: GraphNode, verdicts: ReadonlyMap<string, Verdict>): StaleReason[] {
  const first = new Map<string, StaleReason>();
  for (const input of node.inputs) {
    const { label } = input.target;
    const verdict = verdicts.get(label);
    if (verdict?.kind === "run") first.set(label, { kind: "upstream", target: label, reasons: verdict.reasons });
    if (verdict?.kind === "blocked") {
      first.set(label, { kind: "upstream", target: label, reasons: [{ kind: "blocked", failure: verdict.failure }] });
    }
    if (verdict?.kind !== "maybe") continue;
    for (const reason of verdict.reasons) if (reason.kind === "upstream") first.set(reason.target, reason);
  }
  return [...first.values()];
}
