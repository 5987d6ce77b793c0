import { existsSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import type { ChaoticRnnDefinition, FilesSourceDefinition, LorenzDefinition } from "#lib/sources/define-sources.js";
import { isGenerated, type SourceSpec } from "#lib/sources/source-spec.js";
import { checkNames } from "./check-names.js";
import { checkSource } from "./check-source.js";
import type { DatasetCollectionDefinition } from "./definition.js";
import { filesOf } from "./files-of.js";
import { filterDatasets } from "./filter-datasets.js";
import type { LoadOptions } from "./load-bundle.js";
import type { Problem } from "./problem.js";
import type { Dataset, DatasetSet, Maker, RunParams } from "./project.js";
import { resolveMaker } from "./resolve-maker.js";

export interface DatasetsContext {
  /** The lfadsfile, absolute. */
  readonly file: string;
  readonly options: LoadOptions;
  /** Of the run collection; see `filterDatasets`. */
  readonly settings: () => readonly RunParams[];
}

/** The datasets of a collection, sorted by the code units of their files' paths. */
export async function resolveDatasets(
  definition: DatasetCollectionDefinition,
  { file, options, settings }: DatasetsContext,
  place: readonly string[],
  problems: Problem[],
): Promise<DatasetSet> {
  const { name, source } = definition;
  const path = resolve(dirname(file), definition.path);
  problems.push(...checkSource(source, place));
  const filtered = (datasets: Dataset[]) =>
    filterDatasets(definition, { name, path, datasets }, dirname(file), settings, place, problems);
  if (isGenerated(source)) return filtered(generatedDatasets(source, path));

  const datasets: Dataset[] = [];
  const isMade = source.kind === "loader" || source.kind === "command";
  const maker = isMade ? await resolveMaker(source, file, options, place, problems) : undefined;
  for (const { name, files } of await sessionsOf(source, path, place, problems)) {
    const paths = files.map((each) => resolve(path, each));
    const inputs = paths.map((each, i) => ({ name: "file", file: each, as: files[i]! }) as const);
    const made = maker && { maker: { ...maker, inputs: [...inputs, ...maker.inputs] } satisfies Maker };
    datasets.push({ name, source: specOf(source), file: paths[0] ?? path, ...made });
  }
  problems.push(
    ...checkNames(
      "dataset",
      datasets.map((dataset) => ({ name: dataset.name, place, hint: `The name comes from ${dataset.file}.` })),
    ),
  );
  return filtered(datasets);
}

/** Those of a source that makes recordings up. */
export function generatedDatasets(source: LorenzDefinition | ChaoticRnnDefinition, path: string): Dataset[] {
  const { count, ...spec } = source;
  return Array.from({ length: count }, (_, index) => {
    const name = `dataset${String(index + 1).padStart(3, "0")}`;
    return { name, source: { ...spec, index }, file: join(path, `${name}.h5`) };
  });
}

/** Datasets with their files, as paths from the collection's folder. */
async function sessionsOf(
  source: FilesSourceDefinition,
  path: string,
  place: readonly string[],
  problems: Problem[],
): Promise<{ name: string; files: readonly string[] }[]> {
  const sessions = "sessions" in source ? source.sessions : undefined;
  const patterns = sessions ? Object.values(sessions).flat() : source.patterns;
  if (patterns.length > 0 && !existsSync(path)) {
    problems.push({ place: [...place, "path"], what: `The folder ${path} does not exist.` });
    return [];
  }
  const onNone = (pattern: string) =>
    problems.push({ place: [...place, "pattern"], what: `No file matches "${pattern}" in ${path}.` });
  if (sessions) {
    return Promise.all(
      Object.entries(sessions).map(async ([name, own]) => ({ name, files: await filesOf(own, path, onNone) })),
    );
  }
  const files = await filesOf(source.patterns, path, onNone);
  return files.flatMap((file) => {
    const name = datasetName(source, file, place, problems);
    return name === undefined ? [] : [{ name, files: [file] }];
  });
}

function specOf(source: FilesSourceDefinition): SourceSpec {
  if (source.kind === "loader") {
    const { heldOut, decode } = source;
    return {
      kind: "loaded",
      ...(heldOut === undefined ? {} : { heldOut }),
      ...(decode === undefined ? {} : { decode }),
    };
  }
  if (source.kind === "command") return { kind: "h5", ...source.layout };
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
