import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createDeflate } from "node:zlib";
import { diskFailure } from "#lib/disk-failure.js";
import { FailureError } from "#lib/failure.js";
import { encodeMatrix, matrixBytes } from "./encode-matrix.js";
import { mi } from "./mat-codes.js";
import type { MatPieces, MatValue } from "./mat-value.js";

/** MATLAB's own limit on a variable of these formats. */
export const MOST_VARIABLE_BYTES = 2 ** 31 - 1;

/** Small pieces are joined to about this before they are written. */
const JOINED_BYTES = 2 ** 18;

let written = 0;

/**
 * Writes variables to a MAT file that MATLAB, Octave and SciPy load: plain as MATLAB's `-v6`, or compressed as its `-v7`.
 * It is written aside and renamed, so that `file` is either whole or untouched. Equal variables give equal bytes;
 * compressed ones may differ between versions of Node, whose zlib they come from.
 * Throws FailureError `data` for a variable of 2 GB or more, which these formats cannot hold, and `disk` for a full or
 * read-only disk.
 */
export async function writeMat(
  file: string,
  variables: Readonly<Record<string, MatValue | MatPieces>>,
  { compress = false }: { compress?: boolean } = {},
): Promise<void> {
  const aside = `${file}.${process.pid}-${written++}.tmp`;
  try {
    const descriptor = openSync(aside, "wx");
    try {
      let at = write(descriptor, header(), 0);
      for (const [name, value] of Object.entries(variables)) {
        const bytes = matrixBytes(name, value);
        if (bytes > MOST_VARIABLE_BYTES) throw tooLarge(file, name, bytes);
        const pieces = joined(encodeMatrix(name, value));
        if (compress) at = await writeCompressed(descriptor, pieces, at);
        else for (const piece of pieces) at = write(descriptor, piece, at);
      }
    } finally {
      closeSync(descriptor);
    }
    renameSync(aside, file);
  } catch (error) {
    rmSync(aside, { force: true });
    const failure =
      error instanceof FailureError ? error.failure : diskFailure(Object.assign(error as Error, { path: file }));
    throw failure ? new FailureError(failure) : error;
  }
}

function header(): Uint8Array {
  const bytes = Buffer.alloc(128);
  bytes.fill(" ", 0, 116).write("MATLAB 5.0 MAT-file, written by lfads", "latin1");
  bytes.writeUInt16LE(0x0100, 124);
  bytes.write("IM", 126, "latin1");
  return bytes;
}

/** The tag tells how long the compressed bytes are, which is known once they are written. */
async function writeCompressed(descriptor: number, pieces: Iterable<Uint8Array>, start: number): Promise<number> {
  let at = start + 8;
  await pipeline(pieces, createDeflate(), async (compressed: AsyncIterable<Uint8Array>) => {
    for await (const piece of compressed) at = write(descriptor, piece, at);
  });
  write(descriptor, new Uint8Array(Uint32Array.of(mi.compressed, at - start - 8).buffer), start);
  return at;
}

/** Writes all the bytes and tells where they end. */
function write(descriptor: number, bytes: Uint8Array, at: number): number {
  let done = 0;
  while (done < bytes.length) done += writeSync(descriptor, bytes, done, bytes.length - done, at + done);
  return at + done;
}

function* joined(pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  for (const piece of pieces) {
    waiting.push(piece);
    bytes += piece.length;
    if (bytes < JOINED_BYTES) continue;
    yield Buffer.concat(waiting, bytes);
    waiting = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(waiting, bytes);
}

function tooLarge(file: string, name: string, bytes: number): FailureError {
  return new FailureError({
    kind: "data",
    what: `${name} takes ${(bytes / 1e9).toFixed(1)} GB, but a variable of a MAT file of this kind ends at 2 GB.`,
    where: file,
    hint: "Write HDF5 instead, which MATLAB reads with h5read.",
  });
}
