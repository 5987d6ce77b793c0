import { existsSync, readFileSync } from "node:fs";
import type { DatasetInfo } from "#lib/sources/dataset-info.js";
import { type DatasetMetadata, datasetFacts, NoSuchFact, Unread } from "./dataset-facts.js";
import type { DatasetCollectionDefinition } from "./definition.js";
import type { Problem } from "./problem.js";
import type { Dataset, DatasetSet } from "./project.js";
import { infoFileOf, isMade } from "./recording-name.js";
import { shownValue } from "./shown-value.js";

/**
 * The set with metadata, and with the datasets that its filters leave. What a filter cannot say before a recording was read
 * is left: the build reads what `readsAll` asks for, and looks again.
 * @param dir Folder of the lfadsfile.
 */
export function filterDatasets(
  { metadata, filters = [] }: DatasetCollectionDefinition,
  found: DatasetSet,
  dir: string,
  place: readonly string[],
  problems: Problem[],
): DatasetSet {
  const all = found.datasets.map((dataset) => withMetadata(dataset, metadata, place, problems));
  const set = { ...found, datasets: all };
  if (filters.length === 0 || all.length === 0) return set;
  const own = [...new Set(all.flatMap((dataset) => Object.keys(dataset.metadata ?? {})))];
  let readsAll = false;
  const onRead = () => {
    readsAll = true;
  };
  const at = [...place, "filter"];
  const before = problems.length;
  const datasets = all.filter(({ name, metadata: told = {} }) => {
    const facts = datasetFacts(name, told, infoOf(dir, found, name), own, onRead);
    try {
      return filters.every((filter) => {
        const keep: unknown = filter(facts);
        if (typeof keep === "boolean") return keep;
        problems.push({
          place: at,
          what: `The filter returns ${shownValue(keep)} for ${name}, but must say true or false.`,
        });
        return true;
      });
    } catch (error) {
      if (!(error instanceof Unread)) problems.push({ place: at, what: thrownText(error, name) });
      return true;
    }
  });
  if (readsAll && isMade(found)) {
    const what =
      "The filter asks for what is in recordings that a loader or a command makes, which depends on parameters.";
    problems.push({ place: at, what, hint: "Filter them by name and metadata." });
  } else if (datasets.length === 0 && problems.length === before) {
    problems.push({ place: at, what: `The filter leaves none of the ${all.length} datasets.` });
  }
  return { ...set, datasets, candidates: all, ...(readsAll ? { readsAll } : {}) };
}

function thrownText(error: unknown, name: string): string {
  const message = (error as Error)?.message ?? String(error);
  return error instanceof NoSuchFact
    ? `${message}${/[.?]$/.test(message) ? "" : "."}`
    : `The filter throws for ${name}: ${message}`;
}

function infoOf(dir: string, set: DatasetSet, name: string): DatasetInfo | undefined {
  const file = infoFileOf(dir, `${set.name}/${name}`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as DatasetInfo) : undefined;
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
