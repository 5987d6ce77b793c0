import { toFloat64 } from "#lib/hdf5/hdf5-array.js";
import { arrayOf, blocksOf, type ResultArray } from "./result-array.js";

/** Arrays that are averaged, and what the average is called. */
const averaged: Readonly<Record<string, string>> = {
  counts: "psth",
  heldout_counts: "heldout_psth",
  rates: "average_rates",
  output_means: "average_output_means",
  true_rates: "average_true_rates",
  factors: "average_factors",
  controller_outputs: "average_controller_outputs",
  external_inputs: "average_external_inputs",
};

/**
 * Averages over the trials of each condition, training and validation together, and how many they are; trials without
 * a condition are left out. Counts become spikes/s; what is no count stays as it is.
 */
export function averageArrays(arrays: readonly ResultArray[], conditions: number, binMs: number): ResultArray[] {
  const codes = toFloat64(arrays.find(({ name }) => name === "condition")!.rows(0, Number.MAX_SAFE_INTEGER));
  const trials = new Int32Array(conditions);
  for (const code of codes) if (code > 0) trials[code - 1]! += 1;
  return [
    arrayOf("trials_per_condition", "trials of the condition", ["condition"], trials),
    ...arrays.flatMap((array) => {
      const name = averaged[array.name];
      if (name === undefined) return [];
      const isCount = array.name.endsWith("counts") && array.type === "int32";
      const sums = conditionSums(array, codes, conditions);
      const rowSize = sums.length / conditions;
      for (let i = 0; i < sums.length; i++) {
        sums[i]! /= trials[Math.floor(i / rowSize)]!;
        if (isCount) sums[i]! /= binMs / 1000;
      }
      const unit = isCount ? "spikes/s" : array.unit;
      return [
        arrayOf(
          name,
          `average of ${array.name} over the trials of the condition`,
          ["condition", ...array.axes.slice(1)],
          sums,
          {
            shape: [conditions, ...array.shape.slice(1)],
            ...(unit === undefined ? {} : { unit }),
          },
        ),
      ];
    }),
  ];
}

function conditionSums(array: ResultArray, codes: Float64Array, conditions: number): Float64Array {
  const rowSize = array.shape.slice(1).reduce((size, length) => size * length, 1);
  const sums = new Float64Array(conditions * rowSize);
  for (const [start, block] of blocksOf(array)) {
    const values = toFloat64(block);
    for (let trial = 0; trial * rowSize < values.length; trial++) {
      const code = codes[start + trial]!;
      if (code === 0) continue;
      const to = (code - 1) * rowSize;
      for (let i = 0; i < rowSize; i++) sums[to + i]! += values[trial * rowSize + i]!;
    }
  }
  return sums;
}
