import { closeSync, openSync, writeSync } from "node:fs";
import { type Hdf5Array, sizeOf } from "#lib/hdf5/hdf5-array.js";
import { replaceWith } from "#lib/replace-file.js";
import { npyHeaderBytes } from "./npy-header.js";
import { descrOf } from "./npy-type.js";

/** An array to be written, row-major; of one axis where no shape is given. */
export interface NpyContent {
  readonly data: Hdf5Array | readonly string[] | readonly boolean[];
  readonly shape?: readonly number[];
}

/** Largest piece written at once. */
const pieceBytes = 64 * 2 ** 20;

/** Writes an array as NumPy's `save` does; whole or not at all. Equal arrays give equal bytes. */
export function writeNpy(file: string, content: NpyContent): void {
  replaceWith(file, (aside) => {
    const descriptor = openSync(aside, "w");
    try {
      for (const piece of npyPieces(content)) writeAll(descriptor, piece);
    } finally {
      closeSync(descriptor);
    }
  });
}

/** The bytes of a .npy file in order, in pieces that are written as they are. */
export function npyPieces({ data, shape = [data.length] }: NpyContent): Uint8Array[] {
  if (sizeOf(shape) !== data.length) throw new RangeError(`${data.length} values for shape ${shape}`);
  const descr = descrOf(data);
  const values = ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : typeof data[0] === "boolean"
      ? Uint8Array.from(data as readonly boolean[], Number)
      : ucs4(data as readonly string[], Number(descr.slice(2)));
  const pieces: Uint8Array[] = [npyHeaderBytes(descr, shape)];
  for (let at = 0; at < values.length; at += pieceBytes) pieces.push(values.subarray(at, at + pieceBytes));
  return pieces;
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
