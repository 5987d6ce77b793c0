import { statSync } from "node:fs";
import { join, relative } from "node:path";
import { type Graph, select } from "#lib/build/index.js";
import type { Failure } from "#lib/failure.js";
import { err, ok, type Result } from "#lib/result.js";
import { planUnits } from "#rules/plan.js";
import { type AskedRuns, REPORT_FILE } from "#rules/report-target.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { exitCode } from "../exit-code.js";
import { openFile } from "../open-file.js";
import { withWorkspace } from "../open-workspace.js";
import { noRunText } from "../runs/restrict-to-runs.js";
import { selectRuns } from "../runs/select-runs.js";
import { build } from "./build.js";

export interface ReportCommandOptions {
  readonly open?: boolean;
  readonly keepGoing?: boolean;
  readonly jobs?: number;
  /** Bytes. */
  readonly memory?: number;
  /** Comparisons as `c_gen_dim>64`: pages of the runs of which all hold. */
  readonly where?: readonly string[];
  readonly json?: boolean;
}

/** Builds the pages of the collections, and says where they are. */
export async function report(
  context: CommandContext,
  collections: readonly string[],
  { open = false, json = false, where = [], ...options }: ReportCommandOptions,
): Promise<CommandResult> {
  const { terminal, dir } = context;
  const pages: string[] = [];
  const asked = where.length > 0 ? await askedRuns(context, where) : ok(undefined);
  if (!asked.ok) return asked;
  const result = await build(context, collections, options, new AbortController(), {
    choose: (graph, patterns) => chooseReports(graph, patterns, where),
    ...(asked.value ? { plan: (project) => planUnits(project, undefined, asked.value) } : {}),
    print({ graph }, labels) {
      const made = labels.map((label) => {
        const { outDir } = graph.byLabel.get(label)!.target;
        const file = join(outDir, REPORT_FILE);
        return { collection: label.slice(0, label.lastIndexOf(":")), file, bytes: statSync(file).size };
      });
      pages.push(...made.map(({ file }) => file));
      if (json) terminal.out(`${JSON.stringify({ reports: made })}\n`);
      else for (const { file } of made) terminal.out(`${shown(dir, file)}\n`);
    },
  });
  if (result.ok && result.value === exitCode.failed && !asked.value)
    terminal.err("lfads report --where status=fresh makes pages of the runs that are done.\n");
  if (!open) return result;
  for (const page of pages) {
    const why = await openFile(page);
    if (why !== undefined) terminal.err(`${shown(dir, page)} was not opened: ${why}\n`);
  }
  return result;
}

function shown(dir: string, file: string): string {
  const way = relative(dir, file);
  return way.startsWith("..") ? file : way;
}

async function askedRuns(
  context: CommandContext,
  where: readonly string[],
): Promise<Result<AskedRuns, readonly Failure[]>> {
  return withWorkspace(context, {}, async (workspace) => {
    const runs = await selectRuns(workspace, { where });
    return runs.ok ? ok({ where, labels: new Set(runs.value.map(({ label }) => label)) }) : runs;
  });
}

/** Patterns name collections, or anything in them. */
function chooseReports(
  graph: Graph,
  patterns: readonly string[],
  where: readonly string[],
): Result<readonly string[], readonly Failure[]> {
  const meant = select(graph, patterns);
  if (!meant.ok) return meant;
  const collections = new Set(meant.value.map((label) => label.slice(0, label.search(/[/:]/))));
  const reports = graph.nodes
    .map(({ target }) => target)
    .filter(({ rule, label }) => rule === "report" && collections.has(label.slice(0, label.lastIndexOf(":"))));
  if (reports.length > 0) return ok(reports.map(({ label }) => label));
  const what =
    where.length > 0 ? noRunText(where, patterns) : `No collection with runs is meant by "${patterns.join(" ")}".`;
  return err([{ kind: "usage", what, hint: "lfads status lists the collections and their runs." }]);
}
