/** A file's content as it is now, a buffer of it in memory at a time. Blocks its thread. */
import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";

/** SHA-256 in hex, or the system's code of the error. */
export type Hashed = { readonly digest: string; readonly size: number } | { readonly error: string };

let buffer: Buffer | undefined;

/** `onBytes` gets each piece's size as it is read. */
export function readDigest(path: string, onBytes: (bytes: number) => void): Hashed {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, "r");
    buffer ??= Buffer.allocUnsafeSlow(1 << 20);
    const digest = createHash("sha256");
    let size = 0;
    for (let read = readSync(descriptor, buffer); read > 0; read = readSync(descriptor, buffer)) {
      digest.update(buffer.subarray(0, read));
      size += read;
      onBytes(read);
    }
    return { digest: digest.digest("hex"), size };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return { error: code };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
