// Elementary functions of four float32 at once, from + − × ÷ and bit operations only, so that every
// machine gives the same bits. What the gates and rates take by the million, exp and tanh, loads its constants from
// memory where it uses them: V8 puts a v128 constant together anew each time.

// @ts-ignore: decorator
@lazy
const EXP = memory.data<f32>(
  [
    -87.33654475, 88.37, 1.44269504088896341, 12582912.0, 0.693359375, -2.12194440e-4, 1.9875691500e-4, 1.3981999507e-3,
    8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1, 1.0,
  ],
  16,
);

/** eˣ. Relative error below 9e-8; arguments are clamped to [−87.33, 88.37], where it is normal and finite. Cephes expf, Moshier 1992. */
// @ts-ignore: decorator
@inline
export function exp4(v: v128): v128 {
  const x = f32x4.pmin(f32x4.pmax(v, v128.load32_splat(EXP)), v128.load32_splat(EXP, 4));
  // adding 1.5·2²³ rounds to a whole number n, which is then in the low bits
  const large = v128.load32_splat(EXP, 12);
  const rounded = f32x4.add(f32x4.mul(x, v128.load32_splat(EXP, 8)), large);
  const n = f32x4.sub(rounded, large);
  const r = f32x4.sub(
    f32x4.sub(x, f32x4.mul(n, v128.load32_splat(EXP, 16))),
    f32x4.mul(n, v128.load32_splat(EXP, 20)),
  );
  let p = v128.load32_splat(EXP, 24);
  p = f32x4.add(f32x4.mul(p, r), v128.load32_splat(EXP, 28));
  p = f32x4.add(f32x4.mul(p, r), v128.load32_splat(EXP, 32));
  p = f32x4.add(f32x4.mul(p, r), v128.load32_splat(EXP, 36));
  p = f32x4.add(f32x4.mul(p, r), v128.load32_splat(EXP, 40));
  p = f32x4.add(f32x4.mul(p, r), v128.load32_splat(EXP, 44));
  const one = v128.load32_splat(EXP, 48);
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), one);
  return f32x4.mul(p, i32x4.add(i32x4.shl(rounded, 23), one));
}

/** Natural logarithm of positive normal numbers. Relative error below 2e-7. Cephes logf, Moshier 1992. */
// @ts-ignore: decorator
@inline
export function log4(x: v128): v128 {
  const bits = x;
  let e = i32x4.sub(i32x4.shr_u(bits, 23), i32x4.splat(126));
  // mantissa in [0.5, 1)
  let m = v128.or(v128.and(bits, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000));
  const small = f32x4.lt(m, f32x4.splat(0.707106781186547524));
  e = i32x4.add(e, small); // the mask is −1 where small
  m = f32x4.sub(f32x4.add(m, v128.and(small, m)), f32x4.splat(1.0));
  const z = f32x4.mul(m, m);
  let p = f32x4.splat(7.0376836292e-2);
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-1.1514610310e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(1.1676998740e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-1.2420140846e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(1.4249322787e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-1.6668057665e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(2.0000714765e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-2.4999993993e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(3.3333331174e-1));
  p = f32x4.mul(f32x4.mul(p, m), z);
  const fe = f32x4.convert_i32x4_s(e);
  p = f32x4.add(p, f32x4.mul(fe, f32x4.splat(-2.12194440e-4)));
  p = f32x4.sub(p, f32x4.mul(z, f32x4.splat(0.5)));
  return f32x4.add(f32x4.add(m, p), f32x4.mul(fe, f32x4.splat(0.693359375)));
}

// @ts-ignore: decorator
@lazy
const TANH = memory.data<f32>(
  [
    -7.90531110763549805, 7.90531110763549805, 1.0, 1.340216100e-1, 3.520756727e-3, 2.102733560e-5, 1.394553628e-8,
    4.673548340e-1, 2.597254514e-2, 3.326951409e-4, 8.015776984e-7, 0.5,
  ],
  16,
);

/** tanh. Relative error below 4e-7. Rational 9/8 approximation on [−7.905, 7.905], that of Eigen's ptanh. */
// @ts-ignore: decorator
@inline
export function tanh4(v: v128): v128 {
  const x = f32x4.pmin(f32x4.pmax(v, v128.load32_splat(TANH)), v128.load32_splat(TANH, 4));
  const z = f32x4.mul(x, x);
  let p = v128.load32_splat(TANH, 24);
  let q = v128.load32_splat(TANH, 40);
  p = f32x4.add(f32x4.mul(p, z), v128.load32_splat(TANH, 20));
  q = f32x4.add(f32x4.mul(q, z), v128.load32_splat(TANH, 36));
  p = f32x4.add(f32x4.mul(p, z), v128.load32_splat(TANH, 16));
  q = f32x4.add(f32x4.mul(q, z), v128.load32_splat(TANH, 32));
  p = f32x4.add(f32x4.mul(p, z), v128.load32_splat(TANH, 12));
  q = f32x4.add(f32x4.mul(q, z), v128.load32_splat(TANH, 28));
  const one = v128.load32_splat(TANH, 8);
  p = f32x4.add(f32x4.mul(p, z), one);
  q = f32x4.add(f32x4.mul(q, z), one);
  return f32x4.div(f32x4.mul(p, x), q);
}

/** σ(x) = 1/(1 + e⁻ˣ) = ½ + ½ tanh(x/2). Absolute error below 2e-7. */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  const half = v128.load32_splat(TANH, 44);
  return f32x4.add(half, f32x4.mul(half, tanh4(f32x4.mul(x, half))));
}

/** cos and sin of 2πu, u in [0, 1). Absolute error below 2e-7. Cephes sinf, cosf on a quarter turn. */
// @ts-ignore: decorator
@inline
export function cosTurn4(u: v128): v128 {
  return quarter4(u, 0);
}

// @ts-ignore: decorator
@inline
export function sinTurn4(u: v128): v128 {
  return quarter4(u, -1);
}

/** cos(2πu + shift·π/2): reduce to the nearest quarter turn q, then ±sin or ±cos of the rest by q mod 4. */
// @ts-ignore: decorator
@inline
function quarter4(u: v128, shift: i32): v128 {
  const q = f32x4.nearest(f32x4.mul(u, f32x4.splat(4.0)));
  const r = f32x4.mul(f32x4.sub(u, f32x4.mul(q, f32x4.splat(0.25))), f32x4.splat(6.283185307179586));
  const z = f32x4.mul(r, r);
  let s = f32x4.splat(-1.9515295891e-4);
  s = f32x4.add(f32x4.mul(s, z), f32x4.splat(8.3321608736e-3));
  s = f32x4.add(f32x4.mul(s, z), f32x4.splat(-1.6666654611e-1));
  s = f32x4.add(f32x4.mul(f32x4.mul(s, z), r), r);
  let c = f32x4.splat(2.443315711809948e-5);
  c = f32x4.add(f32x4.mul(c, z), f32x4.splat(-1.388731625493765e-3));
  c = f32x4.add(f32x4.mul(c, z), f32x4.splat(4.166664568298827e-2));
  c = f32x4.add(f32x4.sub(f32x4.mul(f32x4.mul(c, z), z), f32x4.mul(z, f32x4.splat(0.5))), f32x4.splat(1.0));
  // cos(r + kπ/2): k = 0 → c, 1 → −s, 2 → −c, 3 → s
  const k = v128.and(i32x4.add(i32x4.trunc_sat_f32x4_s(q), i32x4.splat(shift)), i32x4.splat(3));
  const odd = i32x4.eq(v128.and(k, i32x4.splat(1)), i32x4.splat(1));
  const value = v128.bitselect(s, c, odd);
  const negative = v128.or(i32x4.eq(k, i32x4.splat(1)), i32x4.eq(k, i32x4.splat(2)));
  return v128.xor(value, v128.and(negative, i32x4.splat(0x80000000)));
}

/** Vector functions over n floats (a multiple of 4): for the tests, and for what is small. */
export function mapExp(n: i32, x: usize, y: usize): void {
  for (let i: usize = 0; i < <usize>n << 2; i += 16) v128.store(y + i, exp4(v128.load(x + i)));
}
export function mapLog(n: i32, x: usize, y: usize): void {
  for (let i: usize = 0; i < <usize>n << 2; i += 16) v128.store(y + i, log4(v128.load(x + i)));
}
export function mapTanh(n: i32, x: usize, y: usize): void {
  for (let i: usize = 0; i < <usize>n << 2; i += 16) v128.store(y + i, tanh4(v128.load(x + i)));
}
export function mapSigmoid(n: i32, x: usize, y: usize): void {
  for (let i: usize = 0; i < <usize>n << 2; i += 16) v128.store(y + i, sigmoid4(v128.load(x + i)));
}

/** Sum of the four lanes, ((0 + 1) + (2 + 3)), in float32. */
// @ts-ignore: decorator
@inline
export function sumLanes(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}

/** The first `n` of four lanes kept, the rest +0; n in 0…4. */
// @ts-ignore: decorator
@inline
export function laneMask(n: i32): v128 {
  return i32x4.gt_s(i32x4.splat(n), i32x4(0, 1, 2, 3));
}
