/** One variable as the bytes of a MAT file of level 5, little-endian. */
import { inColumnMajor, visitColumnMajor } from "./column-major.js";
import { flag, mi, mx } from "./mat-codes.js";
import type { MatArray, MatChar, MatPieces, MatValue } from "./mat-value.js";
import { elementsIn, numberClasses } from "./mat-value.js";

/** Values put into MATLAB's order at once. */
const BLOCK_VALUES = 2 ** 18;

/** A data element: its tag, its content, which comes in pieces, and padding to 8 bytes. */
interface Element {
  /** Bytes of the content alone. */
  readonly length: number;
  readonly type: number;
  readonly pieces: () => Iterable<Uint8Array>;
}

/** Bytes of the variable's element, tag and padding included. */
export function matrixBytes(name: string, value: MatValue | MatPieces): number {
  return sizeOf(matrix(name, value));
}

/** The variable's element in pieces of a few MB. */
export function encodeMatrix(name: string, value: MatValue | MatPieces): Iterable<Uint8Array> {
  return encode(matrix(name, value));
}

function matrix(name: string, value: MatValue | MatPieces): Element {
  const shape = matlabShape(value.shape);
  const parts = [
    raw(mi.uint32, arrayFlags(value)),
    raw(mi.int32, Int32Array.from(shape)),
    raw(mi.int8, Buffer.from(matlabName(name, "variable"), "latin1")),
    ...contents(value, shape),
  ];
  return group(mi.matrix, parts);
}

function contents(value: MatValue | MatPieces, shape: readonly number[]): Element[] {
  switch (value.class) {
    case "char":
      return [characters(value, shape)];
    case "cell":
      return inColumnMajor(value.elements, shape).map((element) => matrix("", element));
    case "struct": {
      const names = [...value.fields.keys()].map((field) => matlabName(field, "field"));
      const length = names.some((field) => field.length > 31) ? 64 : 32;
      const values = [...value.fields.values()].map((elements) => inColumnMajor(elements, shape));
      const inOrder = Array.from({ length: elementsIn(shape) }, (_, i) => values.map((elements) => elements[i]!));
      return [
        raw(mi.int32, Int32Array.of(length)),
        raw(mi.int8, Buffer.from(names.map((field) => field.padEnd(length, "\0")).join(""), "latin1")),
        ...inOrder.flat().map((element) => matrix("", element)),
      ];
    }
    case "sparse": {
      const values =
        value.of === "logical"
          ? [raw(mi.uint8, Uint8Array.from(value.data))]
          : [value.data, ...(value.imaginary ? [value.imaginary] : [])].map((part) => raw(mi.double, part));
      return [raw(mi.int32, value.rows), raw(mi.int32, value.columnStarts), ...values];
    }
    case "function":
    case "object":
      throw new TypeError(`a MATLAB ${value.class} cannot be written`);
    case "logical":
      return [numbers(mi.uint8, value.data, shape)];
    default: {
      if ("pieces" in value) return [streamed(value)];
      const type = mi[value.class];
      const parts = [value.data, ...(value.imaginary ? [value.imaginary] : [])];
      return parts.map((part) => numbers(type, part, shape));
    }
  }
}

/** The array's class and flags, and the number of entries of a sparse one. */
function arrayFlags(value: MatValue | MatPieces): Uint32Array {
  const code = value.class === "logical" ? mx.uint8 : mx[value.class];
  const isSparse = value.class === "sparse";
  const isLogical = value.class === "logical" || (isSparse && value.of === "logical");
  const isComplex = "imaginary" in value && value.imaginary !== undefined;
  const flags = (isLogical ? flag.logical : 0) | (isComplex ? flag.complex : 0);
  return Uint32Array.of((flags << 8) | code, isSparse ? value.data.length : 0);
}

/** ASCII as UTF-8, all else as UTF-16, as MATLAB does. */
function characters({ text }: MatChar, shape: readonly number[]): Element {
  const isAscii = /^[\0-\x7f]*$/.test(text);
  const units = Uint16Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
  return isAscii ? numbers(mi.utf8, Uint8Array.from(units), shape) : numbers(mi.utf16, units, shape);
}

function numbers(type: number, data: MatArray, shape: readonly number[]): Element {
  return {
    type,
    length: data.byteLength,
    *pieces() {
      for (let start = 0; start < data.length; start += BLOCK_VALUES) {
        const count = Math.min(BLOCK_VALUES, data.length - start);
        const block = new (data.constructor as new (length: number) => Float64Array)(count);
        visitColumnMajor(shape, start, count, (position, nth) => {
          block[nth] = (data as Float64Array)[position]!;
        });
        yield bytesOf(block);
      }
    },
  };
}

function streamed({ class: name, stored = name, shape, pieces }: MatPieces): Element {
  return {
    type: mi[stored],
    length: elementsIn(shape) * numberClasses[stored].BYTES_PER_ELEMENT,
    *pieces() {
      for (const piece of pieces()) yield bytesOf(piece);
    },
  };
}

function raw(type: number, content: MatArray): Element {
  return { type, length: content.byteLength, pieces: () => [bytesOf(content)] };
}

function group(type: number, parts: readonly Element[]): Element {
  return {
    type,
    length: parts.reduce((sum, part) => sum + sizeOf(part), 0),
    *pieces() {
      for (const part of parts) yield* encode(part);
    },
  };
}

/** Content of up to four bytes stands within its tag. */
const isSmall = ({ length, type }: Element) => length > 0 && length <= 4 && type !== mi.matrix;

const padding = (length: number) => (8 - (length % 8)) % 8;

function sizeOf(element: Element): number {
  return isSmall(element) ? 8 : 8 + element.length + padding(element.length);
}

function* encode(element: Element): Generator<Uint8Array> {
  const { type, length } = element;
  const small = isSmall(element);
  yield bytesOf(small ? Uint16Array.of(type, length) : Uint32Array.of(type, length));
  yield* element.pieces();
  yield new Uint8Array(small ? 4 - length : padding(length));
}

/** At least two axes, and no more than needed. */
function matlabShape(shape: readonly number[]): readonly number[] {
  const lengths = [...shape, ...[1, 1].slice(shape.length)];
  while (lengths.length > 2 && lengths.at(-1) === 1) lengths.pop();
  return lengths;
}

function matlabName(name: string, what: string): string {
  if (name === "" && what === "variable") return name; // an element of a cell or struct
  if (!/^[A-Za-z]\w{0,62}$/.test(name)) throw new TypeError(`"${name}" is no name of a MATLAB ${what}`);
  return name;
}

/** The engine's WebAssembly memory is little-endian, and so are the machines that this runs on. */
function bytesOf(data: MatArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
