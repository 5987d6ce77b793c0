import type { Reconstructions } from "#lib/alignment/alignment-plot.js";
import { encodeValues } from "./encode-values.js";
import { evenly } from "./evenly.js";
import type { AlignmentDetail } from "./report-data.js";

const MOST_PCS = 6;

/** The first PCs, of some of the conditions that all datasets have; of these datasets. */
export function alignmentDetail(
  { conditions, timeVecMs, explained, pcs, datasets }: Reconstructions,
  mostConditions: number,
  shown: readonly { readonly name: string }[],
): AlignmentDetail {
  const [T, all] = [timeVecMs.length, explained.length];
  const P = Math.min(MOST_PCS, all);
  const shared = [...conditions.keys()].filter((c) => !Number.isNaN(pcs[c * T * all]!));
  const kept = evenly(shared, mostConditions);
  const picked = (values: Float64Array) => {
    const rows = kept.flatMap((c) => Array.from({ length: T }, (_, t) => (c * T + t) * all));
    const numbers = rows.flatMap((row) => [...values.subarray(row, row + P)]);
    return encodeValues(Float32Array.from(numbers), [kept.length, T, P]);
  };
  const firstPcs = (values: Float64Array) => encodeValues(Float32Array.from(values.subarray(0, P)));
  return {
    conditions: kept.map((c) => conditions[c]!),
    timesMs: encodeValues(Float32Array.from(timeVecMs)),
    explained: firstPcs(explained),
    globalPcs: picked(pcs),
    datasets: datasets
      .filter(({ name }) => shown.some((dataset) => dataset.name === name))
      .map(({ name, reconstruction, r2 }) => ({ name, reconstruction: picked(reconstruction), r2: firstPcs(r2) })),
  };
}
