import { closeSync, openSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";
import { replaceWith } from "#lib/replace-file.js";
import type { NpyContent, NpyPieces } from "./write-npy.js";
import { npyEntry, writeAll } from "./write-npy.js";
import { directoryEntry, endOfDirectory, localHeader, type StoredMember } from "./zip-records.js";

/**
 * Writes arrays as NumPy's `savez` does, not compressed; whole or not at all. The names are those of `numpy.load`. Equal
 * arrays in the same order give equal bytes.
 */
export function writeNpz(file: string, arrays: Readonly<Record<string, NpyContent | NpyPieces>>): void {
  replaceWith(file, (aside) => {
    const descriptor = openSync(aside, "w");
    let offset = 0;
    const write = (bytes: Uint8Array) => {
      writeAll(descriptor, bytes);
      offset += bytes.length;
    };
    try {
      const members = Object.entries(arrays).map(([name, content]): StoredMember => {
        const { size, pieces } = npyEntry(content);
        const start = { name: Buffer.from(`${name}.npy`), size, offset };
        write(localHeader({ ...start, sum: 0 }));
        let sum = 0;
        for (const piece of pieces()) {
          sum = crc32(piece, sum);
          write(piece);
        }
        const member = { ...start, sum };
        const header = localHeader(member);
        writeSync(descriptor, header, 0, header.length, start.offset);
        return member;
      });
      const start = offset;
      for (const member of members) write(directoryEntry(member));
      write(endOfDirectory(members.length, start, offset - start));
    } finally {
      closeSync(descriptor);
    }
  });
}
