/** What the cache of a target goes by: code, packages, environment, recordings. */
import { join, relative, resolve } from "node:path";
import type { CollectionFiles, FilePattern, ProjectFiles } from "#lib/config/project-files.js";
import { packageOf } from "#lib/config/scan-bundle.js";
import { isWithin } from "#lib/is-within.js";
import { asGlob, type NxPlace, nxPath, packageFolder, sourceFolder } from "./nx-place.js";
import type { NxInput } from "./nx-target.js";
import type { OutputOwner } from "./output-owner.js";

export interface TargetPlace extends NxPlace {
  /** Nx can hash files that git ignores. */
  readonly hashesIgnored: boolean;
  /** Nx can leave a file out of a folder that it keeps and restores. */
  readonly leavesOut: boolean;
  /** What other projects make. */
  readonly owners: readonly OutputOwner[];
}

/** What is the same for all targets of a lfadsfile. */
export function commonInputs(files: ProjectFiles, place: TargetPlace): NxInput[] {
  const modules = files.modules.flatMap((path) => moduleInput(path, place));
  const packages = ["lfads", ...files.packages].flatMap((name) => packageInput(name, place));
  const environment = files.environment.map((env) => ({ env }));
  // Without it Nx would take in every package that is installed.
  return [...modules, ...packages, ...environment, { externalDependencies: [] }];
}

/** Recordings, and what makes them. */
export function recordingInputs(collections: readonly CollectionFiles[], place: TargetPlace): NxInput[] {
  return collections.flatMap(({ reads }) => reads.flatMap((pattern) => patternInput(pattern, place)));
}

/** What other projects make and these collections read. */
export function ownersOf(collections: readonly CollectionFiles[], { owners }: TargetPlace): OutputOwner[] {
  const reads = collections.flatMap((collection) => collection.reads);
  return owners.filter(({ path }) => reads.some(({ folder, pattern }) => isWithin(resolve(folder, pattern), path)));
}

function patternInput({ folder, pattern }: FilePattern, place: TargetPlace): NxInput[] {
  const path = resolve(folder, pattern);
  // It is there only after that task.
  if (place.owners.some((owner) => isWithin(path, owner.path)))
    return [{ dependentTasksOutputFiles: "**/*", transitive: false }];
  const inPackages = /^(.*)\/node_modules\/(?:\.[^/]+\/.*\/node_modules\/)?([^.].*)$/.exec(path);
  if (inPackages) return packageInput(packageOf(inPackages[2]!), place, inPackages[1]);
  const fileset = nxPath(place, plainGlob(path, folder));
  if (fileset === undefined || !place.hashesIgnored) return [outsideInput(place)];
  return [{ fileset, includeIgnored: true }];
}

/** Globs of another dialect than that of Nx: everything below the folder. */
function plainGlob(path: string, folder: string): string {
  return /[()!+@[\]]/.test(path.slice(folder.length)) ? join(asGlob(folder), "**/*") : path;
}

function moduleInput(path: string, place: TargetPlace): NxInput[] {
  const fileset = nxPath(place, asGlob(path));
  if (fileset === undefined) return [outsideInput(place)];
  return [place.hashesIgnored ? { fileset, includeIgnored: true } : { fileset }];
}

/** An installed package by its version, one of the workspace by its files. */
function packageInput(name: string, place: TargetPlace, from = join(place.workspaceRoot, place.root)): NxInput[] {
  const folder = packageFolder(from, name);
  const source = folder && sourceFolder(place.workspaceRoot, folder);
  const path = source ? join(source, "**/*") : folder && join(folder, "package.json");
  const fileset = path && nxPath({ ...place, root: "." }, path)?.replace("{projectRoot}", "{workspaceRoot}");
  if (!fileset || (!source && !place.hashesIgnored)) return [outsideInput(place)];
  return [source ? { fileset } : { fileset, includeIgnored: true }];
}

/** Digest of all that a build reads, for what Nx does not see by itself. */
function outsideInput({ workspaceRoot, root }: NxPlace): NxInput {
  return { runtime: `${lfadsCommand(workspaceRoot, root)} -C ${JSON.stringify(root)} inputs --digest` };
}

/** Nx runs it in the workspace's root, without the packages' programs. */
function lfadsCommand(workspaceRoot: string, root: string): string {
  const main = "dist/lib/cli/main.js";
  const folder = packageFolder(join(workspaceRoot, root), "lfads");
  const path = folder
    ? relative(workspaceRoot, join(folder, main))
    : new URL("../cli/main.js", import.meta.url).pathname;
  return `node ${JSON.stringify(path)}`;
}

/** Each input once. */
export function distinct(inputs: readonly NxInput[]): NxInput[] {
  return [...new Map(inputs.map((input) => [JSON.stringify(input), input])).values()];
}
