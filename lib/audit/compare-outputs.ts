/** How an output that was made again differs from the one that was recorded. */
import { closeSync, openSync, readSync } from "node:fs";
import { FailureError } from "#lib/failure.js";
import { compareHdf5, type Hdf5Comparison } from "#lib/hdf5/compare-hdf5.js";
import { isHdf5 } from "./media-type.js";

export type FileDifference = { readonly path: string } & (
  | { readonly kind: "not-made" }
  | { readonly kind: "not-recorded" }
  /** Both are HDF5. */
  | { readonly kind: "hdf5"; readonly comparison: Hdf5Comparison }
  /** `position`: of the first byte that differs, from 0. */
  | { readonly kind: "bytes"; readonly position: number; readonly recordedSize: number; readonly madeSize: number }
  /** What was recorded is neither in its place nor in the store. */
  | { readonly kind: "digest"; readonly recorded: string; readonly made: string }
);

/** Of two files that are not the same. */
export async function compareFiles(path: string, recorded: string, made: string): Promise<FileDifference> {
  if (isHdf5(recorded) && isHdf5(made)) {
    try {
      return { path, kind: "hdf5", comparison: await compareHdf5(recorded, made) };
    } catch (error) {
      if (!(error instanceof FailureError)) throw error;
    }
  }
  return { path, kind: "bytes", ...compareBytes(recorded, made) };
}

function compareBytes(recorded: string, made: string) {
  const files = [openSync(recorded, "r"), openSync(made, "r")] as const;
  try {
    const [a, b] = [Buffer.allocUnsafe(1 << 20), Buffer.allocUnsafe(1 << 20)];
    let position: number | undefined;
    let [recordedSize, madeSize] = [0, 0];
    for (;;) {
      const [left, right] = [readSync(files[0], a), readSync(files[1], b)];
      if (position === undefined) {
        const same = sameBytes(a.subarray(0, left), b.subarray(0, right));
        if (same < Math.max(left, right)) position = recordedSize + same;
      }
      recordedSize += left;
      madeSize += right;
      if (left === 0 && right === 0) return { position: position ?? recordedSize, recordedSize, madeSize };
    }
  } finally {
    for (const file of files) closeSync(file);
  }
}

/** Length of what both begin with. */
function sameBytes(a: Buffer, b: Buffer): number {
  const least = Math.min(a.length, b.length);
  if (a.subarray(0, least).equals(b.subarray(0, least))) return least;
  let same = 0;
  while (a[same] === b[same]) same++;
  return same;
}
