/** The runs as rows of a table: their cells, the order, the filter, the best values. */
import type { ReportData, ReportRun } from "#lib/report/report-data.js";
import { paramText } from "./format.js";
import { resultColumn, tellsOfData } from "./result-columns.js";

const LONGEST_TITLE = 70;

export interface RunColumn {
  readonly kind: "run" | "param" | "result";
  /** Of the parameter or result, as files spell it; `run` for the run. */
  readonly name: string;
}

/** The run, the parameters that differ, and each result that some run has and that tells something of the model. */
export function runColumns({ varying, runs }: ReportData): RunColumn[] {
  const results = [...new Set(runs.flatMap(({ results }) => Object.keys(results)))].filter((name) => {
    const values = new Set(runs.map((run) => run.results[name] ?? null));
    return tellsOfData(name) ? values.size > 1 : [...values].some((value) => value !== null);
  });
  return [
    { kind: "run", name: "run" },
    ...varying.map((name) => ({ kind: "param", name }) as const),
    ...results.map((name) => ({ kind: "result", name }) as const),
  ];
}

export function cellOf(run: ReportRun, { kind, name }: RunColumn): number | string | null {
  if (kind === "run") return runName(run);
  if (kind === "result") return run.results[name] ?? null;
  const value = run.params[name];
  return value === undefined ? null : typeof value === "number" ? value : paramText(value);
}

/** `<spec> · <param_HASH>`. */
export function runName({ spec, paramName }: ReportRun): string {
  return `${spec} · ${paramName}`;
}

/** Values of the parameters that differ among the runs. */
export function settingOf({ params }: ReportRun, { varying }: ReportData): string {
  return varying.map((name) => `${name} ${paramText(params[name])}`).join(" · ");
}

/** To choose it from a list: its name without what is the same of all, and its setting, cut where it is long. */
export function runTitle(run: ReportRun, data: ReportData): string {
  const isOneSpec = data.runs.every(({ spec }) => spec === run.spec);
  const text = [isOneSpec ? run.paramName : runName(run), settingOf(run, data)].filter(Boolean).join(" · ");
  return text.length > LONGEST_TITLE ? `${text.slice(0, LONGEST_TITLE - 1)}…` : text;
}

/** Ascending, with `-` before the name descending; what has no value comes last, ties stay as they are. */
export function sortRuns(runs: readonly ReportRun[], columns: readonly RunColumn[], sort: string): ReportRun[] {
  const column = columns.find(({ name }) => name === sort.replace(/^-/, ""));
  if (!column) return [...runs];
  const sign = sort.startsWith("-") ? -1 : 1;
  return runs
    .map((run) => ({ run, cell: cellOf(run, column) }))
    .sort((a, b) => {
      if (a.cell === null || b.cell === null) return Number(a.cell === null) - Number(b.cell === null);
      return a.cell === b.cell ? 0 : sign * (a.cell < b.cell ? -1 : 1);
    })
    .map(({ run }) => run);
}

/**
 * Runs that meet every word of the filter: a part of the run's name, setting or a parameter's value, or a comparison
 * as `c_factors_dim>=8`.
 */
export function filterRuns(runs: readonly ReportRun[], columns: readonly RunColumn[], filter: string): ReportRun[] {
  const tests = filter.split(/\s+/).filter(Boolean).map(testOf);
  return runs.filter((run) => tests.every((test) => test(run)));

  function testOf(word: string): (run: ReportRun) => boolean {
    const [, name, sign, value] = /^([^<>=!]+)(<=|>=|!=|<|>|=)(.+)$/.exec(word) ?? [];
    const column = columns.find((each) => isNamed(each, name ?? ""));
    if (column) return (run) => compares(cellOf(run, column), sign!, value!);
    const text = word.toLowerCase();
    return (run) =>
      [runName(run), run.name, ...run.datasets, ...Object.values(run.params).map(paramText)].some((each) =>
        each.toLowerCase().includes(text),
      );
  }
}

/** A result as JSON, CSV or the table has it. */
function isNamed({ kind, name }: RunColumn, asked: string): boolean {
  if (kind !== "result") return name === asked;
  const { csv, heading } = resultColumn(name);
  return [name, csv, heading].includes(asked);
}

function compares(cell: number | string | null, sign: string, text: string): boolean {
  if (cell === null) return false;
  const value = typeof cell === "number" ? Number(text) : text;
  switch (sign) {
    case "=":
      return cell === value;
    case "!=":
      return cell !== value;
    case "<":
      return cell < value;
    case "<=":
      return cell <= value;
    case ">":
      return cell > value;
    default:
      return cell >= value;
  }
}

/** The best value of a result, where one direction is better and runs differ. */
export function bestOf(runs: readonly ReportRun[], name: string): number | null {
  const { better } = resultColumn(name);
  const values = runs.map((run) => run.results[name]).filter((value) => typeof value === "number");
  if (!better || new Set(values).size < 2) return null;
  return values.reduce((best, value) => (better === "low" ? Math.min(best, value) : Math.max(best, value)));
}
