/** What a build of a lfadsfile reads and makes, for tools that cache builds as a whole. */
import { readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { diskFailure } from "#lib/disk-failure.js";
import type { Failure } from "#lib/failure.js";
import { err, ok, type Result } from "#lib/result.js";
import { isGenerated } from "#lib/sources/source-spec.js";
import { bundledFiles } from "./bundle-module.js";
import type { LfadsDefinition, RunCollectionDefinition } from "./definition.js";
import { evaluateLfadsfile } from "./evaluate-lfadsfile.js";
import { loadBundle } from "./load-bundle.js";
import { cacheOf } from "./load-definition.js";
import { problemFailures } from "./problem.js";
import { generatedDatasets } from "./resolve-datasets.js";
import { loaderCacheOf } from "./resolve-maker.js";
import { scanBundle } from "./scan-bundle.js";
import { splitCommand } from "./split-command.js";
import { validateDefinition } from "./validate-definition.js";

export interface ProjectFiles {
  /** The lfadsfile and what it imports, absolute. */
  readonly modules: readonly string[];
  /** Packages that it imports. */
  readonly packages: readonly string[];
  /** Environment variables that it reads. */
  readonly environment: readonly string[];
  /** Recordings that are made up or made by code, and what was found in all; absolute files and folders. */
  readonly recordings: readonly string[];
  /** Names of dataset collections, which are what labels of recordings begin with. */
  readonly datasetCollections: readonly string[];
  readonly collections: readonly CollectionFiles[];
}

export interface CollectionFiles {
  readonly name: string;
  /** Recordings, and what loaders and commands read, code included. */
  readonly reads: readonly FilePattern[];
  /** Absolute folder of its results; undefined where these were made elsewhere. */
  readonly folder: string | undefined;
  /** Other collections that runs of it start from (`initFrom`). */
  readonly startsFrom: readonly string[];
}

/** Files in an absolute folder. */
export interface FilePattern {
  readonly folder: string;
  /** A glob, or a path without wildcards. */
  readonly pattern: string;
}

/** Recordings need not be there: another tool may fetch or make them first. `file` is the lfadsfile, absolute. */
export async function projectFiles(file: string): Promise<Result<ProjectFiles, Failure[]>> {
  try {
    const dir = dirname(file);
    const cache = cacheOf(file);
    const bundle = await loadBundle({ file, kind: "lfadsfile", dir }, cache, {});
    if (!bundle.ok) return bundle;
    const loaded = await evaluateLfadsfile(file, bundle.value);
    if (!loaded.ok) return err([loaded.error]);
    const { problems } = validateDefinition(loaded.value);
    if (problems.length > 0) return err(problemFailures(basename(file), problems));
    return await describe(file, loaded.value, {
      modules: bundledFiles(file, cache),
      ...scanBundle(readFileSync(bundle.value.file, "utf8")),
    });
  } catch (error) {
    const failure = diskFailure(error);
    if (failure) return err([failure]);
    throw error;
  }
}

async function describe(
  file: string,
  definition: LfadsDefinition,
  around: Pick<ProjectFiles, "modules" | "packages" | "environment">,
): Promise<Result<ProjectFiles, Failure[]>> {
  const dir = dirname(file);
  const recordings = new Set<string>();
  const collections: CollectionFiles[] = [];
  for (const collection of definition.collections) {
    const code = await loaderCode(file, collection);
    if (!code.ok) return code;
    for (const path of madeRecordings(dir, collection)) recordings.add(path);
    const folder = resolve(dir, definition.root, collection.name);
    const imported = collection.imported?.flatMap(({ param, data }) => [param, data]) ?? [];
    collections.push({
      name: collection.name,
      reads: [
        ...recordingPatterns(dir, collection),
        ...code.value.map((path) => ({ folder: dirname(path), pattern: basename(path) })),
        ...[...new Set(imported)].map((name) => ({ folder, pattern: `${name}/**` })),
      ],
      folder: collection.imported ? undefined : folder,
      startsFrom: startsFrom(collection),
    });
  }
  const sets = new Set(definition.collections.map(({ datasets }) => datasets.name));
  return ok({ ...around, recordings: [...recordings], datasetCollections: [...sets], collections });
}

/** The loader of a collection's recordings and what it imports. */
async function loaderCode(
  file: string,
  { datasets: { source } }: RunCollectionDefinition,
): Promise<Result<readonly string[], Failure[]>> {
  if (source.kind !== "loader") return ok([]);
  const dir = dirname(file);
  const module = resolve(dir, source.module);
  const cache = loaderCacheOf(file, source.module);
  const bundle = await loadBundle({ file: module, kind: "loader", dir }, cache, {});
  return bundle.ok ? ok(bundledFiles(module, cache)) : bundle;
}

function recordingPatterns(dir: string, { datasets }: RunCollectionDefinition): FilePattern[] {
  const { source } = datasets;
  if (isGenerated(source)) return [];
  const folder = resolve(dir, datasets.path);
  const sessions = "sessions" in source ? Object.values(source.sessions ?? {}).flat() : [];
  const own = [...source.patterns, ...sessions].map((pattern) => ({ folder, pattern }));
  if (source.kind === "loader") return [...own, ...source.files.map((pattern) => ({ folder: dir, pattern }))];
  if (source.kind !== "command") return own;
  const words = splitCommand(source.command);
  const scripts = words.ok ? words.value.filter((word) => isFile(resolve(dir, word))) : [];
  return [...own, ...[...source.inputs, ...scripts].map((pattern) => ({ folder: dir, pattern }))];
}

function madeRecordings(dir: string, { datasets }: RunCollectionDefinition): string[] {
  const { name, path, source } = datasets;
  const found = join(dir, ".lfads", "datasets", name);
  if (isGenerated(source)) return [found, ...generatedDatasets(source, resolve(dir, path)).map(({ file }) => file)];
  const isMade = source.kind === "loader" || source.kind === "command";
  return isMade ? [found, join(dir, ".lfads", "recordings", name)] : [found];
}

function startsFrom({ name, params }: RunCollectionDefinition): string[] {
  const named = params.flatMap(({ values }) => (typeof values.initFrom === "string" ? [values.initFrom] : []));
  const others = named.map((initFrom) => initFrom.split("/")[0]!);
  return [...new Set(others)].filter((other) => other !== "" && other !== name);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
