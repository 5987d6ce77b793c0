/** The one module that knows ml-matrix. Its decompositions use + − × ÷ √ only, in a fixed order: the same bits everywhere. */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/** Largest value first. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  /** N×N row-major; column k belongs to value k, has length 1, and its entry of largest size is positive. */
  readonly vectors: Float64Array;
}

/** @param matrix N×N row-major, symmetric, finite. */
export function symmetricEigen(matrix: Float64Array, N: number): SymmetricEigen {
  const rows = Matrix.from1DArray(N, N, matrix);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(rows, { assumeSymmetric: true });
  const order = realEigenvalues.map((_, k) => k).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]! || a - b);
  const vectors = new Float64Array(N * N);
  order.forEach((from, k) => {
    const column = eigenvectorMatrix.getColumn(from);
    const largest = column.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
    for (let i = 0; i < N; i++) vectors[i * N + k] = largest < 0 ? -column[i]! : column[i]!;
  });
  return { values: Float64Array.from(order, (k) => realEigenvalues[k]!), vectors };
}

/** How many of the values, largest first, are not rounding errors of zero. */
export function rankOf({ values }: SymmetricEigen): number {
  const least = 16 * values.length * Number.EPSILON * Math.max(0, values[0] ?? 0);
  const end = values.findIndex((value) => !(value > least));
  return end < 0 ? values.length : end;
}
