// Matrix products. Row-major float32; strides in floats. Every element of C is its start value plus its
// products in order of k, each rounded once: the bits do not depend on the tiling.
// The right-hand side of `gemm` is packed into panels of 16 columns: panel p holds K × 16 floats, zero-filled.

/** W (K × N, row stride ldw) into ⌈N/16⌉ panels at `out`. */
export function packPanels(K: i32, N: i32, w: usize, ldw: i32, out: usize): void {
  const stride = <usize>ldw << 2;
  for (let n = 0; n < N; n += 16) {
    const width = min(N - n, 16);
    let row = w + (<usize>n << 2);
    for (let k = 0; k < K; k++) {
      for (let j = 0; j < 16; j += 4) {
        v128.store(out + (<usize>j << 2), j < width ? v128.load(row + (<usize>j << 2)) : f32x4.splat(0));
      }
      out += 64;
      row += stride;
    }
  }
}

/** Wᵀ (N × K, of W K × N with row stride ldw) into ⌈K/16⌉ panels of N rows at `out`. */
export function packPanelsTransposed(K: i32, N: i32, w: usize, ldw: i32, out: usize): void {
  const stride = <usize>ldw << 2;
  for (let k = 0; k < K; k += 16) {
    const width = min(K - k, 16);
    for (let n = 0; n < N; n++) {
      let at = w + stride * k + (<usize>n << 2);
      for (let j = 0; j < 16; j++) {
        store<f32>(out + (<usize>j << 2), j < width ? load<f32>(at) : 0);
        at += stride;
      }
      out += 64;
    }
  }
}

/**
 * C (M × N) = start + A (M × K) · B, B packed. `init` with stride `ldi` is the start value: a bias row
 * (stride 0), or C itself to accumulate. N and K are multiples of 4; C may be `init`, never A.
 */
export function gemm(
  M: i32, N: i32, K: i32, a: usize, lda: i32, panels: usize, c: usize, ldc: i32, init: usize, ldi: i32,
): void {
  const sa = <usize>lda << 2;
  const sc = <usize>ldc << 2;
  const si = <usize>ldi << 2;
  const panelBytes = <usize>K << 6;
  let n = 0;
  for (; n + 16 <= N; n += 16) {
    const offset = <usize>n << 2;
    let am = a;
    let cm = c + offset;
    let im = init + offset;
    let m = 0;
    for (; m + 2 <= M; m += 2) {
      tile2x16(K, am, am + sa, panels, cm, cm + sc, im, im + si);
      am += sa << 1;
      cm += sc << 1;
      im += si << 1;
    }
    if (m < M) tile1x16(K, am, panels, cm, im);
    panels += panelBytes;
  }
  for (let j = 0; n < N; n += 4, j += 16) {
    const offset = <usize>n << 2;
    let am = a;
    let cm = c + offset;
    let im = init + offset;
    let m = 0;
    for (; m + 4 <= M; m += 4) {
      tile4x4(K, am, sa, panels + j, cm, sc, im, si);
      am += sa << 2;
      cm += sc << 2;
      im += si << 2;
    }
    for (; m < M; m++) {
      tile1x4(K, am, panels + j, cm, im);
      am += sa;
      cm += sc;
      im += si;
    }
  }
}

// @ts-ignore: decorator
@inline
function tile2x16(K: i32, a0: usize, a1: usize, b: usize, c0: usize, c1: usize, i0: usize, i1: usize): void {
  let c00 = v128.load(i0), c01 = v128.load(i0, 16), c02 = v128.load(i0, 32), c03 = v128.load(i0, 48);
  let c10 = v128.load(i1), c11 = v128.load(i1, 16), c12 = v128.load(i1, 32), c13 = v128.load(i1, 48);
  for (let k = 0; k < K; k++) {
    const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    const x0 = v128.load32_splat(a0);
    c00 = f32x4.add(c00, f32x4.mul(x0, b0));
    c01 = f32x4.add(c01, f32x4.mul(x0, b1));
    c02 = f32x4.add(c02, f32x4.mul(x0, b2));
    c03 = f32x4.add(c03, f32x4.mul(x0, b3));
    const x1 = v128.load32_splat(a1);
    c10 = f32x4.add(c10, f32x4.mul(x1, b0));
    c11 = f32x4.add(c11, f32x4.mul(x1, b1));
    c12 = f32x4.add(c12, f32x4.mul(x1, b2));
    c13 = f32x4.add(c13, f32x4.mul(x1, b3));
    a0 += 4;
    a1 += 4;
    b += 64;
  }
  v128.store(c0, c00);
  v128.store(c0, c01, 16);
  v128.store(c0, c02, 32);
  v128.store(c0, c03, 48);
  v128.store(c1, c10);
  v128.store(c1, c11, 16);
  v128.store(c1, c12, 32);
  v128.store(c1, c13, 48);
}

// @ts-ignore: decorator
@inline
function tile1x16(K: i32, a: usize, b: usize, c: usize, init: usize): void {
  let c0 = v128.load(init), c1 = v128.load(init, 16), c2 = v128.load(init, 32), c3 = v128.load(init, 48);
  for (let k = 0; k < K; k++) {
    const x = v128.load32_splat(a);
    c0 = f32x4.add(c0, f32x4.mul(x, v128.load(b)));
    c1 = f32x4.add(c1, f32x4.mul(x, v128.load(b, 16)));
    c2 = f32x4.add(c2, f32x4.mul(x, v128.load(b, 32)));
    c3 = f32x4.add(c3, f32x4.mul(x, v128.load(b, 48)));
    a += 4;
    b += 64;
  }
  v128.store(c, c0);
  v128.store(c, c1, 16);
  v128.store(c, c2, 32);
  v128.store(c, c3, 48);
}

// @ts-ignore: decorator
@inline
function tile4x4(K: i32, a: usize, sa: usize, b: usize, c: usize, sc: usize, init: usize, si: usize): void {
  const a1 = a + sa, a2 = a1 + sa, a3 = a2 + sa;
  let c0 = v128.load(init), c1 = v128.load(init + si), c2 = v128.load(init + (si << 1)), c3 = v128.load(init + si * 3);
  for (let k: usize = 0; k < <usize>K << 2; k += 4) {
    const x = v128.load(b);
    c0 = f32x4.add(c0, f32x4.mul(v128.load32_splat(a + k), x));
    c1 = f32x4.add(c1, f32x4.mul(v128.load32_splat(a1 + k), x));
    c2 = f32x4.add(c2, f32x4.mul(v128.load32_splat(a2 + k), x));
    c3 = f32x4.add(c3, f32x4.mul(v128.load32_splat(a3 + k), x));
    b += 64;
  }
  v128.store(c, c0);
  v128.store(c + sc, c1);
  v128.store(c + (sc << 1), c2);
  v128.store(c + sc * 3, c3);
}

// @ts-ignore: decorator
@inline
function tile1x4(K: i32, a: usize, b: usize, c: usize, init: usize): void {
  let c0 = v128.load(init);
  for (let k = 0; k < K; k++) {
    c0 = f32x4.add(c0, f32x4.mul(v128.load32_splat(a), v128.load(b)));
    a += 4;
    b += 64;
  }
  v128.store(c, c0);
}

/** C (K × N) += Aᵀ·D with A (M × K), D (M × N), in order of m; blocks of 256 rows. K, N multiples of 4. */
export function gemmTransposed(
  M: i32, K: i32, N: i32, a: usize, lda: i32, d: usize, ldd: i32, c: usize, ldc: i32,
): void {
  const sa = <usize>lda << 2;
  const sd = <usize>ldd << 2;
  const sc = <usize>ldc << 2;
  for (let m = 0; m < M; m += 256) {
    const rows = min(M - m, 256);
    const am = a + sa * m;
    const dm = d + sd * m;
    let n = 0;
    for (; n + 16 <= N; n += 16) {
      const offset = <usize>n << 2;
      for (let k = 0; k < K; k += 2) {
        const ck = c + sc * k + offset;
        outer2x16(rows, am + (<usize>k << 2), sa, dm + offset, sd, ck, ck + sc);
      }
    }
    for (; n < N; n += 4) {
      const offset = <usize>n << 2;
      for (let k = 0; k < K; k += 4) outer4x4(rows, am + (<usize>k << 2), sa, dm + offset, sd, c + sc * k + offset, sc);
    }
  }
}

// @ts-ignore: decorator
@inline
function outer2x16(rows: i32, a: usize, sa: usize, d: usize, sd: usize, c0: usize, c1: usize): void {
  let c00 = v128.load(c0), c01 = v128.load(c0, 16), c02 = v128.load(c0, 32), c03 = v128.load(c0, 48);
  let c10 = v128.load(c1), c11 = v128.load(c1, 16), c12 = v128.load(c1, 32), c13 = v128.load(c1, 48);
  for (let m = 0; m < rows; m++) {
    const d0 = v128.load(d), d1 = v128.load(d, 16), d2 = v128.load(d, 32), d3 = v128.load(d, 48);
    const x0 = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(x0, d0));
    c01 = f32x4.add(c01, f32x4.mul(x0, d1));
    c02 = f32x4.add(c02, f32x4.mul(x0, d2));
    c03 = f32x4.add(c03, f32x4.mul(x0, d3));
    const x1 = v128.load32_splat(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(x1, d0));
    c11 = f32x4.add(c11, f32x4.mul(x1, d1));
    c12 = f32x4.add(c12, f32x4.mul(x1, d2));
    c13 = f32x4.add(c13, f32x4.mul(x1, d3));
    a += sa;
    d += sd;
  }
  v128.store(c0, c00);
  v128.store(c0, c01, 16);
  v128.store(c0, c02, 32);
  v128.store(c0, c03, 48);
  v128.store(c1, c10);
  v128.store(c1, c11, 16);
  v128.store(c1, c12, 32);
  v128.store(c1, c13, 48);
}

// @ts-ignore: decorator
@inline
function outer4x4(rows: i32, a: usize, sa: usize, d: usize, sd: usize, c: usize, sc: usize): void {
  let c0 = v128.load(c), c1 = v128.load(c + sc), c2 = v128.load(c + (sc << 1)), c3 = v128.load(c + sc * 3);
  for (let m = 0; m < rows; m++) {
    const x = v128.load(d);
    c0 = f32x4.add(c0, f32x4.mul(v128.load32_splat(a), x));
    c1 = f32x4.add(c1, f32x4.mul(v128.load32_splat(a, 4), x));
    c2 = f32x4.add(c2, f32x4.mul(v128.load32_splat(a, 8), x));
    c3 = f32x4.add(c3, f32x4.mul(v128.load32_splat(a, 12), x));
    a += sa;
    d += sd;
  }
  v128.store(c, c0);
  v128.store(c + sc, c1);
  v128.store(c + (sc << 1), c2);
  v128.store(c + sc * 3, c3);
}

/** out[n] += Σ_m d[m, n] over M rows of stride ldd, in order of m; N a multiple of 4. */
export function columnSums(M: i32, N: i32, d: usize, ldd: i32, out: usize): void {
  const sd = <usize>ldd << 2;
  for (let n: usize = 0; n < <usize>N << 2; n += 16) {
    let at = d + n;
    let sum = v128.load(out + n);
    for (let m = 0; m < M; m++) {
      sum = f32x4.add(sum, v128.load(at));
      at += sd;
    }
    v128.store(out + n, sum);
  }
}

/** Columns of W (K × N, dense) divided by their L2 norm into `normal`; norms [N]. K ≥ 1, N a multiple of 4. */
export function normaliseColumns(K: i32, N: i32, w: usize, normal: usize, norms: usize): void {
  const stride = <usize>N << 2;
  for (let n: usize = 0; n < stride; n += 16) {
    let sum = f32x4.splat(0);
    let at = w + n;
    for (let k = 0; k < K; k++) {
      const v = v128.load(at);
      sum = f32x4.add(sum, f32x4.mul(v, v));
      at += stride;
    }
    // a padded or dead column has norm 0: it stays 0
    const zero = f32x4.eq(sum, f32x4.splat(0));
    const norm = v128.bitselect(f32x4.splat(1), f32x4.sqrt(sum), zero);
    v128.store(norms + n, norm);
    at = n;
    for (let k = 0; k < K; k++) {
      v128.store(normal + at, f32x4.div(v128.load(w + at), norm));
      at += stride;
    }
  }
}

/** Gradient through `normaliseColumns`: dW += (dN − N·(Σ_k N∘dN)) / norm, a column at a time. */
export function normaliseColumnsBackward(K: i32, N: i32, normal: usize, norms: usize, dNormal: usize, dw: usize): void {
  const stride = <usize>N << 2;
  for (let n: usize = 0; n < stride; n += 16) {
    let dot = f32x4.splat(0);
    let at = n;
    for (let k = 0; k < K; k++) {
      dot = f32x4.add(dot, f32x4.mul(v128.load(normal + at), v128.load(dNormal + at)));
      at += stride;
    }
    const norm = v128.load(norms + n);
    at = n;
    for (let k = 0; k < K; k++) {
      const g = f32x4.sub(v128.load(dNormal + at), f32x4.mul(v128.load(normal + at), dot));
      v128.store(dw + at, f32x4.add(v128.load(dw + at), f32x4.div(g, norm)));
      at += stride;
    }
  }
}
