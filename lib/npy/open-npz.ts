import { closeSync } from "node:fs";
import { closestNames } from "#lib/closest-names.js";
import { FailureError } from "#lib/failure.js";
import { openBytes } from "./byte-range.js";
import { type NpyArray, npyArrayOf } from "./npy-array.js";
import { unpackMember } from "./unpack-member.js";
import { memberRange, readZipDirectory } from "./zip-directory.js";

export interface NpzFile {
  readonly file: string;
  /** Of the arrays, as `numpy.load` has them: without `.npy`. In the order of the archive. */
  readonly names: readonly string[];
  /** One array, without reading the others; `axes` as for `npyArrayOf`. Throws FailureError `data` where it is missing, damaged or unreadable. */
  array(name: string, axes?: readonly number[]): Promise<NpyArray>;
  close(): void;
}

const extension = ".npy";

/** Opens a .npz file. Throws FailureError `data` for a missing, foreign or damaged one. */
export function openNpz(file: string): NpzFile {
  const archive = openBytes(file);
  const toClose = [() => closeSync(archive.descriptor)];
  const close = () => {
    for (const one of toClose.splice(0)) one();
  };
  try {
    const members = readZipDirectory(archive);
    const names = [...members.keys()]
      .filter((name) => name.endsWith(extension))
      .map((name) => name.slice(0, -extension.length));
    return {
      file,
      names,
      async array(name, axes) {
        const member = members.get(name + extension);
        const where = `${file}:${name}`;
        if (!member) throw missing(where, name, names);
        const { range, close: closeMember } = await unpackMember({ ...memberRange(archive, member), where }, member);
        toClose.push(closeMember);
        return npyArrayOf(range, axes);
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** Opens a .npy file; `axes` as for `npyArrayOf`. Throws FailureError `data` for a missing, foreign or damaged one. */
export function openNpy(file: string, axes?: readonly number[]): { array: NpyArray; close(): void } {
  const range = openBytes(file);
  const close = () => closeSync(range.descriptor);
  try {
    return { array: npyArrayOf(range, axes), close };
  } catch (error) {
    close();
    throw error;
  }
}

function missing(where: string, name: string, names: readonly string[]): FailureError {
  const closest = closestNames(name, names);
  const shown = closest.slice(0, 8).join(", ") + (closest.length > 8 ? `, and ${closest.length - 8} more` : "");
  return new FailureError({
    kind: "data",
    what: "The .npz file has no such array.",
    where,
    hint: closest.length > 0 ? `It holds, closest first: ${shown}.` : "It holds no array at all.",
  });
}
