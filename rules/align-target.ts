import type { Json, Target } from "#lib/build/target.js";
import type { Collection, Dataset, Project, RunParams, RunSpec } from "#lib/config/project.js";
import type { ParamValue } from "#lib/params/param-value.js";
import type { AlignParams } from "./align.js";

/** Where lies what is made of a run's recordings, for all settings that want it alike: below the root, and in labels. */
export const dataPlace = (collection: Collection, { dataName }: RunParams, spec: RunSpec) =>
  `${collection.name}/${dataName}/${spec.name}`;

/** Label of the target that computes where a run's read-ins start; there is one where `usesAlignment` says so. */
export const alignLabel = (collection: Collection, params: RunParams, spec: RunSpec) =>
  `${dataPlace(collection, params, spec)}:align`;

/** @param inputs The recordings, named for their datasets. */
export function alignTarget(
  project: Project,
  collection: Collection,
  params: RunParams,
  spec: RunSpec,
  datasets: readonly Dataset[],
  inputs: Target["inputs"],
  dataParams: Readonly<Record<string, Json>>,
): Target {
  const { spikeBinMs, c_factors_dim, alignmentApproach, alignmentExtraArgs } = params.values;
  const isRidge = alignmentApproach === "ridgeRegressGlobalPCs" && datasets.length > 1;
  const wanted: AlignParams = {
    datasets: datasets.map(({ name }) => name),
    sources: datasets.map(({ source }) => source),
    spikeBinMs: spikeBinMs as number,
    factors: c_factors_dim as number,
    regression: isRidge ? "ridge" : "leastSquares",
    normalizeEach: isRidge && (alignmentExtraArgs as readonly ParamValue[])[1] === true,
    dataParams,
  };
  return {
    label: alignLabel(collection, params, spec),
    rule: "align",
    params: wanted as unknown as Json,
    inputs,
    outDir: `${project.root}/${dataPlace(collection, params, spec)}`,
    resources: { work: datasets.length },
  };
}
