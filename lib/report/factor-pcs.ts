import { symmetricEigen } from "#lib/alignment/symmetric-eigen.js";

/** F factors, P of their PCs. */
export interface FactorPcs {
  readonly mean: Float64Array;
  /** F×P. */
  readonly loadings: Float64Array;
  /** P: parts of the whole variance; zeros where the factors never change. */
  readonly explained: Float64Array;
}

const MOST_PCS = 3;

/** Sums over rows of factors, from which their principal components follow. */
export class FactorMoments {
  readonly #F: number;
  #rows = 0;
  readonly #sums: Float64Array;
  /** F×F, the lower triangle. */
  readonly #products: Float64Array;

  constructor(factors: number) {
    this.#F = factors;
    this.#sums = new Float64Array(factors);
    this.#products = new Float64Array(factors * factors);
  }

  /** Rows × F. */
  add(values: Float64Array): void {
    const F = this.#F;
    for (let at = 0; at < values.length; at += F) {
      for (let i = 0; i < F; i++) {
        const value = values[at + i]!;
        this.#sums[i]! += value;
        for (let j = 0; j <= i; j++) this.#products[i * F + j]! += value * values[at + j]!;
      }
      this.#rows += 1;
    }
  }

  pcs(): FactorPcs {
    const F = this.#F;
    const P = Math.min(MOST_PCS, F);
    const mean = this.#sums.map((sum) => sum / this.#rows);
    const covariance = new Float64Array(F * F);
    for (let i = 0; i < F; i++) {
      for (let j = 0; j <= i; j++) {
        const value = this.#products[i * F + j]! / this.#rows - mean[i]! * mean[j]!;
        covariance[i * F + j] = value;
        covariance[j * F + i] = value;
      }
    }
    const { values, vectors } = symmetricEigen(covariance, F);
    const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
    const loadings = new Float64Array(F * P);
    for (let i = 0; i < F; i++) for (let k = 0; k < P; k++) loadings[i * P + k] = vectors[i * F + k]!;
    const explained = values.slice(0, P).map((value) => (total > 0 ? Math.max(0, value) / total : 0));
    return { mean, loadings, explained };
  }
}

/** Rows × F as rows × P. */
export function projected(values: Float64Array, { mean, loadings }: FactorPcs): Float64Array {
  const F = mean.length;
  const P = loadings.length / F;
  const result = new Float64Array((values.length / F) * P);
  for (let row = 0; row < values.length / F; row++) {
    for (let i = 0; i < F; i++) {
      const value = values[row * F + i]! - mean[i]!;
      for (let k = 0; k < P; k++) result[row * P + k]! += value * loadings[i * P + k]!;
    }
  }
  return result;
}
