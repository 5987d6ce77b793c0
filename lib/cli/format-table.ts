/** Aligned columns separated by two spaces; the header and no box. */
export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

/** Lines without line ends. `decorate` colours a cell after it was padded; row -1 is the header. */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  decorate: (cell: string, row: number, column: number) => string = (cell) => cell,
): string[] {
  const widths = columns.map((column, c) => Math.max(column.title.length, ...rows.map((row) => row[c]!.length)));
  const line = (cells: readonly string[], r: number) =>
    cells
      .map((cell, c) => {
        const right = columns[c]!.align === "right";
        const last = c === columns.length - 1;
        const padded = right ? cell.padStart(widths[c]!) : last ? cell : cell.padEnd(widths[c]!);
        return decorate(padded, r, c);
      })
      .join("  ")
      .trimEnd();
  const titles = columns.map((column) => column.title);
  return [line(titles, -1), ...rows.map((row, r) => line(row, r))];
}
