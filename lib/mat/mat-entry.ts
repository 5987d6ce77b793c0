import type { MatNumberClass, MatValue } from "./mat-value.js";

export type MatClass = MatNumberClass | "logical" | "char" | "cell" | "struct" | "sparse" | "function" | "object";

/** A variable of a MAT file, or an array within one, whose values are read when they are asked for. */
export interface MatEntry {
  readonly class: MatClass;
  readonly shape: readonly number[];
  readonly isComplex: boolean;
  /** Names of the fields of a struct, in its order; empty for all else. */
  readonly fields: readonly string[];
  /** Elements of a cell array, or of one field of a struct array, in MATLAB's order. */
  elements(field?: string): readonly MatEntry[];
  /**
   * Real parts of numbers and logicals, the indices `start` to before `start + count` of one axis; row-major.
   * @param order The entry's axes in the order that the result has them; as they are when absent.
   */
  slab(axis: number, start: number, count: number, order?: readonly number[]): Float64Array;
  /** All of it, with what it holds. */
  value(): MatValue;
}

/** An open MAT file. What it holds is known, but not read yet. */
export interface MatFile {
  readonly file: string;
  /** Names of its variables, in the file's order. */
  readonly names: readonly string[];
  /** Throws FailureError `data` where there is no such variable, or it is damaged. */
  variable(name: string): MatEntry;
  close(): void;
}

/** What the versions' own readers find. */
export interface MatContents {
  /** Name → reads the variable. */
  readonly variables: ReadonlyMap<string, () => MatEntry>;
  /** Thrown by who looks for a variable that is not there: it may be one whose name could not be read. */
  readonly damage?: unknown;
}
