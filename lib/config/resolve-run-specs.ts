import { checkNames } from "./check-names.js";
import type { RunSpecDefinition } from "./definition.js";
import { didYouMean } from "./did-you-mean.js";
import type { Problem } from "./problem.js";
import type { RunSpec } from "./project.js";
import { safeNameProblem } from "./safe-name.js";

/** A run spec as it was written, and where. */
export interface PlacedRunSpec {
  readonly definition: RunSpecDefinition;
  readonly place: readonly string[];
}

/** The run specs of a collection, once the names of its datasets are known. */
export function resolveRunSpecs(
  placed: readonly PlacedRunSpec[],
  datasets: readonly string[],
  problems: Problem[],
): RunSpec[] {
  const resolved = placed.flatMap(({ definition, place }) =>
    specsOf(definition, place, datasets, problems).map((spec) => ({ spec, definition, place })),
  );
  const isOwnName = (definition: RunSpecDefinition) => definition.kind === "of" && definition.name !== undefined;
  problems.push(
    ...checkNames(
      "run spec",
      // A dataset's bad name was told already.
      resolved
        .filter(({ spec, definition }) => isOwnName(definition) || !spec.datasets.some(safeNameProblem))
        .map(({ spec, place }) => ({ name: spec.name, place })),
    ),
  );
  return resolved.map(({ spec }) => spec);
}

function specsOf(
  definition: RunSpecDefinition,
  place: readonly string[],
  datasets: readonly string[],
  problems: Problem[],
): RunSpec[] {
  switch (definition.kind) {
    case "all":
      return [{ name: "all", datasets }];
    case "eachDataset":
      return datasets.map((name) => ({ name: `single_${name}`, datasets: [name] }));
    case "single":
      return [
        {
          name: `single_${definition.dataset}`,
          datasets: knownDatasets([definition.dataset], place, datasets, problems),
        },
      ];
    case "of": {
      const known = knownDatasets(definition.datasets, place, datasets, problems);
      return known.length === 0 && definition.name === undefined
        ? []
        : [{ name: definition.name ?? known.join("_"), datasets: known }];
    }
  }
}

/** The named datasets in the order of the collection, without those that it has not. */
function knownDatasets(
  names: readonly string[],
  place: readonly string[],
  datasets: readonly string[],
  problems: Problem[],
): string[] {
  for (const [i, name] of names.entries()) {
    if (names.indexOf(name) < i) problems.push({ place, what: `The dataset "${name}" is named twice.` });
    if (datasets.includes(name)) continue;
    const guess = didYouMean(name, datasets);
    problems.push({
      place,
      what: `The collection has no dataset "${name}"${guess}`,
      ...(guess === "." ? { hint: `It has ${listed(datasets)}.` } : {}),
    });
  }
  return datasets.filter((name) => names.includes(name));
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(", ");
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown || "none";
}
