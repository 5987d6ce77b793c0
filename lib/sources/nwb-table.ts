import { closestNames } from "#lib/closest-names.js";
import { FailureError } from "#lib/failure.js";
import type { Hdf5File } from "#lib/hdf5/open-hdf5.js";

type Value = string | number | boolean;

/** A table of NWB: a group with one dataset a column. */
export class NwbTable {
  readonly #h5: Hdf5File;
  /** Without a slash before or after. */
  readonly path: string;
  readonly length: number;

  constructor(h5: Hdf5File, path: string) {
    this.#h5 = h5;
    this.path = path.replace(/^\/+|\/+$/g, "");
    if (!h5.has(this.path) || h5.keys(this.path).length === 0) {
      const groups = new Set(h5.paths().map((dataset) => dataset.slice(0, Math.max(0, dataset.lastIndexOf("/")))));
      const tables = [...groups].filter((group) => h5.has(`${group}/id`));
      throw new FailureError({
        kind: "data",
        what: "The NWB file has no such table.",
        where: `${h5.file}:${this.path}`,
        hint: tables.length
          ? `Its tables, closest first: ${closestNames(this.path, tables).join(", ")}.`
          : "It holds no table at all. Is it an NWB 2 file?",
      });
    }
    this.length = h5.shape(this.#columnPath("id"))[0] ?? 0;
  }

  /** One number a row; booleans are 0 and 1. */
  numbers(column: string): Float64Array {
    return this.#h5.readFloat64(this.#rowColumn(column));
  }

  /** One value a row: text or a number, and of a reference the name of what it refers to. */
  values(column: string): (string | number)[] {
    const path = this.#rowColumn(column);
    const type = this.#h5.dtype(path);
    if (type === "string") return this.#h5.readStrings(path);
    if (type === "reference") return this.#h5.references(path).map((referred) => referred.replace(/.*\//, ""));
    const numbers = [...this.#h5.readFloat64(path)];
    const elements = this.#h5.reference(path, "elements");
    if (elements === undefined) return numbers;
    const names = this.#h5.readStrings(elements);
    return numbers.map((number) => names[number] ?? number);
  }

  /** Row numbers, from 0, where every column has one of its values. */
  rowsWhere(where: Readonly<Record<string, readonly Value[]>>): number[] {
    let rows = Array.from({ length: this.length }, (_, row) => row);
    for (const [column, wanted] of Object.entries(where)) {
      const values = this.values(column);
      const allowed = new Set(wanted.map((value) => (typeof value === "boolean" ? Number(value) : value)));
      const there = new Set(values);
      if (![...allowed].some((value) => there.has(value))) {
        const shown = [...there]
          .sort(byValue)
          .slice(0, 10)
          .map((value) => JSON.stringify(value));
        throw new FailureError({
          kind: "data",
          what: `No row has ${[...allowed].map((value) => JSON.stringify(value)).join(" or ")} in this column.`,
          where: `${this.#h5.file}:${this.path}/${column}`,
          hint: `It holds ${shown.join(", ")}${there.size > 10 ? ", …" : ""}.`,
        });
      }
      rows = rows.filter((row) => allowed.has(values[row]!));
    }
    return rows;
  }

  /** A ragged column: row r holds values `bounds[r]` to `bounds[r + 1]` of the dataset at `path`. */
  ragged(column: string): { path: string; bounds: number[] } {
    const path = this.#columnPath(column);
    const index = this.#indexOf(column) ?? this.#columnPath(`${column}_index`);
    const ends = this.#h5.readFloat64(index);
    const total = this.#h5.shape(path)[0] ?? 0;
    const bounds = [0, ...ends];
    if (bounds.some((end, i) => end < (bounds[i - 1] ?? 0) || end > total)) {
      throw new FailureError({
        kind: "data",
        what: `The index does not fit the ${total} values of ${column}.`,
        where: `${this.#h5.file}:${index}`,
      });
    }
    return { path, bounds };
  }

  /** A column of rows of another table: which table, where the file tells it, and row r's rows there. */
  region(column: string): { table: string | undefined; rows(row: number): number[] } {
    const path = this.#columnPath(column);
    const referred = [...this.#h5.readFloat64(path)];
    const bounds = this.#indexOf(column) === undefined ? undefined : this.ragged(column).bounds;
    return {
      table: this.#h5.reference(path, "table"),
      rows: (row) => (bounds ? referred.slice(bounds[row], bounds[row + 1]) : [referred[row]!]),
    };
  }

  /** Path of the index of a ragged column: named for it, or another that says that it is its index. */
  #indexOf(column: string): string | undefined {
    const named = `${this.path}/${column}_index`;
    if (this.#h5.has(named)) return named;
    return this.#h5
      .keys(this.path)
      .map((key) => `${this.path}/${key}`)
      .find((path) => this.#h5.reference(path, "target") === `/${this.path}/${column}`);
  }

  #rowColumn(column: string): string {
    const path = this.#columnPath(column);
    const shape = this.#h5.shape(path);
    if (shape.length === 1 && shape[0] === this.length) return path;
    throw new FailureError({
      kind: "data",
      what: `The column has shape ${shape.join(" × ")}, but one value for each of the ${this.length} rows was expected.`,
      where: `${this.#h5.file}:${path}`,
    });
  }

  #columnPath(column: string): string {
    const path = `${this.path}/${column}`;
    if (this.#h5.has(path)) return path;
    throw new FailureError({
      kind: "data",
      what: `The table ${this.path} has no column ${column}.`,
      where: `${this.#h5.file}:${path}`,
      hint: `Its columns, closest first: ${closestNames(column, this.#h5.keys(this.path)).join(", ")}.`,
    });
  }
}

/** Numbers before strings, each in order. */
function byValue(a: string | number, b: string | number): number {
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
