/** MATLAB's arrays as values; elements are always row-major here, MATLAB's column-major order is that of the files. */
import { type Hdf5Array, integerArrays } from "#lib/hdf5/hdf5-array.js";

export type MatValue = MatNumbers | MatLogical | MatChar | MatCell | MatStruct | MatSparse | MatUnreadable;

export type MatArray = Hdf5Array;

/** MATLAB's numeric classes by the array that holds them. */
export const numberClasses = { double: Float64Array, single: Float32Array, ...integerArrays } as const;

export type MatNumberClass = keyof typeof numberClasses;

export interface MatNumbers {
  readonly class: MatNumberClass;
  readonly shape: readonly number[];
  readonly data: MatArray;
  /** Imaginary parts of complex numbers. */
  readonly imaginary?: MatArray;
}

/** Numbers to be written that need not be in memory whole. */
export interface MatPieces {
  readonly class: MatNumberClass;
  readonly shape: readonly number[];
  /** The type of the pieces where it is a smaller one that holds the values; they are of `class` once they are loaded. */
  readonly stored?: MatNumberClass;
  /** All values in the order of the file, column-major. */
  readonly pieces: () => Iterable<MatArray>;
}

export interface MatLogical {
  readonly class: "logical";
  readonly shape: readonly number[];
  /** 0 and 1. */
  readonly data: Uint8Array;
}

export interface MatChar {
  readonly class: "char";
  /** As many UTF-16 code units as the text has: a text of one row is 1 × length. */
  readonly shape: readonly number[];
  /** All code units, row after row. */
  readonly text: string;
}

export interface MatCell {
  readonly class: "cell";
  readonly shape: readonly number[];
  readonly elements: readonly MatValue[];
}

/** A struct or a struct array. */
export interface MatStruct {
  readonly class: "struct";
  readonly shape: readonly number[];
  /** Field name → its value in each element. */
  readonly fields: ReadonlyMap<string, readonly MatValue[]>;
}

/** A sparse matrix by columns: those of column c are the entries `columnStarts[c]` … `columnStarts[c + 1] - 1`. */
export interface MatSparse {
  readonly class: "sparse";
  readonly of: "double" | "logical";
  readonly shape: readonly number[];
  /** Row of each entry, from 0. */
  readonly rows: Int32Array;
  readonly columnStarts: Int32Array;
  readonly data: Float64Array;
  readonly imaginary?: Float64Array;
}

/** What only MATLAB itself can make sense of; it cannot be written. */
export interface MatUnreadable {
  readonly class: "function" | "object";
  readonly shape: readonly number[];
}

/** The class of an array's numbers. */
export function numberClassOf(data: MatArray): MatNumberClass {
  const found = Object.entries(numberClasses).find(([, arrayType]) => data instanceof arrayType);
  if (!found) throw new TypeError("not an array that MATLAB has a class for");
  return found[0] as MatNumberClass;
}

/** An array of numbers, row-major; a column of them where no shape is given. Its class follows from the array's type. */
export function matNumbers(data: MatArray, shape: readonly number[] = [data.length, 1]): MatNumbers {
  return { class: numberClassOf(data), shape: checked(shape, data.length), data };
}

/** One double. */
export function matNumber(value: number): MatNumbers {
  return matNumbers(Float64Array.of(value), [1, 1]);
}

/** Booleans, row-major; a column of them where no shape is given. */
export function matLogical(values: Iterable<boolean | number>, shape?: readonly number[]): MatLogical {
  const data = Uint8Array.from(values, (value) => (value ? 1 : 0));
  return { class: "logical", shape: checked(shape ?? [data.length, 1], data.length), data };
}

/** A row of characters. */
export function matText(text: string): MatChar {
  return { class: "char", shape: text === "" ? [0, 0] : [1, text.length], text };
}

/** A cell array, row-major; a column where no shape is given. */
export function matCell(elements: readonly MatValue[], shape: readonly number[] = [elements.length, 1]): MatCell {
  return { class: "cell", shape: checked(shape, elements.length), elements };
}

/** One struct. */
export function matStruct(fields: Readonly<Record<string, MatValue>>): MatStruct {
  return {
    class: "struct",
    shape: [1, 1],
    fields: new Map(Object.entries(fields).map(([name, value]) => [name, [value]])),
  };
}

/** A struct array, a column where no shape is given. All elements have the fields of the first. */
export function matStructArray(
  elements: readonly Readonly<Record<string, MatValue>>[],
  shape: readonly number[] = [elements.length, 1],
): MatStruct {
  const names = Object.keys(elements[0] ?? {});
  const fields = new Map(names.map((name) => [name, elements.map((element) => element[name]!)]));
  return { class: "struct", shape: checked(shape, elements.length), fields };
}

/** Number of elements of a shape. */
export function elementsIn(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

function checked(shape: readonly number[], elements: number): readonly number[] {
  if (elementsIn(shape) !== elements) throw new RangeError(`${elements} elements for the shape ${shape.join(" × ")}`);
  return shape;
}
