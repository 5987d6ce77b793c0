/** Adds a lfadsfile's build to the package.json and the turbo.json of its folder. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { projectFiles } from "#lib/config/project-files.js";
import { diskFailure } from "#lib/disk-failure.js";
import { editJson, type JsonEdit, readJson } from "#lib/edit-json.js";
import type { Failure } from "#lib/failure.js";
import { replaceFile } from "#lib/replace-file.js";
import { err, ok, type Result } from "#lib/result.js";
import { SCRIPT, TASK, turboTask } from "./turbo-task.js";

interface EditedFile {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string;
}

/** The root of the Turbo workspace that a folder is a package of. */
export function turboWorkspace(dir: string): Result<string, Failure[]> {
  const root = turboRoot(dir);
  const failures: Failure[] = [];
  if (root === undefined) {
    const what = `There is no turbo.json of a workspace in ${dir} or a folder above it.`;
    const hint = 'Write one, at least { "tasks": {} }, in the root of the workspace.';
    failures.push({ kind: "usage", what, hint });
  }
  if (!existsSync(join(dir, "package.json"))) {
    const what = `There is no package.json in ${dir}: Turbo runs scripts of packages.`;
    failures.push({ kind: "usage", what, hint: "npm init writes one." });
  }
  return root === undefined || failures.length > 0 ? err(failures) : ok(root);
}

/** What is there stays, in its own formatting. Resolves with the files that were written. */
export async function addTurboTask(lfadsfile: string, root: string): Promise<Result<readonly string[], Failure[]>> {
  const dir = dirname(lfadsfile);
  const files = await projectFiles(lfadsfile);
  if (!files.ok) return files;
  const task = isMonorepo(dir) && root === dir ? `//#${TASK}` : TASK;
  const members = Object.entries(await turboTask(lfadsfile, files.value, root));
  const edited = [
    edit(join(dir, "package.json"), "{}\n", [{ path: ["scripts", TASK], value: SCRIPT }]),
    edit(join(dir, "turbo.json"), '{\n  "extends": ["//"],\n  "tasks": {}\n}\n', [
      ...members.map(([name, items]): JsonEdit => ({ path: ["tasks", task, name], items })),
    ]),
  ];
  const failures = edited.flatMap((each) => (each.ok ? [] : [each.error]));
  if (failures.length > 0) return err(failures);
  return write(edited.flatMap((each) => (each.ok ? [each.value] : [])));
}

/** @param fallback Its text where there is no such file. */
function edit(path: string, fallback: string, edits: readonly JsonEdit[]): Result<EditedFile, Failure> {
  const before = existsSync(path) ? readFileSync(path, "utf8") : undefined;
  const text = before ?? fallback;
  const json = readJson(text);
  if (!json.ok) return err({ kind: "config", where: path, what: json.error });
  const after = editJson(text, edits);
  return ok({ path, before, after });
}

function write(files: readonly EditedFile[]): Result<readonly string[], Failure[]> {
  const changed = files.filter(({ before, after }) => before !== after);
  try {
    for (const { path, after } of changed) replaceFile(path, after);
    return ok(changed.map(({ path }) => path));
  } catch (error) {
    const failure = diskFailure(error);
    if (!failure) throw error;
    return err([failure]);
  }
}

/** The folder with the turbo.json that others extend, from `dir` upwards. */
function turboRoot(dir: string): string | undefined {
  if (isRootConfig(join(dir, "turbo.json")) || isRootConfig(join(dir, "turbo.jsonc"))) return dir;
  return dirname(dir) === dir ? undefined : turboRoot(dirname(dir));
}

function isRootConfig(path: string): boolean {
  if (!existsSync(path)) return false;
  const json = readJson(readFileSync(path, "utf8"));
  return json.ok && (json.value as { extends?: unknown } | null)?.extends === undefined;
}

function isMonorepo(dir: string): boolean {
  if (existsSync(join(dir, "pnpm-workspace.yaml"))) return true;
  const path = join(dir, "package.json");
  const json = existsSync(path) ? readJson(readFileSync(path, "utf8")) : undefined;
  return json?.ok === true && (json.value as { workspaces?: unknown } | null)?.workspaces !== undefined;
}
