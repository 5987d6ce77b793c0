// Gaussian latents: posterior q = N(mean, exp(logvar)), prior p = N(priorMean, exp(priorLogvar)).
// Rows are trials or samples, n dimensions, row stride np (n rounded up to 4; the padding stays zero).
import { exp4, laneMask, log4 } from "./math";

/**
 * logvar = log(exp(raw) + varMin) into `raw`, its derivative exp(raw)/(exp(raw) + varMin) into `slope`,
 * z = mean + exp(logvar/2)·eps, and kl[row] += KL(q‖p) (float64, sum over dimensions).
 */
export function gaussianForward(
  rows: i32,
  n: i32,
  np: i32,
  mean: usize,
  raw: usize,
  slope: usize,
  varMin: f32,
  eps: usize,
  z: usize,
  priorMean: usize,
  priorLogvar: usize,
  kl: usize,
): void {
  const half = f32x4.splat(0.5);
  const one = f32x4.splat(1);
  const min = f32x4.splat(varMin);
  for (let b = 0; b < rows; b++) {
    let sum: f64 = 0;
    for (let i = 0; i < np; i += 4) {
      const at = (<usize>i) << 2;
      const mask = laneMask(n - i);
      const e = exp4(v128.load(raw + at));
      const variance = f32x4.add(e, min);
      const lv = v128.and(log4(variance), mask);
      v128.store(raw + at, lv);
      v128.store(slope + at, v128.and(f32x4.div(e, variance), mask));
      const m = v128.load(mean + at);
      const noise = f32x4.mul(exp4(f32x4.mul(lv, half)), v128.load(eps + at));
      v128.store(z + at, v128.and(f32x4.add(m, noise), mask));
      const lp = v128.load(priorLogvar + at);
      const d = f32x4.sub(m, v128.load(priorMean + at));
      const ratio = exp4(f32x4.sub(lv, lp));
      const precision = exp4(f32x4.neg(lp));
      const term = f32x4.sub(
        f32x4.add(f32x4.add(f32x4.sub(lp, lv), ratio), f32x4.mul(f32x4.mul(d, d), precision)),
        one,
      );
      const v = v128.and(f32x4.mul(half, term), mask);
      sum += <f64>f32x4.extract_lane(v, 0);
      sum += <f64>f32x4.extract_lane(v, 1);
      sum += <f64>f32x4.extract_lane(v, 2);
      sum += <f64>f32x4.extract_lane(v, 3);
    }
    const at = kl + ((<usize>b) << 3);
    store<f64>(at, load<f64>(at) + sum);
    const width = (<usize>np) << 2;
    mean += width;
    raw += width;
    slope += width;
    eps += width;
    z += width;
  }
}

/**
 * Gradients of Σ_rows (cost(z) + weight·KL): `mean` and `raw` (holding logvar) become those of the mean and of
 * the raw log-variance; dPriorMean, dPriorLogvar [np] gain theirs. `dz` [rows][np] is given.
 */
export function gaussianBackward(
  rows: i32,
  n: i32,
  np: i32,
  mean: usize,
  raw: usize,
  slope: usize,
  eps: usize,
  dz: usize,
  priorMean: usize,
  priorLogvar: usize,
  weight: f32,
  dPriorMean: usize,
  dPriorLogvar: usize,
): void {
  const half = f32x4.splat(0.5);
  const one = f32x4.splat(1);
  const w = f32x4.splat(weight);
  const halfW = f32x4.mul(half, w);
  const width = (<usize>np) << 2;
  for (let b = 0; b < rows; b++) {
    for (let i = 0; i < np; i += 4) {
      const at = (<usize>i) << 2;
      const mask = laneMask(n - i);
      const lv = v128.load(raw + at);
      const lp = v128.load(priorLogvar + at);
      const d = f32x4.sub(v128.load(mean + at), v128.load(priorMean + at));
      const ratio = exp4(f32x4.sub(lv, lp));
      const scaled = f32x4.mul(d, exp4(f32x4.neg(lp)));
      const g = v128.load(dz + at);
      const pull = f32x4.mul(w, scaled);
      const std = exp4(f32x4.mul(lv, half));
      const dlv = f32x4.add(
        f32x4.mul(f32x4.mul(g, v128.load(eps + at)), f32x4.mul(half, std)),
        f32x4.mul(halfW, f32x4.sub(ratio, one)),
      );
      v128.store(mean + at, v128.and(f32x4.add(g, pull), mask));
      v128.store(raw + at, v128.and(f32x4.mul(dlv, v128.load(slope + at)), mask));
      v128.store(dPriorMean + at, f32x4.sub(v128.load(dPriorMean + at), v128.and(pull, mask)));
      const dlp = f32x4.mul(halfW, f32x4.sub(f32x4.sub(one, ratio), f32x4.mul(d, scaled)));
      v128.store(dPriorLogvar + at, f32x4.add(v128.load(dPriorLogvar + at), v128.and(dlp, mask)));
    }
    mean += width;
    raw += width;
    slope += width;
    eps += width;
    dz += width;
  }
}

/**
 * A learned prior variance σ(exp(v))·(max − min) + min: its logarithm into `logvar` and
 * d logvar/dv into `slope`, n a multiple of 4.
 */
export function priorVariance(n: i32, v: usize, min: f32, max: f32, logvar: usize, slope: usize): void {
  const one = f32x4.splat(1);
  const low = f32x4.splat(min);
  const range = f32x4.splat(max - min);
  for (let i: usize = 0; i < (<usize>n) << 2; i += 16) {
    const e = exp4(v128.load(v + i));
    const s = f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(e))));
    const variance = f32x4.add(f32x4.mul(s, range), low);
    v128.store(logvar + i, log4(variance));
    const ds = f32x4.mul(f32x4.mul(s, f32x4.sub(one, s)), e);
    v128.store(slope + i, f32x4.div(f32x4.mul(ds, range), variance));
  }
}
