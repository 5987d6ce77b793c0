/** y [T][B][N] = x[trials[b]][t][n] of x [E][T][N]. */
export function gatherTrials(T: number, N: number, x: ArrayLike<number>, trials: readonly number[]): Float64Array {
  const y = new Float64Array(T * trials.length * N);
  for (let t = 0; t < T; t++) {
    trials.forEach((e, b) => {
      for (let n = 0; n < N; n++) y[(t * trials.length + b) * N + n] = x[(e * T + t) * N + n]!;
    });
  }
  return y;
}

/** start [T][n] + Σ_b x [T][B][n]. */
export function accumulateRows(
  T: number,
  B: number,
  n: number,
  x: ArrayLike<number>,
  start: ArrayLike<number>,
): Float64Array {
  const sums = new Float64Array(start);
  for (let t = 0; t < T; t++) {
    for (let b = 0; b < B; b++)
      for (let i = 0; i < n; i++) sums[t * n + i] = sums[t * n + i]! + x[(t * B + b) * n + i]!;
  }
  return sums;
}
