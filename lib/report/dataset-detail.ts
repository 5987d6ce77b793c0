import { averageArrays } from "#lib/export/average-arrays.js";
import type { RunResults } from "#lib/export/open-run-results.js";
import { arrayOf, blocksOf, type ResultArray } from "#lib/export/result-array.js";
import { sizeOf, toFloat64 } from "#lib/hdf5/hdf5-array.js";
import { chooseLargest, chooseTrials, type Trial } from "./choose-shown.js";
import { conditionNamesOf } from "./condition-names.js";
import { encodeCounts, encodeValues } from "./encode-values.js";
import { evenly } from "./evenly.js";
import { type FactorPcs, projected } from "./factor-pcs.js";
import { pickedColumns } from "./picked-columns.js";
import { type DetailLevel, readoutChannels } from "./plan-details.js";
import type { ConditionDetail, DatasetDetail, Values } from "./report-data.js";

export interface DetailWish {
  readonly level: DetailLevel;
  /** Shown of every dataset of the run. */
  readonly conditions: readonly string[];
  readonly pcs: FactorPcs;
  readonly binMs: number;
}

/** Of one dataset of a run. Reads all counts, and what is averaged, some trials at a time. */
export function datasetDetail(name: string, results: RunResults, wish: DetailWish): DatasetDetail {
  const { arrays } = results;
  const { level, conditions, pcs, binMs } = wish;
  const find = (array: string) => arrays.find((each) => each.name === array);
  const isGaussian = find("rates") === undefined;
  const rates = (find("rates") ?? find("output_means"))!;
  // Means of gaussian output are of what is in a bin: nothing that they are held against is counted by the second.
  const counts: ResultArray = isGaussian ? { ...find("counts")!, type: "float64" } : find("counts")!;
  const trueRates = find("true_rates");
  const truth = isGaussian && trueRates ? scaled(trueRates, binMs / 1000) : trueRates;
  const [factors, inputs, external] = [find("factors")!, find("controller_outputs"), find("external_inputs")];
  const names = conditionNamesOf(results);
  const trials = trialsOf(arrays, names);
  const places = chooseTrials(trials, conditions, level.trials);
  const numbers = allOf(find("channel")!);
  const amounts = isGaussian ? undefined : columnSums(counts);
  const choose = (most: number) => (amounts ? chooseLargest(amounts, most) : evenly([...numbers.keys()], most));
  const channels = choose(level.channels);
  const encode = (values: Float64Array, shape: readonly number[]) => encodeValues(Float32Array.from(values), shape);
  const ofTrials = (array: ResultArray): Values => encode(rowsAt(array, places), shapeOf(places, array));
  const picked = (array: ResultArray) => pickedColumns(array, channels);
  const inPcs = rowsAt(factors, places);
  const pcsShape = (first: number) => [first, factors.shape[1]!, pcs.explained.length];
  const readout = readoutOf(name, results, choose(readoutChannels(level)), numbers);
  return {
    name,
    nTrials: {
      train: trials.filter(({ isValid }) => !isValid).length,
      valid: trials.filter(({ isValid }) => isValid).length,
    },
    trials: places.map((place) => {
      const { number, isValid, condition } = trials[place]!;
      return { number, side: isValid ? "valid" : "train", condition };
    }),
    timesMs: encode(allOf(find("time_ms")!), [factors.shape[1]!]),
    nChannels: numbers.length,
    channels: encodeValues(Int32Array.from(channels, (place) => numbers[place]!)),
    counts: encodeCounts(rowsAt(picked(counts), places), shapeOf(places, picked(counts))),
    rates: ofTrials(picked(rates)),
    ...(truth ? { truth: ofTrials(picked(truth)) } : {}),
    factors: encode(inPcs, shapeOf(places, factors)),
    factorsPca: encode(projected(inPcs, pcs), pcsShape(places.length)),
    ...(inputs ? { inputs: ofTrials(inputs) } : {}),
    ...(external ? { externalInputs: ofTrials(external) } : {}),
    ...(names && conditions.length > 0
      ? {
          averages: averagesOf(
            [counts, rates, truth].map((each) => each && picked(each)),
            factors,
            inputs,
            trials,
            wish,
          ),
        }
      : {}),
    ...(readout ? { readout } : {}),
  };
}

function trialsOf(arrays: readonly ResultArray[], names: readonly string[] | undefined): Trial[] {
  const whole = (name: string) => {
    const array = arrays.find((each) => each.name === name);
    return array && allOf(array);
  };
  const [numbers, isValid, codes] = [whole("trial")!, whole("is_valid")!, whole("condition")];
  return Array.from(numbers, (number, i) => ({
    number,
    isValid: isValid[i] === 1,
    condition: names?.[(codes?.[i] ?? 0) - 1] ?? null,
  }));
}

/** Over the trials of the conditions that are shown; their numbers are those of `wish.conditions`. */
function averagesOf(
  [counts, rates, truth]: readonly (ResultArray | undefined)[],
  factors: ResultArray,
  inputs: ResultArray | undefined,
  trials: readonly Trial[],
  { conditions, pcs, binMs }: DetailWish,
): ConditionDetail {
  const codes = Int32Array.from(trials, ({ condition }) =>
    condition === null ? 0 : conditions.indexOf(condition) + 1,
  );
  const code = arrayOf("condition", "number of the condition, from 1; 0 for one that is not shown", ["trial"], codes);
  const arrays = [code, counts, rates, truth, factors, inputs].filter((array) => array !== undefined);
  const averages = averageArrays(arrays, conditions.length, binMs);
  const average = (...names: readonly string[]) => {
    const array = averages.find(({ name }) => names.includes(name));
    return array && { values: allOf(array), shape: array.shape };
  };
  const encode = ({ values, shape }: { values: Float64Array; shape: readonly number[] }) =>
    encodeValues(Float32Array.from(values), shape);
  const [psthTruth, meanFactors, meanInputs] = [
    average("average_true_rates"),
    average("average_factors")!,
    average("average_controller_outputs"),
  ];
  const [K, T] = meanFactors.shape as [number, number];
  return {
    nTrials: encodeValues(Int32Array.from(average("trials_per_condition")!.values)),
    psthData: encode(average("psth")!),
    psthModel: encode(average("average_rates", "average_output_means")!),
    ...(psthTruth ? { psthTruth: encode(psthTruth) } : {}),
    factors: encode(meanFactors),
    factorsPca: encode({ values: projected(meanFactors.values, pcs), shape: [K, T, pcs.explained.length] }),
    ...(meanInputs ? { inputs: encode(meanInputs) } : {}),
  };
}

/** Undefined where factors are the rates' logarithms themselves. */
function readoutOf(
  dataset: string,
  { variables }: RunResults,
  channels: readonly number[],
  numbers: Float64Array,
): DatasetDetail["readout"] {
  const find = (part: string) =>
    ["logrates", "means"].flatMap((kind) =>
      variables.filter(({ name }) => name.endsWith(`_fac_2_${kind}_${dataset}.h5_${part}:0`)),
    )[0];
  const [weights, bias] = [find("W"), find("b")];
  if (!weights || !bias) return undefined;
  const picked = (array: ResultArray) => Float32Array.from(allOf(pickedColumns(array, channels)));
  return {
    channels: encodeValues(Int32Array.from(channels, (place) => numbers[place]!)),
    weights: encodeValues(picked(weights), [weights.shape[0]!, channels.length]),
    bias: encodeValues(picked(bias)),
  };
}

function scaled(array: ResultArray, by: number): ResultArray {
  return { ...array, rows: (start, count) => toFloat64(array.rows(start, count)).map((value) => value * by) };
}

/** Sums over all but the last axis. */
function columnSums(array: ResultArray): Float64Array {
  const width = array.shape.at(-1)!;
  const sums = new Float64Array(width);
  for (const [, block] of blocksOf(array)) {
    const values = toFloat64(block);
    for (let i = 0; i < values.length; i++) sums[i % width]! += values[i]!;
  }
  return sums;
}

const allOf = (array: ResultArray) => toFloat64(array.rows(0, array.shape[0] ?? 1));

/** Rows one after the other, in the order of the places. */
function rowsAt(array: ResultArray, places: readonly number[]): Float64Array {
  const rowSize = sizeOf(array.shape.slice(1));
  const values = new Float64Array(places.length * rowSize);
  for (const [i, place] of places.entries()) values.set(toFloat64(array.rows(place, 1)), i * rowSize);
  return values;
}

const shapeOf = (places: readonly number[], array: ResultArray) => [places.length, ...array.shape.slice(1)];
