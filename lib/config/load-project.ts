import { basename, resolve } from "node:path";
import { diskFailure } from "#lib/disk-failure.js";
import type { Failure } from "#lib/failure.js";
import { err, ok, type Result } from "#lib/result.js";
import { checkInitialRuns } from "./check-initial-runs.js";
import type { LoadOptions } from "./load-bundle.js";
import { loadDefinition } from "./load-definition.js";
import { problemFailures } from "./problem.js";
import type { Project } from "./project.js";
import { resolveProject } from "./resolve-project.js";
import { validateDefinition } from "./validate-definition.js";

/** Loads and checks a lfadsfile. All that is wrong with it comes back at once. */
export async function loadProject(lfadsfile: string, options: LoadOptions = {}): Promise<Result<Project, Failure[]>> {
  const file = resolve(lfadsfile);
  try {
    const loaded = await loadDefinition(file, options);
    if (!loaded.ok) return loaded;
    const definition = loaded.value;
    const validation = validateDefinition(definition);
    if (!Array.isArray(definition.collections)) return err(problemFailures(basename(file), validation.problems));
    const { project, problems } = await resolveProject(file, definition, validation.isBroken, options);
    const found = [...validation.problems, ...problems];
    const failures = problemFailures(basename(file), found.length > 0 ? found : checkInitialRuns(project));
    return failures.length === 0 ? ok(project) : err(failures);
  } catch (error) {
    const failure = diskFailure(error);
    if (failure) return err([failure]);
    throw error;
  }
}
