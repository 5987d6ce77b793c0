import { existsSync, statSync } from "node:fs";
import { basename, extname, join, resolve } from "node:path";
import type { ChaoticRnnDefinition, FilesSourceDefinition, LorenzDefinition } from "#lib/sources/define-sources.js";
import { isGenerated, type SourceSpec } from "#lib/sources/source-spec.js";
import { checkNames } from "./check-names.js";
import { checkSource } from "./check-source.js";
import type { DatasetCollectionDefinition } from "./definition.js";
import type { Problem } from "./problem.js";
import type { Dataset, DatasetSet } from "./project.js";

/**
 * The datasets of a collection, sorted by the code units of their files' paths.
 * @param dir Folder of the lfadsfile.
 */
export async function resolveDatasets(
  definition: DatasetCollectionDefinition,
  dir: string,
  place: readonly string[],
  problems: Problem[],
): Promise<DatasetSet> {
  const { name, source } = definition;
  const path = resolve(dir, definition.path);
  problems.push(...checkSource(source, place));
  if (isGenerated(source)) return { name, path, datasets: generatedDatasets(source, path) };

  const found = await matchingFiles(source, path, place, problems);
  const datasets: Dataset[] = [];
  for (const file of found) {
    const own = datasetName(source, file, place, problems);
    if (own !== undefined) datasets.push({ name: own, source: specOf(source), file: resolve(path, file) });
  }
  problems.push(
    ...checkNames(
      "dataset",
      datasets.map((dataset) => ({ name: dataset.name, place, hint: `The name comes from ${dataset.file}.` })),
    ),
  );
  return { name, path, datasets };
}

function generatedDatasets(source: LorenzDefinition | ChaoticRnnDefinition, path: string): Dataset[] {
  const { count, ...spec } = source;
  return Array.from({ length: count }, (_, index) => {
    const name = `dataset${String(index + 1).padStart(3, "0")}`;
    return { name, source: { ...spec, index }, file: join(path, `${name}.h5`) };
  });
}

function specOf(source: FilesSourceDefinition): SourceSpec {
  const { patterns: _, nameOf: __, ...spec } = source;
  return spec as SourceSpec;
}

function datasetName(
  source: FilesSourceDefinition,
  file: string,
  place: readonly string[],
  problems: Problem[],
): string | undefined {
  if (!source.nameOf) return basename(file, extname(file));
  try {
    const name: unknown = source.nameOf(file);
    if (typeof name === "string") return name;
    problems.push({ place: [...place, "name"], what: `name must return the dataset's name as text, for ${file} too.` });
  } catch (error) {
    problems.push({
      place: [...place, "name"],
      what: `name throws for ${file}: ${(error as Error)?.message ?? error}`,
    });
  }
  return undefined;
}

/** Files under `path` that match, as paths from there. */
async function matchingFiles(
  source: FilesSourceDefinition,
  path: string,
  place: readonly string[],
  problems: Problem[],
): Promise<string[]> {
  if (!existsSync(path)) {
    problems.push({ place: [...place, "path"], what: `The folder ${path} does not exist.` });
    return [];
  }
  const files = new Set<string>();
  for (const pattern of source.patterns) {
    const matches = await match(pattern, path);
    for (const file of matches) files.add(file);
    if (matches.length === 0)
      problems.push({ place: [...place, "pattern"], what: `No file matches "${pattern}" in ${path}.` });
  }
  return [...files].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

async function match(pattern: string, path: string): Promise<string[]> {
  if (!/[*?[\]{}()!]/.test(pattern)) {
    const stat = statSync(resolve(path, pattern), { throwIfNoEntry: false });
    return stat?.isFile() ? [pattern] : [];
  }
  const { default: glob } = await import("tiny-glob/sync.js");
  return glob(pattern, { cwd: path, filesOnly: true }).map((file) => file.replaceAll("\\", "/"));
}
