/** A lfadsfile's build as a task of Turbo. */
import { dirname, relative, resolve } from "node:path";
import type { ProjectFiles } from "#lib/config/project-files.js";
import { producerOf } from "./producers.js";

/** Members of a task in turbo.json. */
export interface TurboTask {
  readonly dependsOn: readonly string[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly env: readonly string[];
  readonly passThroughEnv: readonly string[];
}

export const TASK = "lfads:build";
export const SCRIPT = "lfads build --records";

/** Devices and batch systems: where a build runs, which changes no result. */
const passThroughEnv = ["CUDA_VISIBLE_DEVICES", "SLURM_*"];

/** @param root Folder of Turbo's workspace. Paths are relative to the lfadsfile's folder. */
export async function turboTask(lfadsfile: string, files: ProjectFiles, root: string): Promise<TurboTask> {
  const dir = dirname(lfadsfile);
  const glob = (path: string) => turboPath(path, dir, root);
  const folders = files.collections.flatMap(({ folder }) => folder ?? []);
  const made = [...folders, ...files.recordings];
  const outputs = made.map((path) => (path.endsWith(".h5") ? glob(path) : `${glob(path)}/**`));
  const reads: string[] = [];
  const dependsOn: string[] = [];
  for (const pattern of files.collections.flatMap((collection) => collection.reads)) {
    const producer = await producerOf(lfadsfile, pattern);
    // The other task's hash counts then: what it makes may not be there yet.
    if (producer === undefined) reads.push(glob(resolve(pattern.folder, pattern.pattern)));
    else dependsOn.push(`${producer}#${TASK}`);
  }
  const modules = files.modules.map(glob).filter((path) => path.startsWith("$TURBO_ROOT$"));
  const excluded = outputs.filter((path) => !path.startsWith(".lfads/")).map((path) => `!${path}`);
  return {
    dependsOn: distinct(dependsOn),
    inputs: distinct(["$TURBO_DEFAULT$", "!.lfads/**", ...excluded, ...modules, ...reads]),
    // Pages are made by another command: a restored one would be older.
    outputs: distinct([...outputs, ...folders.map((folder) => `!${glob(folder)}/report.html`)]),
    env: files.environment,
    passThroughEnv,
  };
}

function turboPath(path: string, dir: string, root: string): string {
  const own = relative(dir, path);
  return own.startsWith("..") ? `$TURBO_ROOT$/${relative(root, path)}` : own;
}

function distinct(list: readonly string[]): string[] {
  return [...new Set(list)];
}
