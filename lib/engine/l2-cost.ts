/** The L2 cost (docs/model.md "Cost") of the recurrent matrices and biases of generator and controller. */
import type { CostWeights } from "./model-spec.js";
import type { ParameterTable } from "./parameters.js";

/** Σ_v numel(v) over the values that the L2 cost counts. */
export function decayedValues(table: ParameterTable): number {
  let count = 0;
  for (const { decay, rows, columns } of table.tensors.values()) {
    if (decay === null) continue;
    count += rows.reduce((a, b) => a + b, 0) * columns.reduce((a, b) => a + b, 0);
  }
  return count;
}

/** Σ_v ½ s_v ‖v‖² / Σ_v numel(v) over the recurrent matrices and biases of generator and controller. */
export function l2Cost(table: ParameterTable, params: Float32Array, scales: CostWeights): number {
  let cost = 0;
  for (const tensor of table.tensors.values()) {
    if (tensor.decay === null) continue;
    const end = tensor.offset + tensor.paddedRows * tensor.paddedColumns;
    let squares = 0;
    for (let i = tensor.offset; i < end; i++) squares += params[i]! * params[i]!;
    cost += 0.5 * (tensor.decay === "gen" ? scales.l2GenScale : scales.l2ConScale) * squares;
  }
  return cost / decayedValues(table);
}
