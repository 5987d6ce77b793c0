import { select } from "#lib/build/index.js";
import { err, ok } from "#lib/result.js";
import { collectEvaluations } from "../collect-evaluations.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { evaluationsCsv, evaluationsTable } from "../format-evaluations.js";
import { painter } from "../paint.js";
import { type BuildReport, build } from "./build.js";

export interface EvaluateOptions {
  readonly keepGoing?: boolean;
  readonly jobs?: number;
  /** Bytes. */
  readonly memory?: number;
  /** Comparisons as `c_gen_dim>64`. */
  readonly where?: readonly string[];
  readonly json?: boolean;
  readonly csv?: boolean;
}

/** Builds the evaluations of the runs that the labels mean, and prints them. */
export function evaluate(
  context: CommandContext,
  patterns: readonly string[],
  { json, csv, ...options }: EvaluateOptions,
): Promise<CommandResult> {
  const { terminal } = context;
  return build(context, patterns, options, new AbortController(), {
    choose,
    print(workspace, labels) {
      const rows = collectEvaluations(workspace, labels);
      if (json) terminal.out(`${JSON.stringify(rows)}\n`);
      else if (csv) terminal.out(evaluationsCsv(rows));
      else if (rows.length > 0)
        terminal.out(`${evaluationsTable(rows, painter(terminal.outColour), terminal.outWidth()).join("\n")}\n`);
    },
  });
}

const choose: BuildReport["choose"] = (graph, patterns) => {
  const labels = select(graph, patterns);
  if (!labels.ok) return labels;
  const runs = new Set(labels.value.map((label) => label.slice(0, label.lastIndexOf(":"))));
  const chosen = [...runs].map((run) => `${run}:evaluate`).filter((label) => graph.byLabel.has(label));
  if (chosen.length > 0) return ok(chosen);
  const hint = "lfads status lists the runs.";
  return err([{ kind: "usage", what: `No run is among the targets of "${patterns.join(" ")}".`, hint }]);
};
