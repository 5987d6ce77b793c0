import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { diskFailure, makesNothing } from "#lib/disk-failure.js";
import type { Failure } from "#lib/failure.js";
import { err, ok, type Result } from "#lib/result.js";
import { findLfadsfile } from "./find-lfadsfile.js";

/** The project's own demo, commented for whoever begins. */
export const lfadsfileTemplate = new URL("../../../lfadsfile.ts", import.meta.url);

/** Writes a commented lfadsfile.ts into the folder and returns its path. One that is there is left alone. */
export function initLfadsfile(dir: string): Result<string, Failure> {
  const file = join(dir, "lfadsfile.ts");
  const present = findLfadsfile(dir);
  if (present !== undefined && join(dir, basename(present)) === present) return err(alreadyThere(present));
  try {
    writeFileSync(file, readFileSync(lfadsfileTemplate), { flag: "wx" });
    return ok(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return err(alreadyThere(file));
    if (code === "ENOENT" && existsSync(dir)) return err(makesNothing(dir));
    const failure = diskFailure(error);
    if (failure) return err(failure);
    throw error;
  }
}

function alreadyThere(file: string): Failure {
  return { kind: "usage", where: file, what: "There is a lfadsfile already.", hint: "Move it away to start anew." };
}
