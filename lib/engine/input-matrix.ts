/** The matrix that comes first in the model, mostly zeros where it holds counts of spikes: its products skip them. */
import type { LayerContext } from "./layer-context.js";

export interface InputMatrix {
  readonly address: number;
  /** Floats a row. */
  readonly width: number;
  /** Where its non-zeros are listed (kernels/sparse.ts); 0: so many that the dense products are used. */
  readonly index: number;
}

/** Lists the non-zeros of `rows` rows. */
export function inputMatrix({ k, w }: LayerContext, rows: number, width: number, address: number): InputMatrix {
  return { address, width, index: k.indexNonZeros(rows, width, address, width, w.index) ? w.index : 0 };
}

/** `out` [rows][n] = x·W + b, W and b by their keys. */
export function inputProduct(
  m: LayerContext,
  x: InputMatrix,
  rows: number,
  n: number,
  weights: string,
  bias: string,
  out: { readonly address: number; readonly stride: number },
): void {
  const { address, width, index } = x;
  const b = m.tensor(bias);
  if (index !== 0) {
    m.k.gemmSparse(rows, n, index, address, width, m.tensor(weights), n, out.address, out.stride, b, 0);
  } else {
    m.k.gemm(rows, n, width, address, width, m.packed(weights), out.address, out.stride, b, 0);
  }
}

/** Adds xᵀ·dOut to `gradient`, that of the weights; `stride`: floats a row of dOut. */
export function inputGradient(
  { k }: LayerContext,
  { address, width, index }: InputMatrix,
  rows: number,
  n: number,
  dOut: number,
  stride: number,
  gradient: number,
): void {
  if (index !== 0) k.gemmTransposedSparse(rows, n, index, address, width, dOut, stride, gradient, n);
  else k.gemmTransposed(rows, width, n, address, width, dOut, stride, gradient, n);
}
