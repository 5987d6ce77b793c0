// The distribution of the data given the logits: costs, and their gradients or the distribution's parameters.
// [T][B] rows of N channels, row stride np (the padding becomes zero). `seen` [T][B][np] (0: everything is seen)
// is 1 for elements that count and 0 for held-out ones: their cost goes to `held` and their gradient is zero.
import { exp4, laneMask } from "./math";

/** Logits above this are taken as this in the rate, so that nothing overflows. */
const LARGEST: f32 = 40;

// @ts-ignore: decorator
@inline
function add64(sum: v128, value: v128): v128 {
  const low = f64x2.add(sum, f64x2.promote_low_f32x4(value));
  return f64x2.add(low, f64x2.promote_low_f32x4(v128.shuffle<u32>(value, value, 2, 3, 0, 1)));
}

// @ts-ignore: decorator
@inline
function addTo(at: usize, sum: v128): void {
  store<f64>(at, load<f64>(at) + (f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)));
}

/**
 * Poisson, rate = exp(logit) counts per bin: loss[b] += Σ rate − k·logit (float64; lgamma(k + 1) is a constant that
 * the caller adds). `logits` become rates (scale 0) or gradients scale·(rate − k). `countStride`: 1, or 0 when all
 * rows have the counts of one.
 */
export function poissonLoss(
  T: i32, B: i32, N: i32, np: i32, logits: usize, counts: usize, countStride: i32, loss: usize, scale: f32,
  seen: usize, held: usize,
): void {
  const top = f32x4.splat(LARGEST);
  const s = f32x4.splat(scale);
  const gradient = scale != 0;
  const width = (<usize>np) << 2;
  for (let t = 0; t < T; t++) {
    for (let b = 0; b < B; b++) {
      let sum = f64x2.splat(0);
      let heldSum = f64x2.splat(0);
      for (let i = 0; i < np; i += 4) {
        const at = (<usize>i) << 2;
        let mask = laneMask(N - i);
        const a = f32x4.min(v128.load(logits + at), top);
        const k = v128.load(counts + at);
        const rate = exp4(a);
        const value = v128.and(f32x4.sub(rate, f32x4.mul(k, a)), mask);
        if (seen) {
          const counted = f32x4.ne(v128.load(seen + at), f32x4.splat(0));
          heldSum = add64(heldSum, v128.andnot(value, counted));
          if (gradient) mask = v128.and(mask, counted);
          sum = add64(sum, v128.and(value, counted));
        } else {
          sum = add64(sum, value);
        }
        v128.store(logits + at, v128.and(gradient ? f32x4.mul(s, f32x4.sub(rate, k)) : rate, mask));
      }
      const at = (<usize>b) << 3;
      addTo(loss + at, sum);
      if (seen) {
        addTo(held + at, heldSum);
        seen += width;
      }
      logits += width;
      counts += width * countStride;
    }
    if (countStride == 0) counts += width;
  }
}

/**
 * Gaussian with means and log-variances: loss[b] += Σ ½ logvar + ½ (x − mean)²/exp(logvar) (float64; ½ log 2π is a
 * constant that the caller adds). Scale 0: `logvars` become variances; otherwise both become gradients.
 */
export function gaussianLoss(
  T: i32, B: i32, N: i32, np: i32, means: usize, logvars: usize, x: usize, xStride: i32, loss: usize, scale: f32,
  seen: usize, held: usize,
): void {
  const half = f32x4.splat(0.5);
  const one = f32x4.splat(1);
  const s = f32x4.splat(scale);
  const gradient = scale != 0;
  const width = (<usize>np) << 2;
  for (let t = 0; t < T; t++) {
    for (let b = 0; b < B; b++) {
      let sum = f64x2.splat(0);
      let heldSum = f64x2.splat(0);
      for (let i = 0; i < np; i += 4) {
        const at = (<usize>i) << 2;
        let mask = laneMask(N - i);
        const lv = v128.load(logvars + at);
        const d = f32x4.sub(v128.load(means + at), v128.load(x + at));
        const precision = exp4(f32x4.neg(lv));
        const scaled = f32x4.mul(d, precision);
        const squares = f32x4.mul(d, scaled);
        const value = v128.and(f32x4.mul(half, f32x4.add(lv, squares)), mask);
        if (seen) {
          const counted = f32x4.ne(v128.load(seen + at), f32x4.splat(0));
          heldSum = add64(heldSum, v128.andnot(value, counted));
          if (gradient) mask = v128.and(mask, counted);
          sum = add64(sum, v128.and(value, counted));
        } else {
          sum = add64(sum, value);
        }
        if (gradient) {
          v128.store(means + at, v128.and(f32x4.mul(s, scaled), mask));
          v128.store(logvars + at, v128.and(f32x4.mul(f32x4.mul(s, half), f32x4.sub(one, squares)), mask));
        } else {
          v128.store(logvars + at, v128.and(exp4(lv), mask));
        }
      }
      const at = (<usize>b) << 3;
      addTo(loss + at, sum);
      if (seen) {
        addTo(held + at, heldSum);
        seen += width;
      }
      means += width;
      logvars += width;
      x += width * xStride;
    }
    if (xStride == 0) x += width;
  }
}

/** Rates of one bin for feedback: exp of the logits, B rows; the padding becomes zero. */
export function ratesOf(B: i32, N: i32, np: i32, logits: usize, rates: usize): void {
  const top = f32x4.splat(LARGEST);
  for (let b = 0; b < B; b++) {
    for (let i = 0; i < np; i += 4) {
      const at = (<usize>i) << 2;
      v128.store(rates + at, v128.and(exp4(f32x4.min(v128.load(logits + at), top)), laneMask(N - i)));
    }
    logits += (<usize>np) << 2;
    rates += (<usize>np) << 2;
  }
}
