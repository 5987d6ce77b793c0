// Inferred inputs u (docs/model.md): samples of the controller's posterior, and their AR(1) prior, one process a
// dimension. T bins, B rows, n dimensions, row stride np (n rounded up to 4; the padding stays zero).
//   co  [T][B][2np]  posterior mean | log-variance
//   ar  five rows of np: φ, 1/nvar, (1 − φ²)/nvar, ½ log nvar, ½ log(nvar/(1 − φ²))
import { exp4, laneMask } from "./math";

/** One bin: u = mean + exp(logvar/2)·eps. */
export function sampleInputs(rows: i32, n: i32, np: i32, co: usize, eps: usize, u: usize): void {
  const half = f32x4.splat(0.5);
  const width = (<usize>np) << 2;
  for (let b = 0; b < rows; b++) {
    for (let i: usize = 0; i < width; i += 16) {
      const mask = laneMask(n - (<i32>i >> 2));
      const noise = f32x4.mul(exp4(f32x4.mul(v128.load(co + width + i), half)), v128.load(eps + i));
      v128.store(u + i, v128.and(f32x4.add(v128.load(co + i), noise), mask));
    }
    co += width << 1;
    eps += width;
    u += width;
  }
}

/**
 * kl[row] += Σ_t Σ_i log q(u_t) − log p(u_t | u_t−1) at the sample (float64):
 * ½ log var_p − ½ logvar − ½ eps² + ½ (u_t − φ u_t−1)²/var_p.
 */
export function arDivergence(T: i32, B: i32, n: i32, np: i32, co: usize, eps: usize, u: usize, ar: usize, kl: usize): void {
  const half = f32x4.splat(0.5);
  const width = (<usize>np) << 2;
  const slab = width * B;
  for (let t = 0; t < T; t++) {
    for (let b = 0; b < B; b++) {
      let sum = f64x2.splat(0);
      for (let i: usize = 0; i < width; i += 16) {
        let e = v128.load(u + i);
        if (t > 0) e = f32x4.sub(e, f32x4.mul(v128.load(ar + i), v128.load(u - slab + i)));
        const precision = v128.load(ar + (t > 0 ? width : width << 1) + i);
        const halfLog = v128.load(ar + (t > 0 ? width * 3 : width << 2) + i);
        const noise = v128.load(eps + i);
        const squares = f32x4.sub(f32x4.mul(f32x4.mul(e, e), precision), f32x4.mul(noise, noise));
        const rest = f32x4.sub(halfLog, f32x4.mul(half, v128.load(co + width + i)));
        const value = v128.and(f32x4.add(rest, f32x4.mul(half, squares)), laneMask(n - (<i32>i >> 2)));
        sum = f64x2.add(sum, f64x2.promote_low_f32x4(value));
        sum = f64x2.add(sum, f64x2.promote_low_f32x4(v128.shuffle<u32>(value, value, 2, 3, 0, 1)));
      }
      const at = kl + ((<usize>b) << 3);
      store<f64>(at, load<f64>(at) + (f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)));
      co += width << 1;
      eps += width;
      u += width;
    }
  }
}

/**
 * Gradient of weight·Σ log p⁻¹ with respect to u into `du` [T][B][np], and the sums that give those of φ and nvar:
 * `sums`, three rows of np, gain Σ e_t², Σ e_t u_t−1 (t > 0, e_t = u_t − φ u_t−1) and Σ u_0².
 */
export function arDivergenceBackward(
  T: i32, B: i32, np: i32, u: usize, ar: usize, weight: f32, du: usize, sums: usize,
): void {
  const w = f32x4.splat(weight);
  const width = (<usize>np) << 2;
  const slab = width * B;
  for (let i: usize = 0; i < width; i += 16) {
    const phi = v128.load(ar + i);
    const precision = v128.load(ar + width + i);
    const precision0 = v128.load(ar + (width << 1) + i);
    let squares = v128.load(sums + i);
    let products = v128.load(sums + width + i);
    let squares0 = v128.load(sums + (width << 1) + i);
    for (let b = 0; b < B; b++) {
      let at = width * b + i;
      let now = v128.load(u + at);
      squares0 = f32x4.add(squares0, f32x4.mul(now, now));
      let pull = f32x4.mul(precision0, now);
      for (let t = 1; t < T; t++) {
        const next = v128.load(u + at + slab);
        const e = f32x4.sub(next, f32x4.mul(phi, now));
        const pe = f32x4.mul(precision, e);
        v128.store(du + at, f32x4.mul(w, f32x4.sub(pull, f32x4.mul(phi, pe))));
        squares = f32x4.add(squares, f32x4.mul(e, e));
        products = f32x4.add(products, f32x4.mul(e, now));
        pull = pe;
        now = next;
        at += slab;
      }
      v128.store(du + at, f32x4.mul(w, pull));
    }
    v128.store(sums + i, squares);
    v128.store(sums + width + i, products);
    v128.store(sums + (width << 1) + i, squares0);
  }
}

/**
 * One bin: co becomes the gradients of mean and log-variance from `du`, the gradient of u, with −weight/2 from
 * log q and `corr` [B][np] (0: none) added to the mean's.
 */
export function sampleInputsBackward(
  rows: i32, n: i32, np: i32, co: usize, u: usize, du: usize, corr: usize, weight: f32,
): void {
  const half = f32x4.splat(0.5);
  const halfW = f32x4.splat(weight * 0.5);
  const width = (<usize>np) << 2;
  for (let b = 0; b < rows; b++) {
    for (let i: usize = 0; i < width; i += 16) {
      const mask = laneMask(n - (<i32>i >> 2));
      const d = v128.load(du + i);
      // u − mean is exp(logvar/2)·eps
      const noise = f32x4.sub(v128.load(u + i), v128.load(co + i));
      const dlv = f32x4.sub(f32x4.mul(half, f32x4.mul(d, noise)), halfW);
      v128.store(co + i, v128.and(corr ? f32x4.add(d, v128.load(corr + i)) : d, mask));
      v128.store(co + width + i, v128.and(dlv, mask));
    }
    co += width << 1;
    u += width;
    du += width;
    if (corr) corr += width;
  }
}

/** Samples of the prior: u_0 = std0·eps_0, u_t = φ u_t−1 + std·eps_t; `std` two rows of np: std, std0. */
export function samplePriorInputs(T: i32, B: i32, n: i32, np: i32, ar: usize, std: usize, eps: usize, u: usize): void {
  const width = (<usize>np) << 2;
  const slab = width * B;
  for (let t = 0; t < T; t++) {
    for (let b = 0; b < B; b++) {
      for (let i: usize = 0; i < width; i += 16) {
        const mask = laneMask(n - (<i32>i >> 2));
        let value = f32x4.mul(v128.load(std + (t > 0 ? 0 : width) + i), v128.load(eps + i));
        if (t > 0) value = f32x4.add(value, f32x4.mul(v128.load(ar + i), v128.load(u - slab + i)));
        v128.store(u + i, v128.and(value, mask));
      }
      eps += width;
      u += width;
    }
  }
}

/**
 * Correlation of the posterior means: c_ij = Σ_t mean_i mean_j, loss[row] += Σ_i<j ½ c_ij² (float64);
 * with a scale, dMean [T][B][np] = scale·Σ_j≠i c_ij mean_j.
 */
export function meanCorrelation(
  T: i32, B: i32, n: i32, np: i32, co: usize, loss: usize, scale: f32, dMean: usize,
): void {
  const row = (<usize>np) << 3;
  const width = (<usize>np) << 2;
  if (scale != 0) memory.fill(dMean, 0, width * B * T);
  for (let b = 0; b < B; b++) {
    let sum: f64 = 0;
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) {
        let c: f32 = 0;
        let at = co + row * b;
        for (let t = 0; t < T; t++) {
          c += load<f32>(at + ((<usize>i) << 2)) * load<f32>(at + ((<usize>j) << 2));
          at += row * B;
        }
        sum += 0.5 * <f64>c * <f64>c;
        if (scale == 0) continue;
        const s = scale * c;
        at = co + row * b;
        let d = dMean + width * b;
        for (let t = 0; t < T; t++) {
          const di = d + ((<usize>i) << 2);
          const dj = d + ((<usize>j) << 2);
          store<f32>(di, load<f32>(di) + s * load<f32>(at + ((<usize>j) << 2)));
          store<f32>(dj, load<f32>(dj) + s * load<f32>(at + ((<usize>i) << 2)));
          at += row * B;
          d += width * B;
        }
      }
    }
    const out = loss + ((<usize>b) << 3);
    store<f64>(out, load<f64>(out) + sum);
  }
}
