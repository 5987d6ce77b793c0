// Matrix products that skip the zeros of A, as counts of spikes mostly are. Row-major float32; strides in floats.
// Every element has the sum of the dense product (matrix.ts) in the same order, without the zeros.
// The index of A (M × K) is M + 1 addresses, of each row's first entry and the last row's end, and then the
// entries: 4k of every A[m, k] that is not 0, in order of m and k; all 32-bit.

/**
 * Writes the index of A (K a multiple of 4) at `index`, in no more bytes than A has. False when more than 3/8 of A
 * are not 0: there is no index then, and the dense product is as fast.
 */
export function indexNonZeros(M: i32, K: i32, a: usize, lda: i32, index: usize): bool {
  const width = <usize>K << 2;
  let next = index + ((<usize>M + 1) << 2);
  const limit = next + ((<usize>M * K) >> 3) * 12;
  const zero = f32x4.splat(0);
  for (let m = 0; m < M; m++) {
    store<u32>(index, <u32>next);
    index += 4;
    for (let k: usize = 0; k < width; k += 16) {
      let lanes = i32x4.bitmask(f32x4.ne(v128.load(a + k), zero));
      if (next + (<usize>popcnt(lanes) << 2) > limit) return false;
      for (; lanes; lanes &= lanes - 1) {
        store<u32>(next, <u32>k + (<u32>ctz(lanes) << 2));
        next += 4;
      }
    }
    a += <usize>lda << 2;
  }
  store<u32>(index, <u32>next);
  return true;
}

/** C (M × N) = start + A·W with W row-major; the start and what may alias are as in `gemm`. N a multiple of 4. */
export function gemmSparse(
  M: i32, N: i32, index: usize, a: usize, lda: i32, w: usize, ldw: i32, c: usize, ldc: i32, init: usize, ldi: i32,
): void {
  const sa = <usize>lda << 2;
  const sc = <usize>ldc << 2;
  const si = <usize>ldi << 2;
  let n = 0;
  for (; n + 32 <= N; n += 32) {
    let row = index, at = load<u32>(index), am = a, cm = c, im = init;
    for (let m = 0; m < M; m++) {
      row += 4;
      const end = load<u32>(row);
      let c0 = v128.load(im), c1 = v128.load(im, 16), c2 = v128.load(im, 32), c3 = v128.load(im, 48);
      let c4 = v128.load(im, 64), c5 = v128.load(im, 80), c6 = v128.load(im, 96), c7 = v128.load(im, 112);
      for (; at < end; at += 4) {
        const k = load<u32>(at);
        const x = v128.load32_splat(am + k);
        const b = w + k * ldw;
        c0 = f32x4.add(c0, f32x4.mul(x, v128.load(b)));
        c1 = f32x4.add(c1, f32x4.mul(x, v128.load(b, 16)));
        c2 = f32x4.add(c2, f32x4.mul(x, v128.load(b, 32)));
        c3 = f32x4.add(c3, f32x4.mul(x, v128.load(b, 48)));
        c4 = f32x4.add(c4, f32x4.mul(x, v128.load(b, 64)));
        c5 = f32x4.add(c5, f32x4.mul(x, v128.load(b, 80)));
        c6 = f32x4.add(c6, f32x4.mul(x, v128.load(b, 96)));
        c7 = f32x4.add(c7, f32x4.mul(x, v128.load(b, 112)));
      }
      v128.store(cm, c0);
      v128.store(cm, c1, 16);
      v128.store(cm, c2, 32);
      v128.store(cm, c3, 48);
      v128.store(cm, c4, 64);
      v128.store(cm, c5, 80);
      v128.store(cm, c6, 96);
      v128.store(cm, c7, 112);
      am += sa;
      cm += sc;
      im += si;
    }
    w += 128;
    c += 128;
    init += 128;
  }
  for (; n < N; n += 4) {
    let row = index, at = load<u32>(index), am = a, cm = c, im = init;
    for (let m = 0; m < M; m++) {
      row += 4;
      const end = load<u32>(row);
      let sum = v128.load(im);
      for (; at < end; at += 4) {
        const k = load<u32>(at);
        sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(am + k), v128.load(w + k * ldw)));
      }
      v128.store(cm, sum);
      am += sa;
      cm += sc;
      im += si;
    }
    w += 16;
    c += 16;
    init += 16;
  }
}

/** C (K × N) += Aᵀ·D with D (M × N), in order of m; K is where the index was made. N a multiple of 4. */
export function gemmTransposedSparse(
  M: i32, N: i32, index: usize, a: usize, lda: i32, d: usize, ldd: i32, c: usize, ldc: i32,
): void {
  const sa = <usize>lda << 2;
  const sd = <usize>ldd << 2;
  let n = 0;
  for (; n + 32 <= N; n += 32) {
    let row = index, at = load<u32>(index), am = a, dm = d;
    for (let m = 0; m < M; m++) {
      row += 4;
      const end = load<u32>(row);
      const d0 = v128.load(dm), d1 = v128.load(dm, 16), d2 = v128.load(dm, 32), d3 = v128.load(dm, 48);
      const d4 = v128.load(dm, 64), d5 = v128.load(dm, 80), d6 = v128.load(dm, 96), d7 = v128.load(dm, 112);
      for (; at < end; at += 4) {
        const k = load<u32>(at);
        const x = v128.load32_splat(am + k);
        const ck = c + k * ldc;
        v128.store(ck, f32x4.add(v128.load(ck), f32x4.mul(x, d0)));
        v128.store(ck, f32x4.add(v128.load(ck, 16), f32x4.mul(x, d1)), 16);
        v128.store(ck, f32x4.add(v128.load(ck, 32), f32x4.mul(x, d2)), 32);
        v128.store(ck, f32x4.add(v128.load(ck, 48), f32x4.mul(x, d3)), 48);
        v128.store(ck, f32x4.add(v128.load(ck, 64), f32x4.mul(x, d4)), 64);
        v128.store(ck, f32x4.add(v128.load(ck, 80), f32x4.mul(x, d5)), 80);
        v128.store(ck, f32x4.add(v128.load(ck, 96), f32x4.mul(x, d6)), 96);
        v128.store(ck, f32x4.add(v128.load(ck, 112), f32x4.mul(x, d7)), 112);
      }
      am += sa;
      dm += sd;
    }
    d += 128;
    c += 128;
  }
  for (; n < N; n += 4) {
    let row = index, at = load<u32>(index), am = a, dm = d;
    for (let m = 0; m < M; m++) {
      row += 4;
      const end = load<u32>(row);
      const row4 = v128.load(dm);
      for (; at < end; at += 4) {
        const k = load<u32>(at);
        const ck = c + k * ldc;
        v128.store(ck, f32x4.add(v128.load(ck), f32x4.mul(v128.load32_splat(am + k), row4)));
      }
      am += sa;
      dm += sd;
    }
    d += 16;
    c += 16;
  }
}
