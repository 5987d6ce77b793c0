// What happens to the parameters once a step: the shards' gradients are added, clipped, and applied by Adam.
// Counts are multiples of 4; every element's order of operations is fixed.

/** out = gradient of shard 0 + shard 1 + … (stride floats apart) + decay·params. */
export function reduceShards(
  count: i32,
  shards: i32,
  first: usize,
  stride: i32,
  params: usize,
  decay: f32,
  out: usize,
): void {
  const d = f32x4.splat(decay);
  const step = (<usize>stride) << 2;
  for (let i: usize = 0; i < (<usize>count) << 2; i += 16) {
    let at = first + i;
    let sum = v128.load(at);
    for (let s = 1; s < shards; s++) {
      at += step;
      sum = f32x4.add(sum, v128.load(at));
    }
    if (decay != 0) sum = f32x4.add(sum, f32x4.mul(d, v128.load(params + i)));
    v128.store(out + i, sum);
  }
}

/** Σ x² in float64. */
export function squareSum(count: i32, x: usize): f64 {
  let a = f64x2.splat(0);
  let b = f64x2.splat(0);
  for (let i: usize = 0; i < (<usize>count) << 2; i += 16) {
    const v = v128.load(x + i);
    const low = f64x2.promote_low_f32x4(v);
    const high = f64x2.promote_low_f32x4(v128.shuffle<u32>(v, v, 2, 3, 0, 1));
    a = f64x2.add(a, f64x2.mul(low, low));
    b = f64x2.add(b, f64x2.mul(high, high));
  }
  const sum = f64x2.add(a, b);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/**
 * Adam as TensorFlow 1 computes it (ε outside the bias correction): g = scale·gradient,
 * m = β₁m + (1−β₁)g, v = β₂v + (1−β₂)g², p −= rate·m/(√v + ε) with rate = lr·√(1−β₂ᵗ)/(1−β₁ᵗ) given.
 */
export function adam(
  count: i32,
  params: usize,
  gradient: usize,
  m: usize,
  v: usize,
  scale: f32,
  rate: f32,
  epsilon: f32,
): void {
  const s = f32x4.splat(scale);
  const lr = f32x4.splat(rate);
  const eps = f32x4.splat(epsilon);
  const b1 = f32x4.splat(0.9);
  const c1 = f32x4.splat(0.1);
  const b2 = f32x4.splat(0.999);
  const c2 = f32x4.splat(0.001);
  for (let i: usize = 0; i < (<usize>count) << 2; i += 16) {
    const g = f32x4.mul(s, v128.load(gradient + i));
    const m1 = f32x4.add(f32x4.mul(b1, v128.load(m + i)), f32x4.mul(c1, g));
    const v1 = f32x4.add(f32x4.mul(b2, v128.load(v + i)), f32x4.mul(c2, f32x4.mul(g, g)));
    v128.store(m + i, m1);
    v128.store(v + i, v1);
    const change = f32x4.div(f32x4.mul(lr, m1), f32x4.add(f32x4.sqrt(v1), eps));
    v128.store(params + i, f32x4.sub(v128.load(params + i), change));
  }
}
