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
 * (stride 0), or C itself to accumulate. N and K are multiples of 4, not 0; C may be `init`, never A.
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
    const end = panels + panelBytes;
    let am = a;
    let cm = c + (<usize>n << 2);
    let im = init + (<usize>n << 2);
    let m = 0;
    for (; m + 2 <= M; m += 2) {
      tile2x16(panels, end, 64, am, am + sa, 4, cm, cm + sc, im, im + si);
      am += sa << 1;
      cm += sc << 1;
      im += si << 1;
    }
    if (m < M) tile1x16(panels, end, am, cm, im);
    panels = end;
  }
  const end = panels + panelBytes;
  for (let j: usize = 0; n < N; n += 4, j += 16) {
    let am = a;
    let cm = c + (<usize>n << 2);
    let im = init + (<usize>n << 2);
    let m = 0;
    for (; m + 4 <= M; m += 4) {
      tile4x4(panels + j, end, 64, am, sa, 4, cm, sc, im, si);
      am += sa << 2;
      cm += sc << 2;
      im += si << 2;
    }
    for (; m < M; m++) {
      tile1x4(panels + j, end, am, cm, im);
      am += sa;
      cm += sc;
      im += si;
    }
  }
}

/** C (K × N) += Aᵀ·D with A (M × K), D (M × N), in order of m. K, N multiples of 4. */
export function gemmTransposed(
  M: i32, K: i32, N: i32, a: usize, lda: i32, d: usize, ldd: i32, c: usize, ldc: i32,
): void {
  const sa = <usize>lda << 2;
  const sd = <usize>ldd << 2;
  const sc = <usize>ldc << 2;
  // Blocks of rows whose 16 columns stay in the first-level cache: rows a kilobyte apart share its sets.
  const block = sa & 1023 && sd & 1023 ? 32 : 16;
  for (let m = 0; m < M; m += block) {
    const rows = sd * min(M - m, block);
    const am = a + sa * m;
    let dn = d + sd * m;
    let cn = c;
    let n = 0;
    for (; n + 16 <= N; n += 16) {
      let ck = cn;
      for (let ak = am; ak < am + (<usize>K << 2); ak += 8) {
        tile2x16(dn, dn + rows, sd, ak, ak + 4, sa, ck, ck + sc, ck, ck + sc);
        ck += sc << 1;
      }
      dn += 64;
      cn += 64;
    }
    for (; n < N; n += 4) {
      let ck = cn;
      for (let ak = am; ak < am + (<usize>K << 2); ak += 16) {
        tile4x4(dn, dn + rows, sd, ak, 4, sa, ck, sc, ck, sc);
        ck += sc << 2;
      }
      dn += 16;
      cn += 16;
    }
  }
}

// A tile is start + Σ x·b over the rows b, sb apart, that begin below `end` (at least one); x are sx apart.
// Eight sums, four b, x and a product are all the registers that V8 has.

// @ts-ignore: decorator
@inline
function tile2x16(
  b: usize, end: usize, sb: usize, x0: usize, x1: usize, sx: usize, c0: usize, c1: usize, i0: usize, i1: usize,
): void {
  let c00 = v128.load(i0), c01 = v128.load(i0, 16), c02 = v128.load(i0, 32), c03 = v128.load(i0, 48);
  let c10 = v128.load(i1), c11 = v128.load(i1, 16), c12 = v128.load(i1, 32), c13 = v128.load(i1, 48);
  do {
    const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    const first = v128.load32_splat(x0);
    c00 = f32x4.add(c00, f32x4.mul(first, b0));
    c01 = f32x4.add(c01, f32x4.mul(first, b1));
    c02 = f32x4.add(c02, f32x4.mul(first, b2));
    c03 = f32x4.add(c03, f32x4.mul(first, b3));
    const second = v128.load32_splat(x1);
    c10 = f32x4.add(c10, f32x4.mul(second, b0));
    c11 = f32x4.add(c11, f32x4.mul(second, b1));
    c12 = f32x4.add(c12, f32x4.mul(second, b2));
    c13 = f32x4.add(c13, f32x4.mul(second, b3));
    x0 += sx;
    x1 += sx;
    b += sb;
  } while (b < end);
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
function tile1x16(b: usize, end: usize, x: usize, c: usize, init: usize): void {
  let c0 = v128.load(init), c1 = v128.load(init, 16), c2 = v128.load(init, 32), c3 = v128.load(init, 48);
  do {
    const value = v128.load32_splat(x);
    c0 = f32x4.add(c0, f32x4.mul(value, v128.load(b)));
    c1 = f32x4.add(c1, f32x4.mul(value, v128.load(b, 16)));
    c2 = f32x4.add(c2, f32x4.mul(value, v128.load(b, 32)));
    c3 = f32x4.add(c3, f32x4.mul(value, v128.load(b, 48)));
    x += 4;
    b += 64;
  } while (b < end);
  v128.store(c, c0);
  v128.store(c, c1, 16);
  v128.store(c, c2, 32);
  v128.store(c, c3, 48);
}

// The four x of a row of b are sa apart.
// @ts-ignore: decorator
@inline
function tile4x4(
  b: usize, end: usize, sb: usize, a: usize, sa: usize, sx: usize, c: usize, sc: usize, init: usize, si: usize,
): void {
  let a1 = a + sa, a2 = a1 + sa, a3 = a2 + sa;
  let c0 = v128.load(init), c1 = v128.load(init + si), c2 = v128.load(init + (si << 1)), c3 = v128.load(init + si * 3);
  do {
    const row = v128.load(b);
    c0 = f32x4.add(c0, f32x4.mul(v128.load32_splat(a), row));
    c1 = f32x4.add(c1, f32x4.mul(v128.load32_splat(a1), row));
    c2 = f32x4.add(c2, f32x4.mul(v128.load32_splat(a2), row));
    c3 = f32x4.add(c3, f32x4.mul(v128.load32_splat(a3), row));
    a += sx;
    a1 += sx;
    a2 += sx;
    a3 += sx;
    b += sb;
  } while (b < end);
  v128.store(c, c0);
  v128.store(c + sc, c1);
  v128.store(c + (sc << 1), c2);
  v128.store(c + sc * 3, c3);
}

// @ts-ignore: decorator
@inline
function tile1x4(b: usize, end: usize, x: usize, c: usize, init: usize): void {
  let sum = v128.load(init);
  do {
    sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(x), v128.load(b)));
    x += 4;
    b += 64;
  } while (b < end);
  v128.store(c, sum);
}

/** out[n] += Σ_m d[m, n] over M rows of stride ldd, in order of m; N a multiple of 4. */
export function columnSums(M: i32, N: i32, d: usize, ldd: i32, out: usize): void {
  const sd = <usize>ldd << 2;
  let n = 0;
  for (; n + 16 <= N; n += 16) {
    let at = d;
    let s0 = v128.load(out), s1 = v128.load(out, 16), s2 = v128.load(out, 32), s3 = v128.load(out, 48);
    for (let m = 0; m < M; m++) {
      s0 = f32x4.add(s0, v128.load(at));
      s1 = f32x4.add(s1, v128.load(at, 16));
      s2 = f32x4.add(s2, v128.load(at, 32));
      s3 = f32x4.add(s3, v128.load(at, 48));
      at += sd;
    }
    v128.store(out, s0);
    v128.store(out, s1, 16);
    v128.store(out, s2, 32);
    v128.store(out, s3, 48);
    d += 64;
    out += 64;
  }
  for (; n < N; n += 4) {
    let at = d;
    let sum = v128.load(out);
    for (let m = 0; m < M; m++) {
      sum = f32x4.add(sum, v128.load(at));
      at += sd;
    }
    v128.store(out, sum);
    d += 16;
    out += 16;
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
