import type { RunResults } from "#lib/export/open-run-results.js";
import { toFloat64 } from "#lib/hdf5/hdf5-array.js";

/** Of condition number i, from 1, at i − 1; the numbers themselves where no more is known. Undefined without conditions. */
export function conditionNamesOf({
  arrays,
  conditionNames,
}: Pick<RunResults, "arrays" | "conditionNames">): readonly string[] | undefined {
  const codes = arrays.find(({ name }) => name === "condition");
  if (conditionNames || !codes) return conditionNames;
  const last = toFloat64(codes.rows(0, codes.shape[0]!)).reduce((most, code) => Math.max(most, code), 0);
  return Array.from({ length: last }, (_, i) => String(i + 1));
}
