import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Failure } from "#lib/failure.js";
import { err, ok, type Result } from "#lib/result.js";
import { bundleLfadsfile } from "./bundle-lfadsfile.js";
import { evaluateLfadsfile } from "./evaluate-lfadsfile.js";
import { problemFailures } from "./problem.js";
import type { Project } from "./project.js";
import { resolveProject } from "./resolve-project.js";
import { validateDefinition } from "./validate-definition.js";

/** Loads and checks a lfadsfile. All that is wrong with it comes back at once. */
export async function loadProject(lfadsfile: string): Promise<Result<Project, Failure[]>> {
  const file = resolve(lfadsfile);
  if (!existsSync(file)) {
    return err([
      { kind: "usage", what: `There is no ${file}.`, hint: "lfads init writes a lfadsfile.ts to start from." },
    ]);
  }
  const cache = join(dirname(file), ".lfads", "config", basename(file));
  try {
    const bundle = await bundleLfadsfile(file, cache);
    if (!bundle.ok) return bundle;
    const definition = await evaluateLfadsfile(file, bundle.value);
    if (!definition.ok) return err([definition.error]);
    const validation = await validateDefinition(definition.value, join(cache, "valid"));
    if (!Array.isArray(definition.value.collections)) return err(problemFailures(basename(file), validation.problems));
    const { project, problems } = await resolveProject(file, definition.value, validation.isBroken);
    const failures = problemFailures(basename(file), [...validation.problems, ...problems]);
    return failures.length === 0 ? ok(project) : err(failures);
  } catch (error) {
    const failure = diskFailure(error, cache);
    if (failure) return err([failure]);
    throw error;
  }
}

const diskErrors: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EEXIST: "a file is in the way",
  ENOTDIR: "a file is in the way",
};

function diskFailure(error: unknown, cache: string): Failure | undefined {
  const reason = diskErrors[(error as NodeJS.ErrnoException).code ?? ""];
  return reason === undefined
    ? undefined
    : { kind: "disk", where: cache, what: `This folder cannot be written: ${reason}.`, detail: String(error) };
}
