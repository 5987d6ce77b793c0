import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import { afterAll } from "vitest";
import { failureText } from "../failure-text.js";

const dir = mkdtempSync(join(tmpdir(), "lfads-npy-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

let made = 0;
export function fileOf(bytes: Uint8Array, extension = "npy"): string {
  const file = join(dir, `file${made++}.${extension}`);
  writeFileSync(file, bytes);
  return file;
}

/** A .npy file with any header. */
export function npyBytes(header: string, values: Uint8Array, version = 1): Buffer {
  const text = Buffer.from(`${header}\n`, version === 3 ? "utf8" : "latin1");
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  if (version === 1) length.writeUInt16LE(text.length);
  else length.writeUInt32LE(text.length);
  return Buffer.concat([Buffer.from("\x93NUMPY", "latin1"), Buffer.from([version, 0]), length, text, values]);
}

/** A zip archive of deflated members, as `savez_compressed` makes it. */
export function deflatedZip(members: Readonly<Record<string, Uint8Array>>, method = 8, flags = 0): Buffer {
  let offset = 0;
  const entries = Object.entries(members).map(([name, bytes]) => {
    const stored = deflateRawSync(bytes);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(stored.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, Buffer.from(name), stored]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    const central = Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), common, place, Buffer.from(name)]);
    offset += local.length;
    return { local, central };
  });
  const central = Buffer.concat(entries.map((entry) => entry.central));
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...entries.map((entry) => entry.local), central, end]);
}

/** The text of the failure that `read` ends with; the file is called FILE. */
export async function failureOf(file: string, read: () => unknown): Promise<string> {
  return (await failureText(read)).replaceAll(file, "FILE");
}
