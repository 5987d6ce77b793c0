import { type Bytes, type Element, elementAt, numbersOf, uint32 } from "./data-element.js";
import { flag, mi, mx } from "./mat-codes.js";
import type { MatClass } from "./mat-entry.js";
import { damaged } from "./mat-failure.js";
import { elementsIn } from "./mat-value.js";

export interface MatrixHeader {
  readonly class: MatClass;
  readonly shape: readonly number[];
  readonly isComplex: boolean;
  readonly isLogical: boolean;
  readonly isObject: boolean;
  readonly name: string;
  /** Where the contents begin. */
  readonly contents: number;
}

const classNames = new Map<number, MatClass>(
  Object.entries(mx).map(([name, code]) => [code, name === "opaque" ? "object" : (name as MatClass)]),
);

/** Class, shape and name, which stand in the first bytes. */
export function parseHeader(bytes: Bytes, start: number, limit: number): MatrixHeader {
  const flags = elementAt(bytes, start, limit);
  if (flags.type !== mi.uint32 || flags.end - flags.start !== 8) throw damaged(bytes.where, "there are no array flags");
  const word = uint32(bytes, flags.start);
  const code = word & 0xff;
  const name = classNames.get(code);
  if (name === undefined) throw damaged(bytes.where, `there is no array class ${code}`);
  const has = (bit: number) => ((word >>> 8) & bit) !== 0;
  const header = {
    class: name,
    isComplex: has(flag.complex),
    isLogical: has(flag.logical),
    isObject: code === mx.object || code === mx.opaque,
  };
  if (code === mx.opaque) {
    const own = elementAt(bytes, flags.next, limit);
    return { ...header, shape: [1, 1], name: textOf(bytes, own), contents: own.next };
  }
  const dimensions = elementAt(bytes, flags.next, limit);
  const own = elementAt(bytes, dimensions.next, limit);
  if (own.type !== mi.int8 && own.type !== mi.utf8 && own.type !== mi.uint8) {
    throw damaged(bytes.where, `the name is of type ${own.type}`);
  }
  return { ...header, shape: shapeOf(bytes, dimensions), name: textOf(bytes, own), contents: own.next };
}

function shapeOf(bytes: Bytes, element: Element): number[] {
  if (element.type !== mi.int32 && element.type !== mi.uint32) {
    throw damaged(bytes.where, `the shape is of type ${element.type}`);
  }
  const shape = Array.from(numbersOf(bytes, element) as Int32Array);
  const isPlausible = shape.length >= 2 && shape.length <= 64 && shape.every((length) => length >= 0);
  if (!isPlausible || elementsIn(shape) > Number.MAX_SAFE_INTEGER) {
    throw damaged(bytes.where, `the shape is ${shape.join(" × ")}`);
  }
  return shape;
}

function textOf({ data }: Bytes, { start, end, type }: Element): string {
  return untilZero(data.toString(type === mi.utf8 ? "utf8" : "latin1", start, end));
}

/** Names are padded with zeros. */
export function untilZero(text: string): string {
  const zero = text.indexOf("\0");
  return zero < 0 ? text : text.slice(0, zero);
}
