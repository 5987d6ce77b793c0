import type { Moments } from "./moments.js";
import { solveSymmetric } from "./solve-symmetric.js";

/**
 * Ridge regression of every target on the predictors, with a free intercept: minimises the mean squared error plus
 * `lambda` Σ (wᵢ sᵢ)², sᵢ the standard deviation of predictor i, so that units do not matter (Hoerl and Kennard 1970).
 * Gives (P + 1)×Q weights, the intercepts first. A predictor that never changes has weight 0.
 */
export function fitRidge(moments: Moments, lambda: number): Float64Array {
  const { nPredictors: P, nTargets: Q, xx, xy, rows } = moments;
  const { means, deviations } = moments.predictors();
  const a = new Float64Array(P * P);
  const b = new Float64Array(P * Q);
  for (let i = 0; i < P; i++) {
    for (let j = 0; j < i; j++) {
      const scale = deviations[i]! * deviations[j]!;
      const covariance = xx[(i + 1) * (P + 1) + j + 1]! / rows - means[i]! * means[j]!;
      a[i * P + j] = scale > 0 ? covariance / scale : 0;
    }
    a[i * P + i] = 1 + lambda;
    for (let q = 0; q < Q; q++) {
      const covariance = (xy[(i + 1) * Q + q]! - means[i]! * xy[q]!) / rows;
      b[i * Q + q] = deviations[i]! > 0 ? covariance / deviations[i]! : 0;
    }
  }
  const solution = solveSymmetric(a, b, Q);
  const weights = new Float64Array((P + 1) * Q);
  for (let q = 0; q < Q; q++) {
    weights[q] = xy[q]! / rows;
    for (let i = 0; i < P; i++) {
      const weight = deviations[i]! > 0 ? solution[i * Q + q]! / deviations[i]! : 0;
      weights[(i + 1) * Q + q] = weight;
      weights[q]! -= weight * means[i]!;
    }
  }
  return weights;
}

/** Sums over the rows of `moments`, for each target: of squared errors of the fit, and about the target's own mean. */
export function squaredErrors(moments: Moments, weights: Float64Array): { errors: Float64Array; totals: Float64Array } {
  const { nPredictors: P, nTargets: Q, xx, xy, yy, rows } = moments;
  const errors = yy.map((squares, q) => {
    let sum = squares;
    for (let i = 0; i <= P; i++) {
      const weight = weights[i * Q + q]!;
      let product = 0;
      for (let j = 0; j < i; j++) product += 2 * xx[i * (P + 1) + j]! * weights[j * Q + q]!;
      sum += weight * (product + xx[i * (P + 1) + i]! * weight - 2 * xy[i * Q + q]!);
    }
    return sum;
  });
  return { errors, totals: yy.map((squares, q) => squares - (xy[q]! * xy[q]!) / rows) };
}

/** R² = 1 − Σ error² / Σ (target − its mean)² of each target; NaN for one that never changes. */
export function linearR2(moments: Moments, weights: Float64Array): number[] {
  const { errors, totals } = squaredErrors(moments, weights);
  return [...errors].map((error, q) => (totals[q]! > 1e-12 * moments.yy[q]! ? 1 - error / totals[q]! : Number.NaN));
}
