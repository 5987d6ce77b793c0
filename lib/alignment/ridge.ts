/** Ridge regression whose λ is chosen by cross-validation, as the Run Manager does it: docs/stitching.md. */
import { exp } from "#lib/float64/exp.js";
import { columnMeans, lessMeans, product, type Samples, solver } from "./regression.js";

export interface RidgeFit {
  /** N×P. */
  readonly weights: Float64Array;
  /** Of channels that were divided by their standard deviation. */
  readonly lambda: number;
}

const FOLDS = 10;
const LAMBDAS = 15;
/** 15 from 1e-5 to 1, evenly on a logarithmic scale. */
const lambdas: readonly number[] = Array.from({ length: LAMBDAS }, (_, k) =>
  exp(Math.LN10 * (-5 + (5 * k) / (LAMBDAS - 1))),
);

/** @param normalizeEach Each channel is divided by its own standard deviation, not all by one. */
export function ridge(samples: Samples, normalizeEach: boolean): RidgeFit {
  const { N, P } = samples;
  const divisors = normalizeEach ? ownDivisors(samples) : new Float64Array(N).fill(commonDivisor(samples));
  const scaled = { ...samples, x: samples.x.map((value, i) => value / divisors[i % N]!) };
  const lambda = bestLambda(scaled);
  const weights = solver(scaled)(lambda);
  return { weights: weights.map((value, i) => value / divisors[Math.floor(i / P)]!), lambda };
}

/** Sample i, from 1, is in fold i mod 10. Each fold is fitted, and tested on the others. The least mean error wins. */
function bestLambda(samples: Samples): number {
  const errors = new Float64Array(LAMBDAS);
  for (let fold = 0; fold < FOLDS; fold++) {
    const fitted = pick(samples, (sample) => (sample + 1) % FOLDS === fold);
    const tested = pick(samples, (sample) => (sample + 1) % FOLDS !== fold);
    if (fitted.x.length === 0) continue;
    const means = { x: columnMeans(fitted.x, samples.N), y: columnMeans(fitted.y, samples.P) };
    const solve = solver({ ...samples, x: lessMeans(fitted.x, means.x), y: lessMeans(fitted.y, means.y) });
    const [x, y] = [lessMeans(tested.x, means.x), lessMeans(tested.y, means.y)];
    lambdas.forEach((lambda, k) => {
      errors[k]! += meanSquare(product(x, samples.N, solve(lambda), samples.P), y);
    });
  }
  return lambdas[errors.indexOf(errors.reduce((least, error) => Math.min(least, error)))]!;
}

function pick({ x, y, N, P }: Samples, wanted: (sample: number) => boolean) {
  return {
    x: x.filter((_, i) => wanted(Math.floor(i / N))),
    y: y.filter((_, i) => wanted(Math.floor(i / P))),
  };
}

function meanSquare(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) * (a[i]! - b[i]!);
  return sum / a.length;
}

function ownDivisors({ x, N }: Samples): Float64Array {
  const sums = new Float64Array(N);
  for (let i = 0; i < x.length; i++) sums[i % N]! += x[i]! * x[i]!;
  return sums.map((sum) => deviation(sum, x.length / N));
}

function commonDivisor({ x }: Samples): number {
  return deviation(
    x.reduce((sum, value) => sum + value * value, 0),
    x.length,
  );
}

/** 1 for a silent channel. */
function deviation(squares: number, count: number): number {
  return squares > 0 ? Math.sqrt(squares / Math.max(1, count - 1)) : 1;
}
