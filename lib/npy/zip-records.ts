/** The records that a zip archive of stored files is made of; zip64 where 32 bits do not do. */

/** A file in a zip archive that is not compressed. */
export interface StoredMember {
  readonly name: Buffer;
  readonly sum: number;
  readonly size: number;
  /** Where it begins in the archive. */
  readonly offset: number;
}

/** What does not fit into 32 bits is told in an extra field. */
const most32 = 0xffffffff;
/** 1 January 1980, the first day that a zip archive knows, so that equal arrays give equal bytes. */
const firstDay = 0x21;
const utf8Names = 0x800;

/** Stands before a member. */
export function localHeader({ name, sum, size }: StoredMember): Buffer {
  const extra = size >= most32 ? zip64Extra([size, size]) : Buffer.alloc(0);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  writeCommon(header, 4, { sum, size, isLarge: extra.length > 0 });
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, name, extra]);
}

/** Of a member, in the directory at the end of an archive. */
export function directoryEntry({ name, sum, size, offset }: StoredMember): Buffer {
  const large = [...(size >= most32 ? [size, size] : []), ...(offset >= most32 ? [offset] : [])];
  const extra = large.length > 0 ? zip64Extra(large) : Buffer.alloc(0);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE((3 << 8) | 45, 4); // made by version 4.5 on Unix, so that permissions count
  writeCommon(entry, 6, { sum, size, isLarge: extra.length > 0 });
  entry.writeUInt16LE(name.length, 28);
  entry.writeUInt16LE(extra.length, 30);
  entry.writeUInt32LE(0o100644 * 2 ** 16, 38);
  entry.writeUInt32LE(Math.min(offset, most32), 42);
  return Buffer.concat([entry, name, extra]);
}

/** Version needed, flags, method (stored), time, sum and both sizes. */
function writeCommon(to: Buffer, at: number, member: { sum: number; size: number; isLarge: boolean }): void {
  to.writeUInt16LE(member.isLarge ? 45 : 20, at);
  to.writeUInt16LE(utf8Names, at + 2);
  to.writeUInt16LE(firstDay, at + 8);
  to.writeUInt32LE(member.sum, at + 10);
  to.writeUInt32LE(Math.min(member.size, most32), at + 14);
  to.writeUInt32LE(Math.min(member.size, most32), at + 18);
}

function zip64Extra(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8 * values.length, 2);
  values.forEach((value, i) => {
    extra.writeBigUInt64LE(BigInt(value), 4 + 8 * i);
  });
  return extra;
}

/** @param start Where the directory of `count` members and `size` bytes begins. */
export function endOfDirectory(count: number, start: number, size: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(count, 0xffff), 8);
  end.writeUInt16LE(Math.min(count, 0xffff), 10);
  end.writeUInt32LE(Math.min(size, most32), 12);
  end.writeUInt32LE(Math.min(start, most32), 16);
  if (count < 0xffff && size < most32 && start < most32) return end;
  const large = Buffer.alloc(56 + 20);
  large.writeUInt32LE(0x06064b50, 0);
  large.writeBigUInt64LE(44n, 4);
  large.writeUInt16LE((3 << 8) | 45, 12);
  large.writeUInt16LE(45, 14);
  for (const [at, value] of [
    [24, count],
    [32, count],
    [40, size],
    [48, start],
  ] as const) {
    large.writeBigUInt64LE(BigInt(value), at);
  }
  large.writeUInt32LE(0x07064b50, 56);
  large.writeBigUInt64LE(BigInt(start + size), 64);
  large.writeUInt32LE(1, 72);
  return Buffer.concat([large, end]);
}
