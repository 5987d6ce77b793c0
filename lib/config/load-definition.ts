import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Failure } from "#lib/failure.js";
import { err, type Result } from "#lib/result.js";
import type { LfadsDefinition } from "./definition.js";
import { evaluateLfadsfile } from "./evaluate-lfadsfile.js";
import { type LoadOptions, loadBundle } from "./load-bundle.js";

/** Bundles and runs a lfadsfile (absolute path); what it defines is not checked yet. Errors of the disk throw. */
export async function loadDefinition(
  file: string,
  options: LoadOptions = {},
): Promise<Result<LfadsDefinition, Failure[]>> {
  if (!existsSync(file)) {
    return err([
      { kind: "usage", what: `There is no ${file}.`, hint: "lfads init writes a lfadsfile.ts to start from." },
    ]);
  }
  const bundle = await loadBundle({ file, kind: "lfadsfile", dir: dirname(file) }, cacheOf(file), options);
  if (!bundle.ok) return bundle;
  const definition = await evaluateLfadsfile(file, bundle.value);
  return definition.ok ? definition : err([definition.error]);
}

/** Folder of what is kept of a lfadsfile between commands. */
export function cacheOf(file: string): string {
  return join(dirname(file), ".lfads", "config", basename(file));
}
