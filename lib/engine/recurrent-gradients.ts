import type { Kernels } from "./kernels.js";

/**
 * Adds the gradients of a GRU's recurrent matrices and biases over all its bins: `previous` are the states before each,
 * `d` gives the address of a tensor's gradient.
 */
export function recurrentGradients(
  k: Kernels,
  rows: number,
  H: number,
  gates: number,
  gated: number,
  previous: number,
  key: string,
  d: (key: string) => number,
): void {
  k.gemmTransposed(rows, H, 2 * H, previous, H, gates, 3 * H, d(`${key}.ru`), 2 * H);
  k.gemmTransposed(rows, H, H, gated, H, gates + 2 * H * 4, 3 * H, d(`${key}.c`), H);
  k.columnSums(rows, 3 * H, gates, 3 * H, d(`${key}.b`));
}
