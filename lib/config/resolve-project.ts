import { dirname, join, resolve } from "node:path";
import { parseBytes } from "#lib/parse-bytes.js";
import { isGenerated } from "#lib/sources/source-spec.js";
import { checkNames } from "./check-names.js";
import { checkSettings } from "./check-settings.js";
import type { LfadsDefinition, StoreDefinition } from "./definition.js";
import type { LoadOptions } from "./load-bundle.js";
import { placeOf } from "./place.js";
import type { Problem } from "./problem.js";
import type { Collection, DatasetSet, Project, RunParams, StoreSettings } from "./project.js";
import { resolveDatasets } from "./resolve-datasets.js";
import { importedNames, resolveImported } from "./resolve-imported.js";
import { resolveRunParams } from "./resolve-run-params.js";
import { resolveRunSpecs } from "./resolve-run-specs.js";

/** A definition as a project. What `isBroken` is left out: it was reported already. */
export async function resolveProject(
  file: string,
  definition: LfadsDefinition,
  isBroken: (pointer: string) => boolean,
  options: LoadOptions = {},
): Promise<{ project: Project; problems: Problem[] }> {
  const dir = dirname(file);
  const root = resolve(dir, String(definition.root));
  const problems: Problem[] = [];
  const collections: Collection[] = [];
  const sets: DatasetSet[] = [];
  for (const [i, collection] of definition.collections.entries()) {
    const pointer = `/collections/${i}`;
    const place = (below: string) => placeOf(definition, pointer + below);
    const broken = (below: string) => isBroken(pointer + below);

    const settings = listOf(collection.params).map((setting, j) => {
      const below = `/params/${j}`;
      if (typeof setting?.values !== "object" || broken(`${below}/own`) || broken(`${below}/ownValues`))
        return undefined;
      const found: Problem[] = [];
      const isBrokenValue = (name: string) => broken(`${below}/values/${name}`);
      return { valued: resolveRunParams(setting, place(below), isBrokenValue, found), problems: found };
    });
    const context = { file, options, settings: () => settings.flatMap((setting) => setting?.valued ?? []) };
    const datasets = broken("/datasets")
      ? undefined
      : await resolveDatasets(collection.datasets, context, place("/datasets"), problems);
    const setName: unknown = collection.datasets?.name;
    if (typeof setName === "string") {
      problems.push(...checkNames("dataset collection", [{ name: setName, place: place("/datasets") }]));
    }
    if (datasets) checkSet(datasets, sets, place("/datasets"), problems);
    const runSpecs = datasets?.datasets.length
      ? resolveRunSpecs(
          listOf(collection.runSpecs).flatMap((spec, k) =>
            broken(`/runSpecs/${k}`) ? [] : [{ definition: spec, place: place(`/runSpecs/${k}`) }],
          ),
          datasets.datasets.map((dataset) => dataset.name),
          problems,
        )
      : [];
    const imported = broken("/imported")
      ? null
      : resolveImported(
          join(root, String(collection.name)),
          collection.imported,
          settings.length,
          place("/imported"),
          problems,
        );
    const params: RunParams[] = [];
    for (const [j, setting] of settings.entries()) {
      if (!setting) continue;
      const { valued, problems: found } = setting;
      const below = `/params/${j}`;
      const at = place(below);
      const before = problems.length;
      problems.push(...found);
      const resolved = imported ? importedNames(valued, collection.imported?.[j], at, problems) : valued;
      if (!broken(below) && problems.length === before) {
        // Imported runs are not made here: what they could be made with does not matter.
        if (!imported) problems.push(...checkSettings(resolved, runSpecs, at));
        checkTwin(resolved, params, at, problems);
      }
      params.push(resolved);
    }
    if (datasets) collections.push({ name: collection.name, datasets, runSpecs, params, imported });
  }
  problems.push(
    ...checkNames(
      "run collection",
      definition.collections.flatMap(({ name }, i) =>
        typeof name === "string" ? [{ name, place: placeOf(definition, `/collections/${i}`) }] : [],
      ),
    ),
  );
  return { project: { file, dir, root, store: storeSettings(dir, definition.store), collections }, problems };
}

function storeSettings(dir: string, definition: StoreDefinition = {}): StoreSettings {
  const { maxSize, hardLinks = false, folder = ".lfads" } = definition;
  const maxBytes = maxSize === undefined ? null : (parseBytes(String(maxSize)) ?? Number.POSITIVE_INFINITY);
  return { folder: resolve(dir, String(folder)), maxBytes, hardLinks };
}

function listOf<T>(list: readonly T[] | undefined): readonly T[] {
  return Array.isArray(list) ? list : [];
}

/**
 * Several run collections may share a dataset collection. Two different ones share neither a name nor a
 * folder that recordings are generated into.
 */
function checkSet(set: DatasetSet, sets: DatasetSet[], place: readonly string[], problems: Problem[]): void {
  for (const other of sets) {
    if (JSON.stringify(unfiltered(other)) === JSON.stringify(unfiltered(set))) return;
    if (other.name === set.name) {
      problems.push({ place, what: `Two different dataset collections are named ${JSON.stringify(set.name)}.` });
    } else if (other.path === set.path && hasGenerated(other) && hasGenerated(set)) {
      problems.push({
        place: [...place, "path"],
        what: `The dataset collections "${other.name}" and "${set.name}" are both generated into ${set.path}.`,
        hint: "Give each a folder of its own.",
      });
    }
  }
  sets.push(set);
}

/** A set and the same with a filter go together. */
function unfiltered({ name, path, datasets, candidates = datasets }: DatasetSet) {
  return { name, path, datasets: candidates };
}

function hasGenerated(set: DatasetSet): boolean {
  return set.datasets.some((dataset) => isGenerated(dataset.source));
}

/** Settings are told apart by the hash in their folder's name. */
function checkTwin(
  setting: RunParams,
  earlier: readonly RunParams[],
  place: readonly string[],
  problems: Problem[],
): void {
  const twin = earlier.findIndex((other) => other.paramName === setting.paramName);
  if (twin < 0) return;
  problems.push({
    place,
    what: `It is the same setting as params[${twin}], ${setting.paramName}.`,
    hint: "Settings of a collection must differ in a parameter that the folder's name depends on, such as seed.",
  });
}
