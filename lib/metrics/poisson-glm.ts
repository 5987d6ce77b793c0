import { exp } from "#lib/float64/exp.js";
import { log } from "#lib/float64/log.js";
import type { Moments } from "./moments.js";
import { solveSymmetric } from "./solve-symmetric.js";

/** Rows × P predictors, and rows × Q counts. */
export interface GlmRows {
  readonly x: Float64Array;
  readonly counts: Float64Array;
}

const MOST_PASSES = 60;
/** A step that gains less than this, in nats a spike, is the last. */
const LEAST_GAIN = 1e-10;

/**
 * Poisson regressions with a log link, one for each of Q channels on the same predictors: rate = exp(w₀ + Σ wᵢ xᵢ).
 * Minimises the mean of rate − count log rate plus ½ `ridge` r̄ Σ (wᵢ sᵢ)², r̄ the channel's mean count and sᵢ the standard
 * deviation of predictor i, by Newton's method with step halving (McCullagh and Nelder 1989). Gives Q×(P + 1) weights, the
 * intercept first. A channel without a spike gets half of one over all rows, as `ChannelMeans` has it.
 * @param rows Read anew for every step.
 * @param moments Of the same rows, the counts as targets.
 */
export function fitPoissonGlm(rows: () => Iterable<GlmRows>, moments: Moments, ridge: number): Float64Array {
  const { nPredictors: P, nTargets: Q } = moments;
  const { means, deviations } = moments.predictors();
  const fits = Array.from({ length: Q }, (_, q) => new ChannelFit(P + 1, moments.xy[q]!, moments.rows, ridge));
  for (let pass = 0; pass < MOST_PASSES && fits.some((fit) => !fit.done); pass++) {
    for (const fit of fits) fit.start();
    const z = new Float64Array(P + 1).fill(1);
    for (const { x, counts } of rows()) {
      for (let r = 0; r < counts.length / Q; r++) {
        for (let i = 0; i < P; i++) z[i + 1] = deviations[i]! > 0 ? (x[r * P + i]! - means[i]!) / deviations[i]! : 0;
        for (let q = 0; q < Q; q++) if (!fits[q]!.done) fits[q]!.add(z, counts[r * Q + q]!);
      }
    }
    for (const fit of fits) fit.step();
  }
  const weights = new Float64Array(Q * (P + 1));
  fits.forEach(({ best }, q) => {
    weights[q * (P + 1)] = best[0]!;
    for (let i = 0; i < P; i++) {
      const weight = deviations[i]! > 0 ? best[i + 1]! / deviations[i]! : 0;
      weights[q * (P + 1) + i + 1] = weight;
      weights[q * (P + 1)]! -= weight * means[i]!;
    }
  });
  return weights;
}

/** Expected counts of every row and channel, rows × Q. */
export function predictPoissonGlm(weights: Float64Array, x: Float64Array, nPredictors: number): Float64Array {
  const nChannels = weights.length / (nPredictors + 1);
  const rates = new Float64Array((x.length / nPredictors) * nChannels);
  for (let r = 0; r < x.length / nPredictors; r++) {
    for (let q = 0; q < nChannels; q++) {
      const from = q * (nPredictors + 1);
      let sum = weights[from]!;
      for (let i = 0; i < nPredictors; i++) sum += weights[from + i + 1]! * x[r * nPredictors + i]!;
      rates[r * nChannels + q] = exp(sum);
    }
  }
  return rates;
}

/** One channel's weights on standardised predictors, n with the intercept. */
class ChannelFit {
  done: boolean;
  best: Float64Array;
  #bestCost = Number.POSITIVE_INFINITY;
  #tried: Float64Array;
  #cost = 0;
  readonly #gradient: Float64Array;
  readonly #hessian: Float64Array;
  readonly #penalty: number;
  readonly #spikes: number;

  constructor(n: number, spikes: number, rows: number, ridge: number) {
    this.best = new Float64Array(n);
    this.best[0] = log(Math.max(spikes, 0.5) / rows);
    this.done = spikes === 0;
    this.#tried = this.best;
    this.#gradient = new Float64Array(n);
    this.#hessian = new Float64Array(n * n);
    this.#penalty = ridge * spikes;
    this.#spikes = spikes;
  }

  start(): void {
    this.#cost = 0;
    this.#gradient.fill(0);
    this.#hessian.fill(0);
  }

  add(z: Float64Array, count: number): void {
    const n = z.length;
    const w = this.#tried;
    const [gradient, hessian] = [this.#gradient, this.#hessian];
    let sum = 0;
    for (let i = 0; i < n; i++) sum += w[i]! * z[i]!;
    const rate = exp(sum);
    this.#cost += rate - count * sum;
    for (let i = 0; i < n; i++) {
      const value = z[i]!;
      gradient[i]! += (rate - count) * value;
      const weighted = rate * value;
      for (let j = 0; j <= i; j++) hessian[i * n + j]! += weighted * z[j]!;
    }
  }

  /** From the sums at the weights that were tried: what to try next. */
  step(): void {
    if (this.done) return;
    const n = this.best.length;
    for (let i = 1; i < n; i++) {
      const w = this.#tried[i]!;
      this.#cost += 0.5 * this.#penalty * w * w;
      this.#gradient[i]! += this.#penalty * w;
      this.#hessian[i * n + i]! += this.#penalty;
      // A predictor that never changes.
      if (this.#hessian[i * n + i] === 0) this.#hessian[i * n + i] = 1;
    }
    if (!(this.#cost <= this.#bestCost)) {
      this.#tried = this.#tried.map((w, i) => (w + this.best[i]!) / 2);
      return;
    }
    this.best = this.#tried;
    this.#bestCost = this.#cost;
    const step = solveSymmetric(this.#hessian.slice(), this.#gradient.slice());
    const gain = step.reduce((sum, value, i) => sum + value * this.#gradient[i]!, 0) / 2;
    this.#tried = this.best.map((w, i) => w - step[i]!);
    if (gain > LEAST_GAIN * this.#spikes) return;
    this.best = this.#tried;
    this.done = true;
  }
}
