// Plain matrix kernels. Row-major, dense. With `round` = Math.fround after every operation they are the wasm kernels
// to the bit; without, they are float64.

/** What happens to the result of every single operation. */
export type Round = (x: number) => number;
const none: Round = (x) => x;

/** C [M][N] = start + A [M][K] · B [K][N]; `start` is [M][N], or one row [N] for all. */
export function gemm(
  M: number,
  N: number,
  K: number,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  start: ArrayLike<number>,
  round: Round = none,
): Float64Array {
  const c = new Float64Array(M * N);
  const startRow = start.length === N ? 0 : N;
  for (let m = 0; m < M; m++) {
    for (let n = 0; n < N; n++) {
      let sum = start[m * startRow + n]!;
      for (let k = 0; k < K; k++) sum = round(sum + round(a[m * K + k]! * b[k * N + n]!));
      c[m * N + n] = sum;
    }
  }
  return c;
}

/** C [K][N] = start + Aᵀ · D, with A [M][K] and D [M][N]. */
export function gemmTransposed(
  M: number,
  K: number,
  N: number,
  a: ArrayLike<number>,
  d: ArrayLike<number>,
  start: ArrayLike<number>,
  round: Round = none,
): Float64Array {
  const c = new Float64Array(start);
  for (let m = 0; m < M; m++) {
    for (let k = 0; k < K; k++) {
      for (let n = 0; n < N; n++) c[k * N + n] = round(c[k * N + n]! + round(a[m * K + k]! * d[m * N + n]!));
    }
  }
  return c;
}

/** out [N] = start + Σ_m D [M][N]. */
export function columnSums(
  M: number,
  N: number,
  d: ArrayLike<number>,
  start: ArrayLike<number>,
  round: Round = none,
): Float64Array {
  const out = new Float64Array(start);
  for (let m = 0; m < M; m++) for (let n = 0; n < N; n++) out[n] = round(out[n]! + d[m * N + n]!);
  return out;
}

/** W [K][N] as panels [⌈N/16⌉][K][16], zero where there is no column. */
export function packPanels(K: number, N: number, w: ArrayLike<number>): Float64Array {
  const panels = Math.ceil(N / 16);
  const out = new Float64Array(panels * K * 16);
  for (let k = 0; k < K; k++) {
    for (let n = 0; n < N; n++) out[(Math.floor(n / 16) * K + k) * 16 + (n % 16)] = w[k * N + n]!;
  }
  return out;
}

/** Wᵀ [N][K] of W [K][N]. */
export function transposed(K: number, N: number, w: ArrayLike<number>): Float64Array {
  const out = new Float64Array(K * N);
  for (let k = 0; k < K; k++) for (let n = 0; n < N; n++) out[n * K + k] = w[k * N + n]!;
  return out;
}

/** Columns of W [K][N] divided by their L2 norm (by 1 where it is 0); norms [N]. */
export function normaliseColumns(K: number, N: number, w: ArrayLike<number>) {
  const normal = new Float64Array(K * N);
  const norms = new Float64Array(N);
  for (let n = 0; n < N; n++) {
    let squares = 0;
    for (let k = 0; k < K; k++) squares += w[k * N + n]! ** 2;
    norms[n] = squares === 0 ? 1 : Math.sqrt(squares);
    for (let k = 0; k < K; k++) normal[k * N + n] = w[k * N + n]! / norms[n]!;
  }
  return { normal, norms };
}

/** dW of `normaliseColumns`: ∂(w_k/|w|)/∂w_j = (δ_kj − w_k w_j/|w|²)/|w|. */
export function normaliseColumnsBackward(
  K: number,
  N: number,
  w: ArrayLike<number>,
  dNormal: ArrayLike<number>,
): Float64Array {
  const dw = new Float64Array(K * N);
  const { norms } = normaliseColumns(K, N, w);
  for (let n = 0; n < N; n++) {
    const norm = norms[n]!;
    for (let j = 0; j < K; j++) {
      for (let k = 0; k < K; k++) {
        const jacobian = ((j === k ? 1 : 0) - (w[k * N + n]! * w[j * N + n]!) / norm ** 2) / norm;
        dw[j * N + n] = dw[j * N + n]! + jacobian * dNormal[k * N + n]!;
      }
    }
  }
  return dw;
}
