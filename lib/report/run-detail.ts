import { openRunResults, type RunResults } from "#lib/export/open-run-results.js";
import { blocksOf } from "#lib/export/result-array.js";
import { toFloat64 } from "#lib/hdf5/hdf5-array.js";
import { alignmentDetail } from "./alignment-detail.js";
import { chooseConditions } from "./choose-shown.js";
import { conditionNamesOf } from "./condition-names.js";
import { datasetDetail } from "./dataset-detail.js";
import { encodeValues } from "./encode-values.js";
import { FactorMoments } from "./factor-pcs.js";
import { inputPrior } from "./input-prior.js";
import type { DatasetSize, DetailPlan } from "./plan-details.js";
import type { DatasetDetail, RunDetail } from "./report-data.js";
import type { RunPart, RunSources } from "./run-sources.js";

/** Of each dataset of the run; reads shapes only. */
export async function datasetSizes({ parts = [], binMs }: RunSources): Promise<DatasetSize[]> {
  const sizes: DatasetSize[] = [];
  for (const part of parts) sizes.push(await withResults(part, binMs, sizeOfDataset));
  return sizes;
}

function sizeOfDataset(results: RunResults): DatasetSize {
  const shape = (name: string) => results.arrays.find((array) => array.name === name)?.shape;
  const [trials, bins, channels] = shape("counts") as [number, number, number];
  return {
    ...{ trials, bins, channels },
    factors: shape("factors")?.[2] ?? 0,
    inputs: (shape("controller_outputs")?.[2] ?? 0) + (shape("external_inputs")?.[2] ?? 0),
    hasTruth: shape("true_rates") !== undefined,
    conditions: conditionNamesOf(results)?.length ?? 0,
  };
}

async function withResults<T>(part: RunPart, binMs: number, use: (results: RunResults) => T): Promise<T> {
  const results = await openRunResults(part.files, binMs);
  try {
    return use(results);
  } finally {
    results.close();
  }
}

/** @param onDataset Called before each reading of a dataset, two for each, with the part that is done. */
export async function runDetail(
  { parts = [], binMs, alignment }: RunSources,
  { level, datasets }: DetailPlan,
  onDataset: (done: number) => void,
): Promise<RunDetail> {
  const shown = parts.slice(0, datasets);
  const steps = parts.length + shown.length;
  const conditionsOf: (readonly string[])[] = [];
  let moments: FactorMoments | undefined;
  let model: Pick<RunDetail, "unit" | "prior"> | undefined;
  for (const [i, part] of parts.entries()) {
    onDataset(i / steps);
    await withResults(part, binMs, (results) => {
      conditionsOf.push(conditionNamesOf(results) ?? []);
      model ??= modelOf(results, binMs);
      const factors = results.arrays.find(({ name }) => name === "factors")!;
      moments ??= new FactorMoments(factors.shape[2]!);
      for (const [, block] of blocksOf(factors)) moments.add(toFloat64(block));
    });
  }
  const named = conditionsOf.filter((names) => names.length > 0);
  const conditions = chooseConditions(named, level.conditions);
  const pcs = moments!.pcs();
  const details: DatasetDetail[] = [];
  for (const [i, part] of shown.entries()) {
    onDataset((parts.length + i) / steps);
    details.push(
      await withResults(part, binMs, (results) => datasetDetail(part.name, results, { level, conditions, pcs, binMs })),
    );
  }
  const F = pcs.mean.length;
  const values = (numbers: Float64Array, shape?: readonly number[]) =>
    encodeValues(Float32Array.from(numbers), shape ?? [numbers.length]);
  return {
    binMs,
    ...model!,
    factors: F,
    pca: {
      mean: values(pcs.mean),
      loadings: values(pcs.loadings, [F, pcs.explained.length]),
      explained: values(pcs.explained),
    },
    datasets: details,
    conditions,
    nConditions: new Set(named.flat()).size,
    ...(alignment ? { alignment: alignmentDetail(await alignment(), level.conditions, shown) } : {}),
  };
}

function modelOf({ arrays, variables }: RunResults, binMs: number): Pick<RunDetail, "unit" | "prior"> {
  const prior = inputPrior(variables, binMs);
  return { unit: arrays.some(({ name }) => name === "rates") ? "spikes/s" : "a.u.", ...(prior ? { prior } : {}) };
}
