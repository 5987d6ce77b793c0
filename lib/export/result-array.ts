import { type Hdf5Array, type Hdf5NumberType, sizeOf } from "#lib/hdf5/hdf5-array.js";

/** An array of an exported file, row-major, of which rows are made when they are asked for. */
export interface ResultArray {
  readonly name: string;
  /** What it is, in a few words. */
  readonly about: string;
  /** Of its values; absent where they have none. */
  readonly unit?: string;
  /** What each axis counts, as `trial`, `time`, `channel`. */
  readonly axes: readonly string[];
  readonly shape: readonly number[];
  readonly type: Hdf5NumberType;
  /** `count` rows along the first axis; of a single value, that value. */
  rows(start: number, count: number): Hdf5Array;
}

/** Values made at once, so that a block of any array stays near 16 MB. */
const BLOCK_VALUES = 2 ** 21;

/** All rows in order, some at a time, each block with the number of its first row. */
export function* blocksOf({ shape, rows }: ResultArray): Generator<[start: number, values: Hdf5Array]> {
  const [length = 1, ...rest] = shape;
  const step = Math.max(1, Math.floor(BLOCK_VALUES / Math.max(1, sizeOf(rest))));
  for (let start = 0; start < length; start += step) yield [start, rows(start, Math.min(step, length - start))];
}

/** An array that is in memory. */
export function arrayOf(
  name: string,
  about: string,
  axes: readonly string[],
  data: Float64Array | Int32Array | Uint8Array,
  options: { readonly shape?: readonly number[]; readonly unit?: string } = {},
): ResultArray {
  const { shape = [data.length], unit } = options;
  const rowSize = sizeOf(shape.slice(1));
  const type = data instanceof Float64Array ? "float64" : data instanceof Int32Array ? "int32" : "uint8";
  return {
    ...{ name, about, axes, shape, type },
    ...(unit === undefined ? {} : { unit }),
    rows: (start, count) => data.subarray(start * rowSize, (start + count) * rowSize),
  };
}
