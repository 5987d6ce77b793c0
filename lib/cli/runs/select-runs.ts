/** Which runs a command is about, and in which order. */
import { didYouMean } from "#lib/config/did-you-mean.js";
import type { Failure } from "#lib/failure.js";
import { err, ok, type Result } from "#lib/result.js";
import type { Workspace } from "../open-workspace.js";
import { runMatrix } from "../run-matrix.js";
import { type Comparison, compareValues, comparisonTest, parseComparison } from "./comparison.js";
import { type KnownRun, knownRuns } from "./known-run.js";
import { type RunField, runField } from "./run-field.js";

export interface RunQuery {
  /** Comparisons as `c_gen_dim>64`; all must hold. */
  readonly where?: readonly string[];
  /** Names to sort by, the first one first; `-` before a name turns it round. */
  readonly sort?: readonly string[];
}

/** In the order of the lfadsfile, but for `sort`; runs without a value come last. */
export async function selectRuns(workspace: Workspace, query: RunQuery): Promise<Result<KnownRun[], Failure[]>> {
  const { where = [], sort = [] } = query;
  const runs = knownRuns(workspace);
  const failures: Failure[] = [];
  const conditions = where.flatMap((text) => {
    const comparison = parseComparison(text);
    if (!comparison) {
      const hint = "Quote it, as --where 'c_gen_dim>64': to a shell > and < mean files.";
      failures.push({ kind: "usage", what: `--where takes a comparison as c_gen_dim>64, not "${text}".`, hint });
      return [];
    }
    const field = runField(workspace.project, comparison.name, "--where");
    if (!field.ok) failures.push(field.error);
    return field.ok ? [{ comparison, field: field.value }] : [];
  });
  const orders = sort.flatMap((text) => {
    const falls = text.startsWith("-");
    const field = runField(workspace.project, falls ? text.slice(1) : text, "--sort");
    if (!field.ok) failures.push(field.error);
    return field.ok ? [{ falls, field: field.value }] : [];
  });
  if (failures.length > 0) return err(failures);
  if ([...conditions, ...orders].some(({ field }) => field.name === "status")) await learnStatus(workspace, runs);

  let selected = runs;
  for (const { comparison, field } of conditions) {
    const test = testOf(comparison, field, runs);
    if (test.ok) selected = selected.filter((run) => test.value(field.of(run)));
    else failures.push({ kind: "usage", what: `--where: ${test.error}` });
  }
  return failures.length > 0 ? err(failures) : ok(sorted(selected, orders));
}

function testOf(
  comparison: Comparison,
  { of, isNumber, words }: RunField,
  runs: readonly KnownRun[],
): ReturnType<typeof comparisonTest> {
  const { name, value } = comparison;
  if (words && !words.includes(value)) {
    return err(`${name} is never ${JSON.stringify(value)}${didYouMean(value, words, "")}`);
  }
  const having = isNumber ? undefined : runs.find((run) => of(run) !== null);
  return comparisonTest(comparison, (having && of(having)) ?? 0);
}

async function learnStatus(workspace: Workspace, runs: readonly KnownRun[]): Promise<void> {
  const matrix = runMatrix(workspace, await workspace.session.status(), runs);
  const byLabel = new Map(matrix.flatMap((collection) => collection.runs.map(({ label, status }) => [label, status])));
  for (const run of runs) run.status = byLabel.get(run.label);
}

function sorted(runs: readonly KnownRun[], orders: readonly { field: RunField; falls: boolean }[]): KnownRun[] {
  const rows = runs.map((run) => ({ run, values: orders.map(({ field }) => field.of(run)) }));
  rows.sort((a, b) => {
    for (const [i, { falls }] of orders.entries()) {
      const [left, right] = [a.values[i]!, b.values[i]!];
      if (left === null || right === null) {
        if (left !== right) return left === null ? 1 : -1;
        continue;
      }
      const order = compareValues(left, right);
      if (order !== 0) return falls ? -order : order;
    }
    return 0;
  });
  return rows.map(({ run }) => run);
}
