/** Results of runs as a table, as JSON and as CSV. */
import { formatCsv } from "./format-csv.js";
import type { Paint } from "./paint.js";
import { type RunColumn, runTable } from "./run-table.js";
import { resultColumns } from "./runs/result-columns.js";
import type { ResultRow } from "./runs/result-row.js";

/** What a narrow terminal goes without, in this order. */
const expendable = [
  "psth_nll",
  "mean_rate_nll",
  "r2_median_over_channels",
  "train_cost",
  "sv_nll",
  "epochs",
  "valid_cost",
];

const columns = resultColumns.flatMap(({ name, title, of, text }): RunColumn<ResultRow>[] => {
  if (title === undefined) return [];
  const cell = (row: ResultRow) => {
    const value = of(row);
    return value === null ? "" : text(value);
  };
  return [{ title, text: cell, goes: expendable.includes(name) ? expendable.indexOf(name) : undefined }];
});

/** `width`: of the terminal; infinite where there is none. */
export function resultsTable(rows: readonly ResultRow[], paint: Paint, width: number): string[] {
  return runTable(rows, columns, { width, all: "lfads status --results --csv", paint });
}

/** With `params`, those that are not at their default. */
export function resultsJson(rows: readonly ResultRow[]): unknown {
  return rows.map(({ label, setting, nonDefault: params, results, trainSeconds }) => ({
    label,
    setting,
    params,
    ...results,
    trainSeconds,
  }));
}

/** Last of all a column for each parameter that is not the same in all rows. */
export function resultsCsv(rows: readonly ResultRow[]): string {
  const params = differingParams(rows);
  return formatCsv([
    ["label", "setting", ...resultColumns.map(({ name }) => name), ...params],
    ...rows.map((row) => [
      row.label,
      row.setting,
      ...resultColumns.map(({ of }) => of(row)),
      ...params.map((name) => {
        const value = row.values[name];
        if (value === undefined) return null;
        return typeof value === "object" ? JSON.stringify(value) : (value as string | number | boolean);
      }),
    ]),
  ]);
}

function differingParams(rows: readonly ResultRow[]): string[] {
  const names = new Set(rows.flatMap(({ nonDefault }) => Object.keys(nonDefault)));
  const text = (row: ResultRow, name: string) => JSON.stringify(row.values[name] ?? null);
  return [...names].filter((name) => rows.some((row) => text(row, name) !== text(rows[0]!, name)));
}
