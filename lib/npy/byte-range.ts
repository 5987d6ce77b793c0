import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { FailureError } from "#lib/failure.js";

/** A stretch of an open file. */
export interface ByteRange {
  /** For messages: the file, and the member of an archive. */
  readonly where: string;
  readonly descriptor: number;
  readonly start: number;
  readonly size: number;
}

/** A whole file, open for reading. Throws FailureError `data` where it cannot be opened. */
export function openBytes(file: string): ByteRange {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, "r");
    const stat = fstatSync(descriptor);
    if (stat.isFile()) return { where: file, descriptor, start: 0, size: stat.size };
  } catch (error) {
    if (descriptor !== undefined) closeSync(descriptor);
    const { code, message } = error as NodeJS.ErrnoException;
    const what = code === "ENOENT" ? "The file does not exist." : "The file cannot be opened.";
    throw new FailureError({ kind: "data", what, where: file, detail: message });
  }
  closeSync(descriptor);
  throw new FailureError({ kind: "data", what: "This is not a file.", where: file });
}

/** `length` bytes from `position` of the range on. Throws FailureError `data` where they are not there. */
export function readBytes(range: ByteRange, position: number, length: number): Buffer<ArrayBuffer> {
  const fits = position >= 0 && position + length <= range.size;
  const bytes = Buffer.from(new ArrayBuffer(fits ? length : 0));
  for (let done = 0; fits && done < length; ) {
    const read = readPiece(range, bytes, done, range.start + position + done);
    if (read === 0) break;
    done += read;
    if (done === length) return bytes;
  }
  if (length === 0 && fits) return bytes;
  throw new FailureError({
    kind: "data",
    what: "The file is cut short.",
    where: range.where,
    hint: "Copy or make it again.",
  });
}

/** Largest piece that the system is asked for at once; it gives less than 2 GB. */
const pieceBytes = 2 ** 30;

function readPiece(range: ByteRange, into: Buffer, offset: number, position: number): number {
  try {
    return readSync(range.descriptor, into, offset, Math.min(pieceBytes, into.length - offset), position);
  } catch (error) {
    throw new FailureError({
      kind: "data",
      what: "The file cannot be read.",
      where: range.where,
      detail: (error as Error).message,
    });
  }
}
