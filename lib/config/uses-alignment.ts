import type { RunParams, RunSpec } from "./project.js";

/** Whether a run's read-ins start from alignment matrices that are computed from its datasets. */
export function usesAlignment({ values }: Pick<RunParams, "values">, spec: RunSpec): boolean {
  const param = spec.datasets.length > 1 ? "useAlignmentMatrix" : "useSingleDatasetAlignmentMatrix";
  return values[param] === true;
}
