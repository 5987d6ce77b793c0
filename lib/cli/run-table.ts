/** A table with a line a run: collections stand on lines of their own, and what a narrow terminal cannot show is left out. */
import { counted } from "#lib/counted.js";
import { formatTable } from "./format-table.js";
import type { Paint } from "./paint.js";
import { truncateEnd } from "./truncate.js";

export interface RunRow {
  /** `<collection>/<param_HASH>/<spec>`, or that of a target. */
  readonly label: string;
  readonly setting: string;
}

export interface RunColumn<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  /** Columns with a number go where there is no room, the lowest first. */
  readonly goes?: number | undefined;
}

export interface RunTableOptions {
  readonly width: number;
  /** The command that prints every column. */
  readonly all: string;
  readonly paint: Paint;
  /** Of the first column. */
  readonly title?: string;
}

const SHORTEST_SETTING = 12;

/** Where a collection's runs do not stand together, labels are whole. */
export function runTable<Row extends RunRow>(
  rows: readonly Row[],
  columns: readonly RunColumn<Row>[],
  { width, all, paint, title = "run" }: RunTableOptions,
): string[] {
  const named = isGrouped(rows) ? groupedRows(rows) : rows.map((row) => ({ name: row.label, row }));
  const used = columns.filter(({ text }) => rows.some((row) => text(row) !== ""));
  const going = used.filter(({ goes }) => goes !== undefined).sort((a, b) => b.goes! - a.goes!);
  let shown = used;
  let lines = linesOf(named, shown, title);
  while (widthOf(lines) > width && going.length > 0) {
    const gone = going.pop();
    shown = shown.filter((column) => column !== gone);
    lines = linesOf(named, shown, title);
  }
  const over = widthOf(lines) - width;
  const longest = Math.max(...rows.map(({ setting }) => setting.length));
  if (over > 0) lines = linesOf(named, shown, title, Math.max(SHORTEST_SETTING, longest - over));
  const missing = used.length - shown.length;
  const note = missing === 0 ? [] : [paint("dim", `${counted(missing, "column")} left out: ${all} has them.`)];
  return [paint("dim", lines[0]!), ...lines.slice(1), ...note];
}

interface NamedRow<Row> {
  readonly name: string;
  /** Undefined for the line of a collection. */
  readonly row?: Row;
}

function linesOf<Row extends RunRow>(
  rows: readonly NamedRow<Row>[],
  columns: readonly RunColumn<Row>[],
  title: string,
  settingWidth = Number.POSITIVE_INFINITY,
): string[] {
  const titles = columns.map(({ title }) => ({ title, align: "right" as const }));
  const cells = rows.map(({ name, row }) => [
    name,
    row ? truncateEnd(row.setting, settingWidth) : "",
    ...columns.map(({ text }) => (row ? text(row) : "")),
  ]);
  return formatTable([{ title }, { title: "setting" }, ...titles], cells);
}

function widthOf(lines: readonly string[]): number {
  return Math.max(...lines.map(({ length }) => length));
}

function isGrouped(rows: readonly RunRow[]): boolean {
  const starts = rows.filter((row, i) => i === 0 || collectionOf(row) !== collectionOf(rows[i - 1]!));
  return new Set(starts.map(collectionOf)).size === starts.length;
}

function groupedRows<Row extends RunRow>(rows: readonly Row[]): NamedRow<Row>[] {
  return rows.flatMap((row, i) => {
    const collection = collectionOf(row);
    const run = { name: `  ${row.label.slice(collection.length + 1)}`, row };
    return i > 0 && collectionOf(rows[i - 1]!) === collection ? [run] : [{ name: collection }, run];
  });
}

function collectionOf({ label }: RunRow): string {
  return /^[^/:]+/.exec(label)![0];
}
