/** Arrays of numbers of the page's data, decoded once, and parts of them. */
import { type DecodedValues, decodeValues } from "#lib/report/decode-values.js";
import type { Values } from "#lib/report/report-data.js";

export interface Matrix {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: DecodedValues;
}

const decoded = new WeakMap<Values, Matrix>();

export function matrixOf(values: Values): Matrix {
  const known = decoded.get(values);
  if (known) return known;
  const matrix = { shape: values.shape, data: decodeValues(values) };
  decoded.set(values, matrix);
  return matrix;
}

/** All numbers, whatever the shape. */
export function numbersOf(values: Values): number[] {
  return [...matrixOf(values).data];
}

/** What is at an index of the first axis: of trials × bins × channels, one trial. */
export function at({ shape, data }: Matrix, index: number): Matrix {
  const rest = shape.slice(1);
  const size = rest.reduce((product, length) => product * length, 1);
  return { shape: rest, data: data.subarray(index * size, (index + 1) * size) };
}

/** A column of a matrix: of bins × channels, one channel over time. */
export function column({ shape, data }: Matrix, index: number): number[] {
  const [rows, columns] = shape as [number, number];
  return Array.from({ length: rows }, (_, row) => data[row * columns + index]!);
}

/** Least and greatest of the numbers that are finite; `[0, 1]` where none is. */
export function extentOf(...parts: readonly Iterable<number>[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const part of parts) {
    for (const value of part) {
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low > high ? [0, 1] : [low, high];
}

/** Columns as rows: of bins × channels, channels × bins. */
export function transposed({ shape, data }: Matrix): Matrix {
  const [rows, columns] = shape as [number, number];
  const turned = Float32Array.from(
    { length: rows * columns },
    (_, i) => data[(i % rows) * columns + Math.floor(i / rows)]!,
  );
  return { shape: [columns, rows], data: turned };
}
