import { closeSync, createReadStream, openSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { crc32, createInflateRaw } from "node:zlib";
import { FailureError } from "#lib/failure.js";
import { processName } from "#lib/process-name.js";
import type { ByteRange } from "./byte-range.js";
import { readBytes } from "./byte-range.js";
import { writeAll } from "./write-npy.js";
import { damagedZip, type ZipMember } from "./zip-directory.js";

/** Read at once. */
const pieceBytes = 4 * 2 ** 20;
let unpacked = 0;

/**
 * A member's bytes so that any part of them can be read: in the archive where they are stored as they are, else
 * inflated into a temporary file, which is gone once `close` was called. All are read once to compare their sum.
 */
export async function unpackMember(stored: ByteRange, member: ZipMember): Promise<{ range: ByteRange; close(): void }> {
  if (member.encrypted) throw unreadable(stored, "The archive is encrypted.");
  if (member.method === 0) {
    if (member.storedSize !== member.size || sumOf(stored) !== member.sum) throw damagedZip(stored);
    return { range: stored, close: () => {} };
  }
  if (member.method !== 8)
    throw unreadable(stored, `It is compressed by a method (${member.method}) that is not read here.`);
  if (stored.size === 0) throw damagedZip(stored);
  const descriptor = temporaryFile();
  try {
    let [size, sum] = [0, 0];
    await pipeline(
      createReadStream("", {
        fd: stored.descriptor,
        autoClose: false,
        start: stored.start,
        end: stored.start + stored.size - 1,
        highWaterMark: pieceBytes,
      }),
      createInflateRaw({ chunkSize: pieceBytes }),
      async (pieces: AsyncIterable<Buffer>) => {
        for await (const piece of pieces) {
          size += piece.length;
          if (size > member.size) throw damagedZip(stored);
          sum = crc32(piece, sum);
          writeAll(descriptor, piece);
        }
      },
    );
    if (size !== member.size || sum !== member.sum) throw damagedZip(stored);
    return { range: { where: stored.where, descriptor, start: 0, size }, close: () => closeSync(descriptor) };
  } catch (error) {
    closeSync(descriptor);
    // Errors of writing know no path.
    throw isInflateError(error) ? damagedZip(stored) : Object.assign(error as Error, { path: tmpdir() });
  }
}

/** A file without a name: it is gone with its descriptor, even where this process is killed. */
function temporaryFile(): number {
  const path = join(tmpdir(), `lfads-${processName()}-${unpacked++}`);
  const descriptor = openSync(path, "wx+");
  unlinkSync(path);
  return descriptor;
}

function sumOf(range: ByteRange): number {
  let sum = 0;
  for (let at = 0; at < range.size; at += pieceBytes) {
    sum = crc32(readBytes(range, at, Math.min(pieceBytes, range.size - at)), sum);
  }
  return sum;
}

function isInflateError(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code?.startsWith("Z_") === true || code === "ERR_STREAM_PREMATURE_CLOSE";
}

function unreadable({ where }: ByteRange, what: string): FailureError {
  return new FailureError({ kind: "data", what, where, hint: "Save it with numpy.savez or numpy.savez_compressed." });
}
