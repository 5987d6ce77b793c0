/** Digests of files, and how a later build knows without reading that a file is the same. */
import { createHash } from "node:crypto";
import { createReadStream, readFileSync, type Stats, statSync } from "node:fs";

/** What a stat tells of a file's identity; equal stamps mean equal content unless the file is racily clean. */
export interface FileStamp {
  readonly size: number;
  readonly mtimeMs: number;
  /** Nobody can put it back, unlike mtime. */
  readonly ctimeMs: number;
  readonly ino: number;
}

export interface StampedDigest {
  readonly digest: string;
  readonly stamp: FileStamp;
}

const READ_WHOLE_BELOW_BYTES = 4 << 20;

/** Undefined when there is no such file. Other errors throw. */
export function stampOf(path: string): (FileStamp & { readonly mode: number }) | undefined {
  let stats: Stats | undefined;
  try {
    stats = statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return undefined;
    throw error;
  }
  if (!stats?.isFile()) return undefined;
  return { size: stats.size, mtimeMs: stats.mtimeMs, ctimeMs: stats.ctimeMs, ino: stats.ino, mode: stats.mode & 0o777 };
}

export function sameStamp(a: FileStamp, b: FileStamp): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs && a.ino === b.ino;
}

/**
 * False for a "racily clean" file: one as young as the state that remembers it can have been written
 * again within the same tick of the file system's clock, which no stat shows.
 */
export function isOlderThan(stamp: FileStamp, timeMs: number): boolean {
  return stamp.mtimeMs < timeMs && stamp.ctimeMs < timeMs;
}

/** SHA-256 in hex; big files stream. */
export async function hashFile(path: string, size: number): Promise<string> {
  const hash = createHash("sha256");
  if (size < READ_WHOLE_BELOW_BYTES) return hash.update(readFileSync(path)).digest("hex");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

export interface DigestSource {
  /** SHA-256 of the file with this very stamp, or undefined. */
  digest(path: string, stamp: FileStamp): Promise<string | undefined>;
}

/** Longer than the file system's clock stands still. */
const TICK_MS = 20;

/** How long until a file that is written again gets another stamp. A stamp of the future says nothing: no time. */
export function msUntilSettled({ mtimeMs, ctimeMs }: FileStamp): number {
  const ageMs = Date.now() - Math.max(mtimeMs, ctimeMs);
  return ageMs >= 0 && ageMs < TICK_MS ? TICK_MS - ageMs : 0;
}

/**
 * Hashes a file with the stamp it had meanwhile; again when it changed under the reading. A file that was written just
 * now is left alone for a moment: within one tick of the clock, no stamp tells two writes apart. Undefined: no file.
 * @param ahead May know the digest already.
 */
export async function hashStamped(path: string, ahead?: DigestSource): Promise<StampedDigest | undefined> {
  for (let tries = 0; tries < 3; tries++) {
    const before = stampOf(path);
    if (!before) return undefined;
    const youngMs = msUntilSettled(before);
    if (youngMs > 0) await new Promise((resolve) => setTimeout(resolve, youngMs));
    const digest = (await ahead?.digest(path, before)) ?? (await hashFile(path, before.size));
    const after = stampOf(path);
    if (after && sameStamp(before, after)) return { digest, stamp: after };
  }
  throw Object.assign(new Error("The file changes while it is read."), { code: "EBUSY", path });
}
