/** Whether recordings and the alignment of runs that use them fit. */
import { counted } from "#lib/counted.js";
import type { DatasetInfo } from "#lib/sources/dataset-info.js";
import type { Problem } from "./problem.js";
import type { RunParams, RunSpec } from "./project.js";
import { usesAlignment } from "./uses-alignment.js";

export function checkAlignment(
  spec: RunSpec,
  infos: readonly DatasetInfo[],
  params: RunParams,
  place: readonly string[],
): Problem[] {
  return usesAlignment(params, spec) ? checkComputed(spec, infos, place) : checkOwn(spec, infos, params, place);
}

/** What is computed needs conditions, and is not mixed with matrices that recordings bring. */
function checkComputed(spec: RunSpec, infos: readonly DatasetInfo[], place: readonly string[]): Problem[] {
  const param = spec.datasets.length > 1 ? "useAlignmentMatrix" : "useSingleDatasetAlignmentMatrix";
  const named = (which: (info: DatasetInfo) => boolean) =>
    infos
      .filter(which)
      .map(({ name }) => name)
      .join(", ");
  const without = named(({ nConditions }) => nConditions === 0);
  const own = named(({ alignmentFactors }) => alignmentFactors !== null);
  const problems: Problem[] = [];
  if (without !== "") {
    problems.push({
      place: [...place, param],
      what: `${param} is true, but no trial of ${without} has a condition: alignment matrices come from averages over conditions.`,
      hint: `Say where the conditions are (condition in h5(…)), or write ${param}: false.`,
    });
  }
  if (own !== "") {
    problems.push({
      place: [...place, param],
      what: `${param} is true, but of ${own} an alignment matrix is given.`,
      hint: `Leave alignmentMatrix out of h5(…) to compute one, or write ${param}: false to use it.`,
    });
  }
  return problems;
}

/** Matrices that recordings bring are for one number of factors. */
function checkOwn(
  spec: RunSpec,
  infos: readonly DatasetInfo[],
  { values }: RunParams,
  place: readonly string[],
): Problem[] {
  if (spec.datasets.length === 1 && values.setInFactorsMatchDataForSingleDataset === true) return [];
  const factors = Number(values.c_factors_dim);
  return infos.flatMap(({ name, alignmentFactors }) => {
    if (alignmentFactors === null || alignmentFactors === factors) return [];
    const what = `c_factors_dim is ${factors}, but the alignment matrix of ${name} is for ${counted(alignmentFactors, "factor")}.`;
    const hint = `Use c_factors_dim: ${alignmentFactors}, or make another matrix.`;
    return [{ place: [...place, "c_factors_dim"], what, hint }];
  });
}
