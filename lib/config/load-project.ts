import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { diskFailure } from "#lib/disk-failure.js";
import type { Failure } from "#lib/failure.js";
import { err, ok, type Result } from "#lib/result.js";
import { bundleLfadsfile } from "./bundle-lfadsfile.js";
import { checkInitialRuns } from "./check-initial-runs.js";
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
    const found = [...validation.problems, ...problems];
    const failures = problemFailures(basename(file), found.length > 0 ? found : checkInitialRuns(project));
    return failures.length === 0 ? ok(project) : err(failures);
  } catch (error) {
    const failure = diskFailure(error);
    if (failure) return err([failure]);
    throw error;
  }
}
