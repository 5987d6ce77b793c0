import { closeSync, openSync, writeSync } from "node:fs";
import { bytesPerValue, type Hdf5Array, type Hdf5NumberType, newHdf5Array, sizeOf } from "#lib/hdf5/hdf5-array.js";
import { replaceWith } from "#lib/replace-file.js";
import { npyHeaderBytes } from "./npy-header.js";
import { descrOf } from "./npy-type.js";

/** An array to be written, row-major; of one axis where no shape is given. */
export interface NpyContent {
  readonly data: Hdf5Array | readonly string[] | readonly boolean[];
  readonly shape?: readonly number[];
}

/** An array that need not be in memory whole: all its values in row-major order, piece by piece. */
export interface NpyPieces {
  readonly type: Hdf5NumberType;
  readonly shape: readonly number[];
  readonly pieces: () => Iterable<Hdf5Array>;
}

/** Largest piece written at once. */
const pieceBytes = 64 * 2 ** 20;

/** Writes an array as NumPy's `save` does; whole or not at all. Equal arrays give equal bytes. */
export function writeNpy(file: string, content: NpyContent): void {
  replaceWith(file, (aside) => {
    const descriptor = openSync(aside, "w");
    try {
      for (const piece of npyEntry(content).pieces()) writeAll(descriptor, piece);
    } finally {
      closeSync(descriptor);
    }
  });
}

/** A .npy file: how long it is, and its bytes in pieces that are written as they are. */
export function npyEntry(content: NpyContent | NpyPieces): { size: number; pieces: () => Iterable<Uint8Array> } {
  if ("pieces" in content) {
    const { type, shape, pieces } = content;
    const header = npyHeaderBytes(descrOf(newHdf5Array(type, 0)), shape);
    return {
      size: header.length + sizeOf(shape) * bytesPerValue(type),
      *pieces() {
        yield header;
        for (const piece of pieces()) yield new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
      },
    };
  }
  const { data, shape = [data.length] } = content;
  if (sizeOf(shape) !== data.length) throw new RangeError(`${data.length} values for shape ${shape}`);
  const descr = descrOf(data);
  const header = npyHeaderBytes(descr, shape);
  const values = ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : typeof data[0] === "boolean"
      ? Uint8Array.from(data as readonly boolean[], Number)
      : ucs4(data as readonly string[], Number(descr.slice(2)));
  return {
    size: header.length + values.length,
    *pieces() {
      yield header;
      for (let at = 0; at < values.length; at += pieceBytes) yield values.subarray(at, at + pieceBytes);
    },
  };
}

export function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}

/** Each text as `width` characters of 4 bytes, filled up with zeros. */
function ucs4(texts: readonly string[], width: number): Uint8Array {
  const codes = new Uint32Array(texts.length * width);
  texts.forEach((text, i) => {
    codes.set(
      Array.from(text, (character) => character.codePointAt(0)!),
      i * width,
    );
  });
  return new Uint8Array(codes.buffer);
}
