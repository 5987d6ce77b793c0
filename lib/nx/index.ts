/** `lfads/nx`: the targets of every lfadsfile of an Nx workspace. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { lfadsfileNames } from "#lib/config/find-lfadsfile.js";
import { type ProjectFiles, projectFiles } from "#lib/config/project-files.js";
import { type Failure, formatFailure } from "#lib/failure.js";
import type { Result } from "#lib/result.js";
import { failingTargets } from "./failing-targets.js";
import { inferTargets } from "./infer-targets.js";
import type { NxTarget } from "./nx-target.js";
import { outputOwners } from "./output-owner.js";
import { type LfadsPluginOptions, withDefaults } from "./plugin-options.js";
import { asScripts } from "./script-targets.js";
import { ownersOf } from "./target-inputs.js";

export type { LfadsPluginOptions } from "./plugin-options.js";

interface CreateNodesContext {
  readonly workspaceRoot: string;
}
interface NxProject {
  readonly name?: string;
  readonly targets: Readonly<Record<string, NxTarget>>;
  readonly implicitDependencies?: readonly string[];
}
interface CreateNodesResult {
  readonly projects: Readonly<Record<string, NxProject>>;
}
type CreateNodes = (
  lfadsfiles: readonly string[],
  options: LfadsPluginOptions | undefined,
  context: CreateNodesContext,
) => Promise<[lfadsfile: string, result: CreateNodesResult][]>;

interface LoadedFile {
  readonly lfadsfile: string;
  /** Of the project, from the workspace's root. */
  readonly root: string;
  readonly name: string;
  readonly isProject: boolean;
  /** Of its package.json. */
  readonly scripts: Readonly<Record<string, string>>;
  readonly files: Result<ProjectFiles, Failure[]>;
}

export const name = "lfads/nx";

export const createNodes: readonly [glob: string, createNodes: CreateNodes] = [
  "**/lfadsfile.{ts,mts,js,mjs}",
  async (lfadsfiles, given, { workspaceRoot }) => {
    const options = withDefaults(given);
    const loaded = await Promise.all(firstOfFolder(lfadsfiles).map((file) => load(file, workspaceRoot)));
    const made = loaded.flatMap(({ root, name, files }) =>
      files.ok ? outputOwners(name, files.value, options).map((owner) => ({ ...owner, root })) : [],
    );
    const nx = nxVersion(workspaceRoot);
    const can = { hashesIgnored: nx >= HASHES_IGNORED, leavesOut: nx >= LEAVES_OUT };
    return loaded.map(({ lfadsfile, root, name, isProject, scripts, files }) => {
      const own = isProject ? {} : { name };
      if (!files.ok) {
        warn(lfadsfile, files.error);
        return [lfadsfile, { projects: { [root]: { ...own, targets: failingTargets(files.error, root, options) } } }];
      }
      const owners = made.filter((owner) => owner.root !== root);
      const place = { workspaceRoot, root, owners, ...can };
      const targets = asScripts(inferTargets(files.value, place, options), scripts);
      const sources = new Set(ownersOf(files.value.collections, place).map((owner) => owner.project));
      const more = sources.size > 0 ? { implicitDependencies: [...sources] } : {};
      return [lfadsfile, { projects: { [root]: { ...own, ...more, targets } } }];
    });
  },
];

/** Its name before Nx 22. */
export const createNodesV2 = createNodes;

/** The version of Nx from which a fileset may take in what git ignores. */
const HASHES_IGNORED = 24;

/** The version of Nx from which outputs with an exclusion can hold links. */
const LEAVES_OUT = 22;

/** On standard error, as what Nx prints may be read by a program. */
function warn(lfadsfile: string, failures: readonly Failure[]): void {
  const lines = failures.map((failure) => formatFailure(failure)).join("\n");
  process.stderr.write(`\n${lfadsfile} cannot be read, so the targets of its collections are missing:\n${lines}\n`);
}

async function load(lfadsfile: string, workspaceRoot: string): Promise<LoadedFile> {
  const root = dirname(lfadsfile);
  const folder = join(workspaceRoot, root);
  const files = await projectFiles(join(workspaceRoot, lfadsfile));
  const isProject = ["project.json", "package.json"].some((name) => existsSync(join(folder, name)));
  const scripts = readJson(join(folder, "package.json"))?.scripts ?? {};
  return { lfadsfile, root, name: projectName(folder), isProject, scripts, files };
}

/** As Nx names it; a folder without package.json and project.json becomes a project of its name. */
function projectName(folder: string): string {
  const [project, manifest] = ["project.json", "package.json"].map((name) => readJson(join(folder, name)));
  return project?.name ?? manifest?.nx?.name ?? manifest?.name ?? basename(folder);
}

interface ProjectJson {
  readonly name?: string;
  readonly nx?: { readonly name?: string };
  readonly scripts?: Readonly<Record<string, string>>;
}

function readJson(path: string): ProjectJson | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

/** Of several in a folder the one that `lfads` takes. */
function firstOfFolder(lfadsfiles: readonly string[]): string[] {
  const rank = (file: string) => lfadsfileNames.indexOf(basename(file) as (typeof lfadsfileNames)[number]);
  const byFolder = new Map<string, string>();
  for (const file of [...lfadsfiles].sort((a, b) => rank(b) - rank(a))) byFolder.set(dirname(file), file);
  return [...byFolder.values()].sort();
}

function nxVersion(workspaceRoot: string): number {
  try {
    const { version } = createRequire(join(workspaceRoot, "package.json"))("nx/package.json") as { version: string };
    return Number.parseInt(version, 10);
  } catch {
    return HASHES_IGNORED;
  }
}
