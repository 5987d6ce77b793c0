import { FailureError } from "#lib/failure.js";
import { type ByteRange, readBytes } from "./byte-range.js";

/** A file in a zip archive. */
export interface ZipMember {
  readonly name: string;
  /** 0: stored, 8: deflated. */
  readonly method: number;
  readonly encrypted: boolean;
  readonly sum: number;
  readonly storedSize: number;
  readonly size: number;
  /** Of its local header in the archive. */
  readonly offset: number;
}

const most32 = 0xffffffff;
const largestDirectory = 64 * 2 ** 20;

/** The members of a zip archive, by name; of two with one name, the last. Throws FailureError `data`. */
export function readZipDirectory(archive: ByteRange): Map<string, ZipMember> {
  const end = findEnd(archive);
  if (end.size > largestDirectory || end.start < 0) throw damagedZip(archive);
  const bytes = readBytes(archive, end.start, end.size);
  const members = new Map<string, ZipMember>();
  let at = 0;
  for (let i = 0; i < end.count; i++) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50) throw damagedZip(archive);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ];
    const next = at + 46 + nameLength + extraLength + commentLength;
    if (next > bytes.length) throw damagedZip(archive);
    const name = bytes.toString("utf8", at + 46, at + 46 + nameLength);
    const extra = bytes.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
    const [size, storedSize, offset] = wideNumbers(
      [24, 20, 42].map((field) => bytes.readUInt32LE(at + field)),
      extra,
    ) as [number, number, number];
    members.set(name, {
      name,
      method: bytes.readUInt16LE(at + 10),
      encrypted: (bytes.readUInt16LE(at + 8) & 1) === 1,
      sum: bytes.readUInt32LE(at + 16),
      storedSize,
      size,
      offset: offset + end.shift,
    });
    at = next;
  }
  return members;
}

/** The bytes of a member as they are stored. Throws FailureError `data`. */
export function memberRange(archive: ByteRange, member: ZipMember): ByteRange {
  const header = readBytes(archive, member.offset, 30);
  if (header.readUInt32LE(0) !== 0x04034b50) throw damagedZip(archive);
  const start = member.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (start + member.storedSize > archive.size) throw damagedZip(archive);
  return { ...archive, start: archive.start + start, size: member.storedSize };
}

export function damagedZip(archive: ByteRange): FailureError {
  const hint = "It may be cut short, or still being written. Copy or make it again.";
  return new FailureError({ kind: "data", what: "The zip archive is damaged.", where: archive.where, hint });
}

/** Where the directory is; `shift` where something stands before the archive. */
function findEnd(archive: ByteRange): { start: number; size: number; count: number; shift: number } {
  if (archive.size < 22) throw foreign(archive);
  // The record at the end may be followed by a comment.
  const tailStart = Math.max(0, archive.size - 22 - 0xffff);
  const tail = readBytes(archive, tailStart, archive.size - tailStart);
  const at = tail.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"), tail.length - 22);
  if (at < 0) {
    const begins = readBytes(archive, 0, 4).readUInt32LE(0) === 0x04034b50;
    throw begins ? damagedZip(archive) : foreign(archive);
  }
  let end = tailStart + at;
  let [count, size, offset] = [tail.readUInt16LE(at + 10), tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)];
  if (end >= 20) {
    const locator = readBytes(archive, end - 20, 20);
    if (locator.readUInt32LE(0) === 0x07064b50) {
      const large = end - 20 - 56;
      const record = readBytes(archive, large, 56);
      if (record.readUInt32LE(0) !== 0x06064b50) throw damagedZip(archive);
      [count, size, offset] = [32, 40, 48].map((field) => Number(record.readBigUInt64LE(field))) as [
        number,
        number,
        number,
      ];
      end = large;
    }
  }
  const start = end - size;
  if (!Number.isSafeInteger(start) || start < 0 || offset > start) throw damagedZip(archive);
  return { start, size, count, shift: start - offset };
}

/** Numbers that do not fit into 32 bits stand in the zip64 extra field, in this order. */
function wideNumbers(numbers: readonly number[], extra: Buffer): number[] {
  const wide: number[] = [];
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    const end = Math.min(extra.length, at + 4 + extra.readUInt16LE(at + 2));
    for (let field = at + 4; field + 8 <= end; field += 8) wide.push(Number(extra.readBigUInt64LE(field)));
  }
  return numbers.map((number) => (number === most32 ? (wide.shift() ?? number) : number));
}

function foreign(archive: ByteRange): FailureError {
  return new FailureError({
    kind: "data",
    what: "This is not a zip archive, as .npz files are.",
    where: archive.where,
    hint: "Check the pattern in the lfadsfile: .npy and .npz files can be read.",
  });
}
