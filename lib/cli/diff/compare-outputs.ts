/** The files that two runs or two targets made, by name; numbers of HDF5 files one by one. */
import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { compareHdf5, type Hdf5Comparison } from "#lib/hdf5/compare-hdf5.js";
import { isHdf5 } from "#lib/hdf5/open-hdf5.js";
import type { ComparedSide, ComparedTarget } from "./compared-side.js";
import { pairOutputs } from "./pair-outputs.js";

export interface ComparedOutput {
  /** Another on each side where the name has a step in it. */
  readonly paths: readonly [left: string | null, right: string | null];
  /** Of checkpoints the name without the step; those of one series are in the order of steps. */
  readonly series: string | null;
  /** Labels of the targets that made it. */
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
    for (const { left, right, series } of pairOutputs(pathsOf(a), pathsOf(b))) {
      compared.push({
        paths: [left, right],
        series,
        targets: [left === null ? null : a!.label, right === null ? null : b!.label],
        ...(left !== null && right !== null
          ? await compareFile([a!, left], [b!, right])
          : { state: right === null ? "only-left" : "only-right", hdf5: null }),
      });
    }
  }
  return compared;
}

function pathsOf(target: ComparedTarget | undefined): string[] {
  return target?.record?.outputs.map(({ path }) => path) ?? [];
}

type MadeFile = readonly [target: ComparedTarget, path: string];

async function compareFile(left: MadeFile, right: MadeFile): Promise<Pick<ComparedOutput, "state" | "hdf5">> {
  if (left[0].fresh && right[0].fresh && digestOf(left) === digestOf(right)) return { state: "same", hdf5: null };
  const [a, b] = [left, right].map(([target, path]) => target.fileOf(path)) as [string, string];
  if (!existsSync(a) || !existsSync(b)) return { state: "missing", hdf5: null };
  if (isHdf5(a) && isHdf5(b)) {
    const hdf5 = await compareHdf5(a, b);
    return { state: hdf5.equal ? "same" : "differs", hdf5: hdf5.equal ? null : hdf5 };
  }
  return { state: haveSameBytes(a, b) ? "same" : "differs", hdf5: null };
}

function digestOf([{ record }, path]: MadeFile): string {
  return record!.outputs.find((output) => output.path === path)!.digest;
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
