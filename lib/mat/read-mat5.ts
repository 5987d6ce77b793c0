import { readSync } from "node:fs";
import { constants, inflateSync } from "node:zlib";
import { type Bytes, elementAt, uint32 } from "./data-element.js";
import { mi } from "./mat-codes.js";
import type { MatContents, MatEntry } from "./mat-entry.js";
import { damaged } from "./mat-failure.js";
import { parseHeader } from "./matrix-header.js";
import { parseMatrix } from "./parse-matrix.js";

/** Enough of a variable to know its class, shape and name. */
const HEAD_BYTES = 4096;
/** Deflate makes at most this many bytes of one. */
const MOST_INFLATED = 1032;

/** The variables of a MAT file of level 5, whose values stay unread, and compressed ones uninflated. */
export function listMat5(file: string, descriptor: number, fileBytes: number, bigEndian: boolean): MatContents {
  const variables = new Map<string, () => MatEntry>();
  const read = (at: number, length: number): Buffer => {
    const data = Buffer.alloc(Math.max(0, Math.min(length, fileBytes - at)));
    return data.subarray(0, readSync(descriptor, data, 0, data.length, at));
  };
  let damage: unknown;
  for (let at = 128, next = fileBytes; at < fileBytes; at = next) {
    next = fileBytes;
    try {
      const tag: Bytes = { data: read(at, 8), bigEndian, where: file };
      if (tag.data.length < 8) throw damaged(file, `the file ends within the tag at byte ${at}`);
      const [type, length, start] = [uint32(tag, 0), uint32(tag, 4), at + 8];
      const content = (most: number) => read(start, Math.min(most, length));
      if (type === mi.compressed) {
        next = start + length;
        const name = nameOf({ data: inflateHead(content(HEAD_BYTES)), bigEndian, where: file }, 8);
        const where = `${file}:${name}`;
        variables.set(name, () => {
          const data = inflateWhole(content(length), bigEndian, where);
          // Octave counts 4 bytes too many for some text; what is inflated is whole, as its checksum tells.
          return parseMatrix({ data, bigEndian, where }, 8, data.length);
        });
      } else if (type === mi.matrix) {
        next = start + length + ((8 - (length % 8)) % 8);
        const name = nameOf({ data: content(HEAD_BYTES), bigEndian, where: file }, 0);
        variables.set(name, () => {
          return matrixIn({ data: read(start - 8, length + 8), bigEndian, where: `${file}:${name}` });
        });
      } else throw damaged(file, `there is no data type ${type}, at byte ${at}`);
    } catch (error) {
      damage ??= error;
    }
  }
  // MATLAB keeps what objects and function handles need in a variable without a name.
  variables.delete("");
  return { variables, ...(damage === undefined ? {} : { damage }) };
}

function nameOf(bytes: Bytes, start: number): string {
  return parseHeader(bytes, start, bytes.data.length).name;
}

function matrixIn(bytes: Bytes): MatEntry {
  const { type, start, end } = elementAt(bytes, 0, bytes.data.length);
  if (type !== mi.matrix) throw damaged(bytes.where, `the variable is of type ${type}`);
  return parseMatrix(bytes, start, end);
}

function inflateHead(compressed: Buffer): Buffer {
  try {
    return inflateSync(compressed, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return Buffer.alloc(0);
  }
}

/** Its first bytes tell its length, so one piece of memory holds it, no larger than what can come out of it. */
function inflateWhole(compressed: Buffer, bigEndian: boolean, where: string): Buffer {
  const head = inflateHead(compressed.subarray(0, HEAD_BYTES));
  if (head.length < 8) throw damaged(where, "it does not inflate");
  const length = uint32({ data: head, bigEndian, where }, 4) + 8;
  if (length > compressed.length * MOST_INFLATED + 1024) {
    throw damaged(where, `${length} bytes cannot come out of ${compressed.length}`);
  }
  try {
    return inflateSync(compressed, { chunkSize: length + 64, maxOutputLength: length + 64 });
  } catch (error) {
    throw damaged(where, (error as Error).message);
  }
}
