import { findLfadsfile } from "#lib/config/find-lfadsfile.js";
import type { Failure } from "#lib/failure.js";
import { err, ok, type Result } from "#lib/result.js";
import type { CommandContext } from "./command-context.js";

/** Absolute path of the lfadsfile that a command is about. */
export function lfadsfileOf({ file, dir }: CommandContext): Result<string, readonly Failure[]> {
  const found = file ?? findLfadsfile(dir);
  if (found !== undefined) return ok(found);
  return err([
    {
      kind: "usage",
      what: `There is no lfadsfile.ts in ${dir} or a folder above it.`,
      hint: "lfads init writes one to start from.",
    },
  ]);
}
