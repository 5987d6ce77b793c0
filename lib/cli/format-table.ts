/** Aligned columns separated by two spaces; the header and no box. */
import type { Paint } from "./paint.js";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

/**
 * Lines without line ends; a column in which no row has anything is left out. `decorate` colours a cell after it was
 * padded; row -1 is the header.
 */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  decorate: (cell: string, row: number, column: number) => string = (cell) => cell,
): string[] {
  const used = columns.map((_, c) => c).filter((c) => rows.some((row) => row[c] !== ""));
  const widths = columns.map((column, c) => Math.max(column.title.length, ...rows.map((row) => row[c]!.length)));
  const line = (cells: readonly string[], r: number) =>
    used
      .map((c) => {
        const right = columns[c]!.align === "right";
        const last = c === used.at(-1);
        const padded = right ? cells[c]!.padStart(widths[c]!) : last ? cells[c]! : cells[c]!.padEnd(widths[c]!);
        return decorate(padded, r, c);
      })
      .join("  ")
      .trimEnd();
  const titles = columns.map((column) => column.title);
  return [line(titles, -1), ...rows.map((row, r) => line(row, r))];
}

/** For `decorate`: the header is dim. */
export function dimHeader(paint: Paint): (cell: string, row: number) => string {
  return (cell, row) => (row < 0 ? paint("dim", cell) : cell);
}
