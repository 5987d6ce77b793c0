import { type GraphNode, withInputs } from "#lib/build/index.js";
import { ok } from "#lib/result.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { exitCode } from "../exit-code.js";
import { withWorkspace } from "../open-workspace.js";
import { selectThere } from "../select-there.js";

type Format = "dot" | "mermaid" | "json";

export async function graph(
  context: CommandContext,
  patterns: readonly string[],
  options: { readonly format: Format },
): Promise<CommandResult> {
  return withWorkspace(context, {}, async (workspace) => {
    const labels = selectThere(workspace, patterns);
    if (!labels.ok) return labels;
    context.terminal.out(formatGraph(withInputs(workspace.graph, labels.value), options.format));
    return ok(exitCode.fine);
  });
}

/** Arrows go from what is read to what reads it. */
export function formatGraph(nodes: readonly GraphNode[], format: Format): string {
  if (format === "json") return `${JSON.stringify(nodes.map(nodeJson), null, 2)}\n`;
  const ids = new Map(nodes.map((node, i) => [node, `t${i}`]));
  const edges = nodes.flatMap((node) => node.inputs.map((input) => [ids.get(input)!, ids.get(node)!] as const));
  if (format === "mermaid") {
    const boxes = nodes.map((node) => `  ${ids.get(node)}["${node.target.label.replaceAll('"', "#quot;")}"]`);
    return ["graph LR", ...boxes, ...edges.map(([from, to]) => `  ${from} --> ${to}`), ""].join("\n");
  }
  const boxes = nodes.map((node) => `  ${ids.get(node)} [label=${JSON.stringify(node.target.label)}];`);
  const arrows = edges.map(([from, to]) => `  ${from} -> ${to};`);
  return ["digraph lfads {", "  rankdir=LR;", "  node [shape=box];", ...boxes, ...arrows, "}", ""].join("\n");
}

function nodeJson({ target, inputs }: GraphNode): unknown {
  const files = target.inputs.flatMap((input) => ("file" in input ? [input.file] : []));
  return {
    label: target.label,
    rule: target.rule,
    outDir: target.outDir,
    inputs: inputs.map((input) => input.target.label),
    files,
  };
}
