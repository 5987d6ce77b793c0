import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { isHdf5 } from "#lib/hdf5/open-hdf5.js";
import type { MatContents, MatFile } from "./mat-entry.js";
import { damaged, unusable } from "./mat-failure.js";
import { listMat4 } from "./read-mat4.js";
import { listMat5 } from "./read-mat5.js";
import { openMat73 } from "./read-mat73.js";
import { variableOf } from "./variable-of.js";

/**
 * Opens a MAT file of any version that MATLAB writes: 4, 6, 7 or 7.3. Throws FailureError `data` for a missing or foreign
 * file; what is damaged within it shows when it is read.
 */
export async function openMat(file: string): Promise<MatFile> {
  if (isHdf5(file)) return openMat73(file);
  const descriptor = openSync(file, "r");
  try {
    const contents = list(file, descriptor);
    return {
      file,
      names: [...contents.variables.keys()],
      variable: (name) => variableOf(file, contents, name),
      close: () => closeSync(descriptor),
    };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function list(file: string, descriptor: number): MatContents {
  const { size } = fstatSync(descriptor);
  const head = Buffer.alloc(128);
  const there = readSync(descriptor, head, 0, 128, 0);
  const text = head.toString("latin1", 0, 19);
  if (/^(# Created by Octave|Octave-1-)/.test(text)) {
    throw unusable(file, "The file is in a format of Octave's own.", "Save it with Octave's `save -v7`.");
  }
  // Four bytes without a zero begin a text, as MATLAB's header from version 5 on does.
  if (there < 20 || head.subarray(0, 4).includes(0)) {
    const contents = there < 20 ? undefined : listMat4(file, descriptor, size);
    if (contents && (contents.variables.size > 0 || size === 0)) return contents;
    throw foreign(file);
  }
  const mark = head.toString("latin1", 126, 128);
  if (mark !== "IM" && mark !== "MI") throw there === 128 ? foreign(file) : damaged(file, "the header is cut short");
  return listMat5(file, descriptor, size, mark === "MI");
}

function foreign(file: string) {
  return unusable(file, "This is not a MAT file.", "Check the pattern in the lfadsfile.");
}
