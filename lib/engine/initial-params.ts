/**
 * The parameter vector before training: normals of the table's standard deviations, keyed by seed and tensor, and
 * the constants of spec docs/model.md.
 */
import { log } from "#lib/float64/log.js";
import type { Kernels } from "./kernels.js";
import type { ModelSpec } from "./model-spec.js";
import { forEachValue, type ParameterTable } from "./parameters.js";
import { PURPOSE } from "./random-purpose.js";

/** `scratch`: address of at least as many floats as the largest tensor has, rounded up to 4. */
export function initialParams(
  table: ParameterTable,
  spec: ModelSpec,
  seed: number,
  kernels: Kernels,
  memory: WebAssembly.Memory,
  scratch: number,
): Float32Array {
  const params = new Float32Array(table.length);
  let index = 0;
  for (const tensor of table.tensors.values()) {
    const { start } = tensor;
    if ("value" in start) {
      const value = tensor.key === "prior.v" ? log(spec.icPriorVarScale) : start.value;
      forEachValue(tensor, (at) => {
        params[tensor.offset + at] = value;
      });
    } else {
      const size = tensor.paddedRows * tensor.paddedColumns;
      kernels.normals(scratch, 1, 1, (size + 3) & ~3, index, 0, 0, 0, PURPOSE.initialValues, seed, 0);
      const normals = new Float32Array(memory.buffer, scratch, size);
      let next = 0;
      forEachValue(tensor, (at, block) => {
        const std = "std" in start ? start.std : start.stds[block]!;
        params[tensor.offset + at] = std * normals[next++]!;
      });
    }
    index += 1;
  }
  return params;
}
