/**
 * The parameter vector before training: normals of the table's standard deviations, keyed by seed and tensor, and
 * the constants of docs/model.md.
 */
import type { Kernels } from "./kernels.js";
import type { ModelSpec } from "./model-spec.js";
import { forEachValue, type ParameterTable, writeVariable } from "./parameters.js";
import { PURPOSE } from "./random-purpose.js";

/** An alignment's matrix, channels × factors, and its bias a channel. */
export interface Alignment {
  readonly matrix: Float32Array;
  readonly bias: Float32Array;
}

/** `scratch`: address of at least as many floats as the largest tensor has, rounded up to 4. */
export function initialParams(
  table: ParameterTable,
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
      forEachValue(tensor, (at) => {
        params[tensor.offset + at] = start.value;
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

/** Variables that do not start at random: W_in is the alignment's matrix, b_in = −bias·W_in, W_out = W_inᵀ, b_out = bias. */
export function alignedVariables(model: ModelSpec, dataset: number, { matrix, bias }: Alignment) {
  const { factorsDim: F } = model;
  const { name, channels: N } = model.datasets[dataset]!;
  const transposed = new Float32Array(F * N);
  const shift = new Float32Array(F);
  for (let f = 0; f < F; f++) {
    let sum = 0;
    for (let n = 0; n < N; n++) {
      transposed[f * N + n] = matrix[n * F + f]!;
      sum -= bias[n]! * matrix[n * F + f]!;
    }
    shift[f] = sum;
  }
  const out = `LFADS_glm_fac_2_${model.outputDist === "gaussian" ? "means" : "logrates"}_${name}.h5`;
  return new Map([
    [`LFADS_x_2_infac_${name}.h5_W`, matrix],
    [`LFADS_x_2_infac_${name}.h5_b`, shift],
    [`${out}_W`, transposed],
    [`${out}_b`, bias],
  ]);
}

/** Puts values in the place of those that a parameter vector holds. */
export function overwrite(
  table: ParameterTable,
  params: Float32Array,
  values: ReadonlyMap<string, Float32Array>,
): void {
  for (const variable of table.variables) {
    const given = values.get(variable.name);
    if (!given) continue;
    if (given.length !== variable.shape[0] * variable.shape[1]) throw new Error(`${variable.name} has another shape`);
    writeVariable(table, variable, given, params);
  }
}
