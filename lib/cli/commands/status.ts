import type { TargetReport, TargetStatus } from "#lib/build/index.js";
import { ok } from "#lib/result.js";
import { collectResults } from "../collect-results.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { exitCode } from "../exit-code.js";
import { formatCsv } from "../format-csv.js";
import { resultsCsv, resultsJson, resultsTable } from "../format-results.js";
import { secondsSince } from "../format-seconds.js";
import { dimHeader, formatTable } from "../format-table.js";
import { type Workspace, withWorkspace } from "../open-workspace.js";
import { type Colour, type Paint, painter } from "../paint.js";
import { type CollectionState, type RunState, runMatrix } from "../run-matrix.js";
import { labelsOfRuns, noRunText } from "../runs/restrict-to-runs.js";
import { selectRuns } from "../runs/select-runs.js";
import { selectThere } from "../select-there.js";
import { fieldCells } from "../views/live-lines.js";

export interface StatusOptions {
  readonly results?: boolean;
  readonly rules?: boolean;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly where?: readonly string[];
  readonly sort?: readonly string[];
}

export async function status(
  context: CommandContext,
  patterns: readonly string[],
  options: StatusOptions,
): Promise<CommandResult> {
  return withWorkspace(context, {}, async (workspace) => {
    const labels = selectThere(workspace, patterns);
    if (!labels.ok) return labels;
    const { where = [] } = options;
    const runs = await selectRuns(workspace, options);
    if (!runs.ok) return runs;
    const { terminal } = context;
    const paint = painter(terminal.outColour);
    if (options.results) {
      const rows = collectResults(workspace, labels.value, runs.value);
      if (options.json) terminal.out(`${JSON.stringify(resultsJson(rows))}\n`);
      else if (options.csv) terminal.out(resultsCsv(rows));
      else if (rows.length === 0 && where.length > 0) terminal.out(`${noRunText(where)}\n`);
      else if (rows.length === 0) terminal.out("No run has results yet. lfads build makes them.\n");
      else terminal.out(`${resultsTable(rows, paint, terminal.outWidth()).join("\n")}\n`);
      return ok(exitCode.fine);
    }
    const shown = where.length === 0 ? labels.value : labelsOfRuns(workspace, labels.value, runs.value);
    const statuses = await workspace.session.status(shown);
    const matrix = runMatrix(workspace, statuses, runs.value);
    const running = runningTargets(workspace, statuses);
    if (options.json) terminal.out(`${JSON.stringify({ ...matrixJson(matrix, statuses), running })}\n`);
    else if (options.csv) terminal.out(matrixCsv(matrix));
    else if (matrix.length === 0 && where.length > 0) terminal.out(`${noRunText(where)}\n`);
    else {
      const lines = [...matrixText(matrix, statuses, options.rules ?? false, paint), ...runningText(running, paint)];
      terminal.out(`${lines.join("\n")}\n`);
    }
    return ok(exitCode.fine);
  });
}

const marks: Record<TargetStatus, readonly [text: string, colour: Colour]> = {
  fresh: ["✓", "green"],
  restorable: ["in store", "cyan"],
  stale: ["stale", "yellow"],
  missing: ["missing", "dim"],
  maybe: ["maybe stale", "yellow"],
  failed: ["failed", "red"],
  running: ["running", "cyan"],
  blocked: ["blocked", "red"],
};

/** A block per collection, a row per setting; columns are RunSpecs, or rules with a row per run. */
function matrixText(
  matrix: readonly CollectionState[],
  statuses: ReadonlyMap<string, TargetStatus>,
  byRule: boolean,
  paint: Paint,
): string[] {
  const lines: string[] = [];
  for (const collection of matrix) {
    const block = byRule ? ruleBlock(collection) : specBlock(collection);
    const cells = block.rows.map((row) =>
      row.map((cell) => (typeof cell === "string" ? cell : cell ? marks[cell.status][0] : "")),
    );
    const decorate = (text: string, r: number, c: number) => {
      if (r < 0) return paint("dim", text);
      const cell = block.rows[r]![c];
      return typeof cell === "object" ? paint(marks[cell.status][1], text) : text;
    };
    const titles = block.titles.map((title) => ({ title }));
    lines.push(titleOf(collection, paint), ...formatTable(titles, cells, decorate).map((line) => `  ${line}`), "");
  }
  const counts = new Map<TargetStatus, number>();
  for (const each of statuses.values()) counts.set(each, (counts.get(each) ?? 0) + 1);
  const parts = (Object.keys(marks) as TargetStatus[])
    .filter((each) => counts.has(each))
    .map((each) => `${counts.get(each)} ${each}`);
  lines.push(`${statuses.size} targets: ${parts.join(", ")}.`);
  return lines;
}

function titleOf({ name, imported }: CollectionState, paint: Paint): string {
  return imported ? `${paint("bold", name)} ${paint("dim", "(imported)")}` : paint("bold", name);
}

/** Text, or a run's status, or nothing where the selection leaves a run out. */
type Cell = string | { readonly status: TargetStatus } | undefined;
interface Block {
  readonly titles: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

function specBlock({ runs, specs }: CollectionState): Block {
  const params = new Map(runs.map((run) => [run.paramName, run.setting]));
  const cell = (param: string, spec: string) => runs.find((run) => run.paramName === param && run.spec === spec);
  const rows = [...params].map(([param, setting]) => [param, setting, ...specs.map((spec) => cell(param, spec))]);
  return { titles: ["params", "setting", ...specs], rows };
}

function ruleBlock({ runs }: CollectionState): Block {
  const rules = [...new Set(runs.flatMap((run) => [...run.rules.keys()]))];
  const cell = (run: RunState, rule: string): Cell => {
    const each = run.rules.get(rule);
    return each === undefined ? undefined : { status: each };
  };
  const rows = runs.map((run) => [run.paramName, run.setting, run.spec, ...rules.map((rule) => cell(run, rule))]);
  return { titles: ["params", "setting", "spec", ...rules], rows };
}

type Running = Readonly<Record<string, NonNullable<TargetReport["running"]>>>;

/** What the targets that run now last said, by label. */
function runningTargets({ session }: Workspace, statuses: ReadonlyMap<string, TargetStatus>): Running {
  const labels = [...statuses].flatMap(([label, status]) => (status === "running" ? [label] : []));
  return Object.fromEntries(
    labels.flatMap((label) => {
      const { running } = session.show(label);
      return running ? [[label, running]] : [];
    }),
  );
}

function runningText(running: Running, paint: Paint): string[] {
  const rows = Object.entries(running).map(([label, { startedAt, progress }]) => [
    label,
    ...fieldCells(progress, secondsSince(startedAt)),
  ]);
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map((row) => row.length));
  const columns = Array.from({ length: width }, (_, c) => ({ title: c === 0 ? "running" : "" }));
  const cells = rows.map((row) => columns.map((_, c) => row[c] ?? ""));
  return ["", ...formatTable(columns, cells, dimHeader(paint))];
}

function matrixJson(matrix: readonly CollectionState[], statuses: ReadonlyMap<string, TargetStatus>) {
  return {
    collections: matrix.map(({ name, imported, specs, runs }) => ({
      name,
      imported,
      specs,
      runs: runs.map((run) => ({ ...run, rules: Object.fromEntries(run.rules) })),
    })),
    targets: Object.fromEntries(statuses),
  };
}

function matrixCsv(matrix: readonly CollectionState[]): string {
  const rows = matrix.flatMap(({ name, runs }) =>
    runs.flatMap((run) =>
      [...run.rules].map(([rule, each]) => [name, run.paramName, run.setting, run.spec, rule, each]),
    ),
  );
  return formatCsv([["collection", "params", "setting", "spec", "rule", "status"], ...rows]);
}
