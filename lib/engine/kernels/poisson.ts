// Poisson output: rate = exp(logit) counts per bin, log p = k·logit − rate − lgamma(k + 1).
import { exp4, laneMask } from "./math";

/** Logits above this are taken as this in the rate, so that nothing overflows. */
const LARGEST: f32 = 40;

/**
 * [T][B] rows of N channels, row stride np. loss[b] += Σ_t Σ_n rate − k·logit (float64; lgamma is a constant
 * that the caller adds). `logits` become rates (scale 0) or gradients scale·(rate − k).
 */
export function poissonLoss(
  T: i32,
  B: i32,
  N: i32,
  np: i32,
  logits: usize,
  counts: usize,
  loss: usize,
  scale: f32,
): void {
  const top = f32x4.splat(LARGEST);
  const s = f32x4.splat(scale);
  const gradient = scale != 0;
  for (let t = 0; t < T; t++) {
    for (let b = 0; b < B; b++) {
      let sum = f64x2.splat(0);
      for (let i = 0; i < np; i += 4) {
        const at = (<usize>i) << 2;
        const mask = laneMask(N - i);
        const a = f32x4.min(v128.load(logits + at), top);
        const k = v128.load(counts + at);
        const rate = exp4(a);
        const value = v128.and(f32x4.sub(rate, f32x4.mul(k, a)), mask);
        sum = f64x2.add(sum, f64x2.promote_low_f32x4(value));
        sum = f64x2.add(sum, f64x2.promote_low_f32x4(v128.shuffle<u32>(value, value, 2, 3, 0, 1)));
        v128.store(logits + at, v128.and(gradient ? f32x4.mul(s, f32x4.sub(rate, k)) : rate, mask));
      }
      const at = loss + ((<usize>b) << 3);
      store<f64>(at, load<f64>(at) + (f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)));
      logits += (<usize>np) << 2;
      counts += (<usize>np) << 2;
    }
  }
}
