/** The files that two runs or two targets made, by name; numbers of HDF5 files one by one. */
import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { compareHdf5, type Hdf5Comparison } from "#lib/hdf5/compare-hdf5.js";
import { isHdf5 } from "#lib/hdf5/open-hdf5.js";
import type { ComparedSide, ComparedTarget } from "./compared-side.js";

export interface ComparedOutput {
  readonly path: string;
  /** Label of the targets that made it. */
  readonly targets: readonly [left: string | null, right: string | null];
  /** `same`: byte for byte. `missing`: made on both sides, but no longer on the disk of both. */
  readonly state: "same" | "differs" | "only-left" | "only-right" | "missing";
  /** Of HDF5 files that differ. Null for other files. */
  readonly hdf5: Hdf5Comparison | null;
}

/** Exports are inputs, so they are left out. Reads what differs by slices. */
export async function compareOutputs(left: ComparedSide, right: ComparedSide): Promise<ComparedOutput[]> {
  const compared: ComparedOutput[] = [];
  for (const name of new Set([...left.targets.keys(), ...right.targets.keys()])) {
    if (name.startsWith("export ")) continue;
    const [a, b] = [left.targets.get(name), right.targets.get(name)];
    for (const path of [...new Set([...pathsOf(a), ...pathsOf(b)])].sort()) {
      const sides = [pathsOf(a).includes(path) && a, pathsOf(b).includes(path) && b] as const;
      compared.push({
        path,
        targets: [sides[0] ? sides[0].label : null, sides[1] ? sides[1].label : null],
        ...(sides[0] && sides[1]
          ? await compareFile(path, sides[0], sides[1])
          : { state: sides[0] ? "only-left" : "only-right", hdf5: null }),
      });
    }
  }
  return compared;
}

function pathsOf(target: ComparedTarget | undefined): string[] {
  return target?.record?.outputs.map(({ path }) => path) ?? [];
}

async function compareFile(
  path: string,
  left: ComparedTarget,
  right: ComparedTarget,
): Promise<Pick<ComparedOutput, "state" | "hdf5">> {
  const digestOf = ({ record }: ComparedTarget) => record!.outputs.find((output) => output.path === path)!.digest;
  if (left.fresh && right.fresh && digestOf(left) === digestOf(right)) return { state: "same", hdf5: null };
  const [a, b] = [left.fileOf(path), right.fileOf(path)];
  if (!existsSync(a) || !existsSync(b)) return { state: "missing", hdf5: null };
  if (isHdf5(a) && isHdf5(b)) {
    const hdf5 = await compareHdf5(a, b);
    return { state: hdf5.equal ? "same" : "differs", hdf5: hdf5.equal ? null : hdf5 };
  }
  return { state: haveSameBytes(a, b) ? "same" : "differs", hdf5: null };
}

function haveSameBytes(a: string, b: string): boolean {
  if (statSync(a).size !== statSync(b).size) return false;
  const files = [openSync(a, "r"), openSync(b, "r")];
  const [left, right] = files.map(() => Buffer.alloc(2 ** 20)) as [Buffer, Buffer];
  try {
    for (;;) {
      const [read] = [readSync(files[0]!, left), readSync(files[1]!, right)];
      if (!left.subarray(0, read).equals(right.subarray(0, read))) return false;
      if (read === 0) return true;
    }
  } finally {
    for (const file of files) closeSync(file);
  }
}
