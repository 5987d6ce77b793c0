import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Failure } from "#lib/failure.js";
import type { DatasetInfo } from "#lib/sources/dataset-info.js";
import { type DatasetFacts, type DatasetMetadata, datasetFacts, NoSuchFact, Unread } from "./dataset-facts.js";
import type { DatasetCollectionDefinition } from "./definition.js";
import { type Problem, problemFailures } from "./problem.js";
import type { Dataset, DatasetSet, Project, RunParams } from "./project.js";
import { infoFileOf, isMade, recordingName } from "./recording-name.js";
import { shownValue } from "./shown-value.js";

/**
 * The set with metadata, and with the datasets that its filters leave. What a filter cannot say before a recording was read
 * is left: the build reads what `readsAll` asks for, and looks again. A dataset that has a recording for each setting stays
 * when the filters say true of every one.
 * @param dir Folder of the lfadsfile.
 * @param settings Of the run collection; asked for where a filter goes by recordings that are made of them.
 */
export function filterDatasets(
  { metadata, filters = [] }: DatasetCollectionDefinition,
  found: DatasetSet,
  dir: string,
  settings: () => readonly RunParams[],
  place: readonly string[],
  problems: Problem[],
): DatasetSet {
  const all = found.datasets.map((dataset) => withMetadata(dataset, metadata, place, problems));
  const set = { ...found, datasets: all };
  if (filters.length === 0 || all.length === 0) return set;
  const own = [...new Set(all.flatMap((dataset) => Object.keys(dataset.metadata ?? {})))];
  let readsAll = false;
  let made: readonly RunParams[] | undefined;
  const recordingsOf = (name: string): string[] => {
    if (!isMade(found)) return [`${found.name}/${name}`];
    made ??= settings();
    return [...new Set(made.map((setting) => recordingName(found, name, setting)))];
  };
  const at = [...place, "filter"];
  const before = problems.length;
  const datasets = all.filter(({ name, metadata: told = {} }) => {
    let recordings: string[] | undefined;
    for (let i = 0; ; i++) {
      const info = () => {
        readsAll = true;
        recordings ??= recordingsOf(name);
        return infoIn(dir, recordings[i]);
      };
      const said = judge(filters, name, datasetFacts(name, told, info, own));
      if (typeof said === "string") problems.push({ place: at, what: said });
      if (said !== true) return said !== false;
      if (i + 1 >= (recordings?.length ?? 0)) return true;
    }
  });
  // What is known of recordings may be of older ones: the build reads them before it says so.
  if (datasets.length === 0 && problems.length === before && !readsAll) problems.push(nothingLeft(all, at));
  return { ...set, datasets, candidates: all, ...(readsAll ? { readsAll } : {}) };
}

/** Of filters that go by recordings, once these were read. */
export function checkFilters({ file, collections }: Project): Failure[] {
  const problems = collections.flatMap(({ name, datasets: { name: set, datasets, candidates = [] } }, i) => {
    const place = [`collections[${i}] "${name}"`, `datasets "${set}"`, "filter"];
    return candidates.length > 0 && datasets.length === 0 ? [nothingLeft(candidates, place)] : [];
  });
  return problemFailures(basename(file), problems);
}

function nothingLeft(all: readonly Dataset[], place: readonly string[]): Problem {
  return { place, what: `The filter leaves none of the ${all.length} datasets.` };
}

/** Whether filters leave a dataset, as far as it is known; or what is wrong with them. */
function judge(
  filters: readonly ((dataset: DatasetFacts) => unknown)[],
  name: string,
  facts: DatasetFacts,
): boolean | string {
  try {
    for (const filter of filters) {
      const keep = filter(facts);
      if (typeof keep !== "boolean")
        return `The filter returns ${shownValue(keep)} for ${name}, but must say true or false.`;
      if (!keep) return false;
    }
    return true;
  } catch (error) {
    return error instanceof Unread || thrownText(error, name);
  }
}

function thrownText(error: unknown, name: string): string {
  const message = (error as Error)?.message ?? String(error);
  return error instanceof NoSuchFact
    ? `${message}${/[.?]$/.test(message) ? "" : "."}`
    : `The filter throws for ${name}: ${message}`;
}

function infoIn(dir: string, recording: string | undefined): DatasetInfo | undefined {
  const file = recording === undefined ? undefined : infoFileOf(dir, recording);
  return file && existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as DatasetInfo) : undefined;
}

function withMetadata(
  dataset: Dataset,
  metadata: DatasetCollectionDefinition["metadata"],
  place: readonly string[],
  problems: Problem[],
): Dataset {
  if (metadata === undefined) return dataset;
  const at = [...place, "metadata"];
  try {
    const own: unknown = typeof metadata === "function" ? metadata(dataset.name) : metadata[dataset.name];
    if (own === undefined) return dataset;
    const problem = metadataProblem(own);
    if (problem === undefined) return { ...dataset, metadata: own as DatasetMetadata };
    problems.push({ place: at, what: `The metadata of ${dataset.name} ${problem}` });
  } catch (error) {
    problems.push({ place: at, what: `metadata throws for ${dataset.name}: ${(error as Error)?.message ?? error}` });
  }
  return dataset;
}

function metadataProblem(own: unknown): string | undefined {
  if (typeof own !== "object" || own === null || Array.isArray(own))
    return `is ${shownValue(own)}, but must be an object.`;
  const { subject, date, saveTags, name } = own as Record<string, unknown>;
  if (name !== undefined) return "has a name, but the name comes from the source.";
  if (subject !== undefined && typeof subject !== "string")
    return `has subject ${shownValue(subject)}, but that must be text.`;
  if (date !== undefined && !(typeof date === "string" && /^\d{4}-\d\d-\d\d$/.test(date)))
    return `has date ${shownValue(date)}, but that must be as "2026-01-31".`;
  if (saveTags !== undefined && !(Array.isArray(saveTags) && saveTags.every((tag) => typeof tag === "number")))
    return `has saveTags ${shownValue(saveTags)}, but these must be numbers.`;
  return undefined;
}
