import { Moments } from "./moments.js";
import { fitRidge, linearR2, squaredErrors } from "./ridge.js";

/** Tried for λ, ascending: parts of a predictor's variance. */
const LAMBDAS = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10];

/**
 * Ridge regression whose λ is chosen by cross-validation: the one with the largest R², mean over targets, of folds that
 * were left out of the fit. `folds` are the training trials in some parts, `valid` the trials that it is scored on.
 */
export function decode(folds: readonly Moments[], valid: Moments): { lambda: number; r2: number[] } {
  const [first] = folds as [Moments];
  const all = folds.reduce((sum, fold) => sum.plus(fold), new Moments(first.nPredictors, first.nTargets));
  const used = folds.filter((fold) => fold.rows > 0 && fold.rows < all.rows);
  let best = { lambda: LAMBDAS[0]!, score: Number.NEGATIVE_INFINITY };
  for (const lambda of LAMBDAS) {
    const errors = new Float64Array(all.nTargets);
    const totals = new Float64Array(all.nTargets);
    for (const fold of used) {
      const scored = squaredErrors(fold, fitRidge(all.minus(fold), lambda));
      scored.errors.forEach((error, q) => {
        errors[q]! += error;
      });
      scored.totals.forEach((total, q) => {
        totals[q]! += total;
      });
    }
    const score = errors.reduce((sum, error, q) => sum + (totals[q]! > 0 ? 1 - error / totals[q]! : 0), 0);
    if (score > best.score) best = { lambda, score };
  }
  return { lambda: best.lambda, r2: linearR2(valid, fitRidge(all, best.lambda)) };
}
