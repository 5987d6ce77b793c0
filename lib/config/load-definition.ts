import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { diskFailure } from "#lib/disk-failure.js";
import type { Failure } from "#lib/failure.js";
import { err, type Result } from "#lib/result.js";
import { bundleAside } from "./bundle-aside.js";
import { bundleLfadsfile } from "./bundle-lfadsfile.js";
import type { LfadsDefinition } from "./definition.js";
import { evaluateLfadsfile } from "./evaluate-lfadsfile.js";

export interface LoadOptions {
  /** Believes no bundle that an earlier command left, and leaves none. */
  readonly anew?: boolean;
}

/** Bundles and runs a lfadsfile (absolute path); what it defines is not checked yet. Errors of the disk throw. */
export async function loadDefinition(
  file: string,
  { anew = false }: LoadOptions = {},
): Promise<Result<LfadsDefinition, Failure[]>> {
  if (!existsSync(file)) {
    return err([
      { kind: "usage", what: `There is no ${file}.`, hint: "lfads init writes a lfadsfile.ts to start from." },
    ]);
  }
  const bundle = await (anew ? bundleLfadsfile(file, bundleAside(file)) : cachedBundle(file));
  if (!bundle.ok) return bundle;
  const definition = await evaluateLfadsfile(file, bundle.value);
  return definition.ok ? definition : err([definition.error]);
}

/** A project in which nothing may be written can be looked at all the same. */
async function cachedBundle(file: string): ReturnType<typeof bundleLfadsfile> {
  try {
    return await bundleLfadsfile(file, cacheOf(file));
  } catch (error) {
    if (!diskFailure(error)) throw error;
    return bundleLfadsfile(file, bundleAside(file));
  }
}

/** Folder of what is kept of a lfadsfile between commands. */
export function cacheOf(file: string): string {
  return join(dirname(file), ".lfads", "config", basename(file));
}
