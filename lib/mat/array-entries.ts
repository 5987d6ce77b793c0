/** Entries over arrays that are in memory, in MATLAB's order, whatever version of MAT file they come from. */
import { toFloat64 } from "#lib/hdf5/hdf5-array.js";
import { columnMajorStrides, gather, rowMajorStrides } from "./gather.js";
import type { MatClass, MatEntry } from "./mat-entry.js";
import { unusable } from "./mat-failure.js";
import type { MatArray, MatNumberClass, MatSparse, MatValue } from "./mat-value.js";
import { elementsIn, numberClasses } from "./mat-value.js";

/** Most values that a sparse matrix is spread out to. */
const MOST_VALUES = 2 ** 28;

export interface EntryPlace {
  /** File and variable, for messages. */
  readonly where: string;
  readonly class: MatClass;
  readonly shape: readonly number[];
}

/** Numbers or logicals; what is read may be of a narrower type than the class says. */
export function numbersEntry(place: EntryPlace, read: () => MatArray, imaginary?: () => MatArray): MatEntry {
  const { shape } = place;
  let kept: MatArray | undefined;
  const stored = () => {
    kept ??= read();
    return kept;
  };
  let doubles: MatArray | undefined;
  const storedNumbers = () => {
    doubles ??= isBig(stored()) ? toFloat64(stored()) : stored();
    return doubles;
  };
  const strides = columnMajorStrides(shape);
  const all = (data: MatArray, into: MatArray): MatArray => {
    const fitting = isBig(into) && !isBig(data) ? BigInt64Array.from(data as Float64Array, BigInt) : data;
    return gather(isBig(fitting) && !isBig(into) ? toFloat64(fitting) : fitting, shape, strides, 0, into);
  };
  return {
    ...leaf(place),
    isComplex: imaginary !== undefined,
    slab: (axis, start, count, order) =>
      slabOf(storedNumbers(), shape.with(axis, count), strides, start * strides[axis]!, order),
    value: () => {
      const size = elementsIn(shape);
      if (place.class === "logical") {
        const data = all(stored(), new Uint8Array(size)) as Uint8Array;
        return { class: "logical", shape, data };
      }
      const name = place.class as MatNumberClass;
      const newArray = () => new numberClasses[name](size);
      return {
        class: name,
        shape,
        data: all(stored(), newArray()),
        ...(imaginary ? { imaginary: all(imaginary(), newArray()) } : {}),
      };
    },
  };
}

export function charEntry(place: EntryPlace, units: () => string): MatEntry {
  const { shape } = place;
  return {
    ...leaf(place),
    value: () => {
      const columnMajor = units();
      if (shape.length === 2 && shape[0] === 1) return { class: "char", shape, text: columnMajor };
      const ordered = gather(columnMajor, shape, columnMajorStrides(shape), 0, new Array(elementsIn(shape)));
      return { class: "char", shape, text: ordered.join("") };
    },
  };
}

export function sparseEntry(place: EntryPlace, sparse: () => MatSparse, isComplex: boolean): MatEntry {
  const { shape } = place;
  return {
    ...leaf(place),
    isComplex,
    value: sparse,
    slab: (axis, start, count, order) => {
      const part = shape.with(axis, count);
      if (elementsIn(part) > MOST_VALUES) {
        throw unusable(place.where, `The sparse matrix of ${shape.join(" × ")} is too large to be spread out.`);
      }
      const { rows, columnStarts, data } = sparse();
      const values = new Float64Array(elementsIn(part));
      for (let column = 0; column + 1 < columnStarts.length; column++) {
        for (let i = columnStarts[column]!; i < columnStarts[column + 1]!; i++) {
          const at = [rows[i]!, column];
          at[axis]! -= start;
          if (at[axis]! >= 0 && at[axis]! < count) values[at[0]! * part[1]! + at[1]!] = data[i]!;
        }
      }
      return order ? slabOf(values, part, rowMajorStrides(part), 0, order) : values;
    },
  };
}

/** A box of a strided array in memory, row-major with its axes in another order. */
export function slabOf(
  data: ArrayLike<unknown>,
  shape: readonly number[],
  strides: readonly number[],
  offset: number,
  order: readonly number[] = shape.map((_, axis) => axis),
): Float64Array {
  const lengths = order.map((axis) => shape[axis]!);
  const steps = order.map((axis) => strides[axis]!);
  return gather(data, lengths, steps, offset, new Float64Array(elementsIn(shape)));
}

export function cellEntry(place: EntryPlace, elements: () => readonly MatEntry[]): MatEntry {
  return {
    ...leaf(place),
    elements,
    value: () => ({ class: "cell", shape: place.shape, elements: valuesOf(elements(), place.shape) }),
  };
}

/** `elements`: of the field at `index` of `fields`. */
export function structEntry(
  place: EntryPlace,
  fields: readonly string[],
  elements: (index: number) => readonly MatEntry[],
): MatEntry {
  return {
    ...leaf(place),
    fields,
    elements: (field) => {
      const index = fields.indexOf(field ?? "");
      if (index < 0) throw new RangeError(`${place.where} has no field ${field}`);
      return elements(index);
    },
    value: () => ({
      class: "struct",
      shape: place.shape,
      fields: new Map(fields.map((field, index) => [field, valuesOf(elements(index), place.shape)])),
    }),
  };
}

export function unreadableEntry(place: EntryPlace & { readonly class: "function" | "object" }): MatEntry {
  return { ...leaf(place), value: () => ({ class: place.class, shape: place.shape }) };
}

/** What an entry is where nothing else is said. */
function leaf(place: EntryPlace): Omit<MatEntry, "value"> {
  return {
    class: place.class,
    shape: place.shape,
    isComplex: false,
    fields: [],
    elements: () => {
      throw new TypeError(`${place.where} is neither a cell nor a struct array`);
    },
    slab: () => {
      throw new TypeError(`${place.where} holds no numbers`);
    },
  };
}

function valuesOf(elements: readonly MatEntry[], shape: readonly number[]): MatValue[] {
  const ordered = gather(elements, shape, columnMajorStrides(shape), 0, new Array<MatEntry>(elements.length));
  return ordered.map((element) => element.value());
}

function isBig(data: MatArray): data is BigInt64Array | BigUint64Array {
  return data instanceof BigInt64Array || data instanceof BigUint64Array;
}
