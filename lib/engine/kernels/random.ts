// Counter-based random numbers: Philox4x32-10 (Salmon et al., SC 2011), four counters at once.
// A number depends on (key, counter) alone: never on the thread or the order of calls.
import { cosTurn4, log4, sinTurn4 } from "./math";

let w0: v128 = i32x4.splat(0);
let w1: v128 = i32x4.splat(0);
let w2: v128 = i32x4.splat(0);
let w3: v128 = i32x4.splat(0);

/** Words of the counters (c0 + 0…3, c1, c2, c3) into w0…w3, one counter a lane. */
function philox4(c0: u32, c1: u32, c2: u32, c3: u32, key0: u32, key1: u32): void {
  let x0 = i32x4.add(i32x4.splat(c0), i32x4(0, 1, 2, 3));
  let x1 = i32x4.splat(c1);
  let x2 = i32x4.splat(c2);
  let x3 = i32x4.splat(c3);
  const m0 = i32x4.splat(0xd2511f53);
  const m1 = i32x4.splat(0xcd9e8d57);
  let k0 = key0;
  let k1 = key1;
  for (let round = 0; round < 10; round++) {
    const p0l = i64x2.extmul_low_i32x4_u(x0, m0);
    const p0h = i64x2.extmul_high_i32x4_u(x0, m0);
    const p1l = i64x2.extmul_low_i32x4_u(x2, m1);
    const p1h = i64x2.extmul_high_i32x4_u(x2, m1);
    const lo0 = v128.shuffle<u32>(p0l, p0h, 0, 2, 4, 6);
    const hi0 = v128.shuffle<u32>(p0l, p0h, 1, 3, 5, 7);
    const lo1 = v128.shuffle<u32>(p1l, p1h, 0, 2, 4, 6);
    const hi1 = v128.shuffle<u32>(p1l, p1h, 1, 3, 5, 7);
    x0 = v128.xor(v128.xor(hi1, x1), i32x4.splat(k0));
    x2 = v128.xor(v128.xor(hi0, x3), i32x4.splat(k1));
    x1 = lo1;
    x3 = lo0;
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  w0 = x0;
  w1 = x1;
  w2 = x2;
  w3 = x3;
}

/**
 * Words for a purpose of the engine's. Its top bit is set, which the last word of a `RandomStream` on the host
 * (block, purpose, item, part) never has: the two share a seed and no counter.
 */
// @ts-ignore: decorator
@inline
function draw4(c0: u32, row: u32, step: u32, purpose: u32, key0: u32, key1: u32): void {
  philox4(c0, row, step, purpose | 0x80000000, key0, key1);
}

/** The first word of one counter, for a purpose of the engine's. */
export function randomWord(c0: u32, row: u32, step: u32, purpose: u32, key0: u32, key1: u32): u32 {
  draw4(c0, row, step, purpose, key0, key1);
  return i32x4.extract_lane(w0, 0);
}

/** 16 raw words of counters c0…c0+3 at `out`: word j of lane l at 4j + l. For the tests. */
export function philoxWords(out: usize, c0: u32, c1: u32, c2: u32, c3: u32, key0: u32, key1: u32): void {
  philox4(c0, c1, c2, c3, key0, key1);
  v128.store(out, w0, 0);
  v128.store(out, w1, 16);
  v128.store(out, w2, 32);
  v128.store(out, w3, 48);
}

/**
 * Dropout multipliers for activations [bins][rows][n], n a multiple of 4: 65536/kept with probability kept/65536
 * (`kept` in 1…65536), else 0. Row r takes the words of counters (0, 1, …; key r, step, purpose) in 16-bit halves,
 * its elements e = t·n + i in order: e takes half e mod 2 (the low one first) of word ⌊e/8⌋ mod 4 of counter
 * 4⌊e/32⌋ + ⌊e/2⌋ mod 4. `rowKeys` [rows] are 32-bit.
 */
export function dropoutMask(
  out: usize, bins: i32, rows: i32, n: i32, rowKeys: usize, step: u32, purpose: u32, key0: u32, key1: u32, kept: i32,
): void {
  const limit = i16x8.splat(<i16>(kept - 1));
  const scale = f32x4.splat(<f32>65536 / <f32>kept);
  const width = <usize>n << 2;
  const skip = width * (rows - 1);
  const groups = (bins * n + 31) >> 5;
  for (let r = 0; r < rows; r++) {
    const key = load<u32>(rowKeys + (<usize>r << 2));
    let at = out + width * r;
    let end = at + width;
    let left = bins * n;
    for (let g = 0; g < groups; g++) {
      draw4(<u32>g << 2, key, step, purpose, key0, key1);
      for (let e = 0; e < 32 && left > 0; e += 4, left -= 4) {
        const word = e < 8 ? w0 : e < 16 ? w1 : e < 24 ? w2 : w3;
        const keep = i16x8.le_u(word, limit);
        v128.store(at, v128.and(e & 4 ? i32x4.extend_high_i16x8_s(keep) : i32x4.extend_low_i16x8_s(keep), scale));
        at += 16;
        if (at == end) {
          at += skip;
          end = at + width;
        }
      }
    }
  }
}

/** 32 random bits to a number inside (0, 1): (⌊w/2⁹⌋ + ½)·2⁻²³, exact. */
// @ts-ignore: decorator
@inline
function unit4(w: v128): v128 {
  return f32x4.mul(
    f32x4.add(f32x4.convert_i32x4_u(i32x4.shr_u(w, 9)), f32x4.splat(0.5)),
    f32x4.splat(1.1920928955078125e-7),
  );
}

/** √(−2 ln u): the radius of Box and Muller (1958). */
// @ts-ignore: decorator
@inline
function radius4(u: v128): v128 {
  return f32x4.sqrt(f32x4.mul(f32x4.splat(-2.0), log4(u)));
}

/**
 * Standard normals [bins][rows][n], n a multiple of 4, by Box and Muller: of the four words a counter gives,
 * (w0, w1) and (w2, w3) make radius and angle. Element i of bin t and row r takes the (i mod 16)th number of the
 * counters (4(t·⌈n/16⌉ + ⌊i/16⌋) + 0…3, firstRow + r·rowStride, firstStep + r·stepStride, purpose): rows are trials
 * (strides 1, 0) or samples of one trial (0, 1).
 */
export function normals(
  out: usize, bins: i32, rows: i32, n: i32, firstRow: u32, rowStride: u32, firstStep: u32, stepStride: u32,
  purpose: u32, key0: u32, key1: u32,
): void {
  const groups = (n + 15) >> 4;
  for (let t = 0; t < bins; t++) {
    for (let r = 0; r < rows; r++) {
      for (let g = 0; g < groups; g++) {
        draw4(<u32>(t * groups + g) << 2, firstRow + r * rowStride, firstStep + r * stepStride, purpose, key0, key1);
        const left = n - (g << 4);
        const r0 = radius4(unit4(w0));
        const u1 = unit4(w1);
        v128.store(out, f32x4.mul(r0, cosTurn4(u1)));
        if (left > 4) v128.store(out, f32x4.mul(r0, sinTurn4(u1)), 16);
        if (left > 8) {
          const r2 = radius4(unit4(w2));
          const u3 = unit4(w3);
          v128.store(out, f32x4.mul(r2, cosTurn4(u3)), 32);
          if (left > 12) v128.store(out, f32x4.mul(r2, sinTurn4(u3)), 48);
        }
        out += <usize>min(left, 16) << 2;
      }
    }
  }
}
