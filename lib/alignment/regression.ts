/** Regressions of P targets Y on N channels X over S samples, row-major; both with columns of mean 0. */
import { rankOf, symmetricEigen } from "./symmetric-eigen.js";

export interface Samples {
  /** S×N. */
  readonly x: Float64Array;
  /** S×P. */
  readonly y: Float64Array;
  readonly N: number;
  readonly P: number;
}

/** N×P of least squares, the smallest where several are as good (a silent channel gets 0). */
export function leastSquares(samples: Samples): Float64Array {
  return solver(samples)(0);
}

/** λ → N×P that minimises |Y − XW|² + λ|W|². */
export function solver({ x, y, N, P }: Samples): (lambda: number) => Float64Array {
  const eigen = symmetricEigen(crossProduct(x, N, x, N), N);
  const { values, vectors } = eigen;
  const rank = rankOf(eigen);
  const rotated = crossProduct(vectors, N, crossProduct(x, N, y, P), P);
  return (lambda) => {
    const scaled = rotated.map((value, i) => {
      const k = Math.floor(i / P);
      return k < rank ? value / (values[k]! + lambda) : 0;
    });
    return product(vectors, N, scaled, P);
  };
}

/** Aᵀ·B of S×M and S×P. */
function crossProduct(a: Float64Array, M: number, b: Float64Array, P: number): Float64Array {
  const result = new Float64Array(M * P);
  for (let s = 0, S = a.length / M; s < S; s++) {
    for (let i = 0; i < M; i++) {
      const value = a[s * M + i]!;
      if (value === 0) continue;
      for (let j = 0; j < P; j++) result[i * P + j]! += value * b[s * P + j]!;
    }
  }
  return result;
}

/** A·B of S×N and N×P. */
export function product(a: Float64Array, N: number, b: Float64Array, P: number): Float64Array {
  const rows = a.length / N;
  const result = new Float64Array(rows * P);
  for (let s = 0; s < rows; s++) {
    for (let i = 0; i < N; i++) {
      const value = a[s * N + i]!;
      for (let j = 0; j < P; j++) result[s * P + j]! += value * b[i * P + j]!;
    }
  }
  return result;
}

/** P, the mean of each column of S×P. */
export function columnMeans(values: Float64Array, P: number): Float64Array {
  const sums = new Float64Array(P);
  for (let i = 0; i < values.length; i++) sums[i % P]! += values[i]!;
  return sums.map((sum) => sum / (values.length / P));
}

/** S×P less a value for each column. */
export function lessMeans(values: Float64Array, means: Float64Array): Float64Array {
  return values.map((value, i) => value - means[i % means.length]!);
}
