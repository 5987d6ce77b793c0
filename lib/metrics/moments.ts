/**
 * What a linear regression needs to know of its rows: sums of products of P predictors, with a first one that is always 1,
 * and of Q targets. Sums of different rows add up, so that folds are fitted and scored without reading rows again.
 */
export class Moments {
  readonly nPredictors: number;
  readonly nTargets: number;
  rows = 0;
  /** (P + 1)×(P + 1), the lower triangle: row 0 would be all ones. */
  readonly xx: Float64Array;
  /** (P + 1)×Q. */
  readonly xy: Float64Array;
  /** Q: sums of squares. */
  readonly yy: Float64Array;

  constructor(nPredictors: number, nTargets: number) {
    this.nPredictors = nPredictors;
    this.nTargets = nTargets;
    this.xx = new Float64Array((nPredictors + 1) ** 2);
    this.xy = new Float64Array((nPredictors + 1) * nTargets);
    this.yy = new Float64Array(nTargets);
  }

  /** Rows × P and rows × Q. A row with a target that is NaN is left out. */
  add(x: Float64Array, y: Float64Array): void {
    const { nPredictors: P, nTargets: Q, xx, xy, yy } = this;
    const row = new Float64Array(P + 1).fill(1);
    for (let r = 0; r < y.length / Q; r++) {
      const targets = y.subarray(r * Q, (r + 1) * Q);
      if (targets.some(Number.isNaN)) continue;
      row.set(x.subarray(r * P, (r + 1) * P), 1);
      for (let i = 0; i <= P; i++) {
        const value = row[i]!;
        for (let j = 0; j <= i; j++) xx[i * (P + 1) + j]! += value * row[j]!;
        for (let q = 0; q < Q; q++) xy[i * Q + q]! += value * targets[q]!;
      }
      for (let q = 0; q < Q; q++) yy[q]! += targets[q]! * targets[q]!;
      this.rows += 1;
    }
  }

  plus(other: Moments, sign: 1 | -1 = 1): Moments {
    const sum = new Moments(this.nPredictors, this.nTargets);
    for (const part of ["xx", "xy", "yy"] as const) {
      for (let i = 0; i < sum[part].length; i++) sum[part][i] = this[part][i]! + sign * other[part][i]!;
    }
    sum.rows = this.rows + sign * other.rows;
    return sum;
  }

  minus(other: Moments): Moments {
    return this.plus(other, -1);
  }

  /** Of each predictor; the deviation of one that never changes is 0. */
  predictors(): { means: Float64Array; deviations: Float64Array } {
    const { nPredictors: P, xx, rows } = this;
    const means = Float64Array.from({ length: P }, (_, i) => xx[(i + 1) * (P + 1)]! / rows);
    const deviations = means.map((mean, i) => {
      const square = xx[(i + 1) * (P + 1) + i + 1]! / rows;
      const variance = square - mean * mean;
      // Below its own rounding error, the spread is none.
      return variance > 1e-12 * square ? Math.sqrt(variance) : 0;
    });
    return { means, deviations };
  }
}
