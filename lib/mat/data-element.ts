/** The data elements that MAT files of level 5 are made of: a tag that tells type and length, then the content. */
import { mi } from "./mat-codes.js";
import { damaged } from "./mat-failure.js";
import { type MatArray, type MatNumberClass, numberClasses } from "./mat-value.js";

/** Bytes of a variable; all offsets are within them. */
export interface Bytes {
  readonly data: Buffer;
  readonly bigEndian: boolean;
  /** File and variable, for messages. */
  readonly where: string;
}

export interface Element {
  readonly type: number;
  /** The content is from `start` to before `end`. */
  readonly start: number;
  readonly end: number;
  /** Where the next element begins. */
  readonly next: number;
}

/** The element whose tag is at `at`, all of which must lie before `limit`. */
export function elementAt(bytes: Bytes, at: number, limit: number): Element {
  if (at + 8 > limit) throw damaged(bytes.where, `an element is expected at byte ${at}, but the data end at ${limit}`);
  const word = uint32(bytes, at);
  const small = word >>> 16;
  const [type, length] = small > 0 ? [word & 0xffff, small] : [word, uint32(bytes, at + 4)];
  const start = small > 0 ? at + 4 : at + 8;
  const end = start + length;
  if (small > 4 || end > limit) throw damaged(bytes.where, `the element at byte ${at} is ${length} bytes long`);
  const next = small > 0 ? at + 8 : Math.min(limit, end + ((8 - (length % 8)) % 8));
  return { type, start, end, next };
}

interface ArrayType {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, offset?: number, length?: number): MatArray;
}

const arrayTypes = new Map<number, ArrayType>(
  Object.entries(numberClasses).map(([name, arrayType]) => [mi[name as MatNumberClass], arrayType]),
);

export function isNumbers({ type }: Element): boolean {
  return arrayTypes.has(type);
}

/** Number of values of an element of numbers. */
export function lengthOf({ type, start, end }: Element): number {
  return Math.floor((end - start) / bytesPerValue(type));
}

/** The values of an element of numbers, in the type they are stored in; where they lie, if that can be. */
export function numbersOf(bytes: Bytes, element: Element): MatArray {
  const arrayType = arrayTypes.get(element.type)!;
  const width = bytesPerValue(element.type);
  const at = bytes.data.byteOffset + element.start;
  if (!bytes.bigEndian && at % width === 0) return new arrayType(bytes.data.buffer, at, lengthOf(element));
  const copy = new Uint8Array(lengthOf(element) * width);
  bytes.data.copy(copy, 0, element.start, element.start + copy.length);
  if (bytes.bigEndian) swapBytes(copy, width);
  return new arrayType(copy.buffer);
}

export function swapBytes(data: Uint8Array, width: number): void {
  const buffer = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (width === 2) buffer.swap16();
  else if (width === 4) buffer.swap32();
  else if (width === 8) buffer.swap64();
}

export function uint32({ data, bigEndian }: Bytes, at: number): number {
  return bigEndian ? data.readUInt32BE(at) : data.readUInt32LE(at);
}

function bytesPerValue(type: number): number {
  return arrayTypes.get(type)?.BYTES_PER_ELEMENT ?? 1;
}
