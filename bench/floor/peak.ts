/**
 * The most a core does, as eight sums of products that need no memory: 64·n operations. `at`: 14 vectors. The factors
 * x swap places, so that no product is one of the last turn's.
 */
export function peak(n: i32, at: usize): void {
  let x0 = v128.load(at, 128),
    x1 = v128.load(at, 144);
  const y0 = v128.load(at, 160),
    y1 = v128.load(at, 176),
    y2 = v128.load(at, 192),
    y3 = v128.load(at, 208);
  let a0 = v128.load(at),
    a1 = v128.load(at, 16),
    a2 = v128.load(at, 32),
    a3 = v128.load(at, 48);
  let b0 = v128.load(at, 64),
    b1 = v128.load(at, 80),
    b2 = v128.load(at, 96),
    b3 = v128.load(at, 112);
  for (let i = 0; i < n; i++) {
    a0 = f32x4.add(a0, f32x4.mul(x0, y0));
    a1 = f32x4.add(a1, f32x4.mul(x0, y1));
    a2 = f32x4.add(a2, f32x4.mul(x0, y2));
    a3 = f32x4.add(a3, f32x4.mul(x0, y3));
    b0 = f32x4.add(b0, f32x4.mul(x1, y0));
    b1 = f32x4.add(b1, f32x4.mul(x1, y1));
    b2 = f32x4.add(b2, f32x4.mul(x1, y2));
    b3 = f32x4.add(b3, f32x4.mul(x1, y3));
    const x = x0;
    x0 = x1;
    x1 = x;
  }
  v128.store(at, a0);
  v128.store(at, a1, 16);
  v128.store(at, a2, 32);
  v128.store(at, a3, 48);
  v128.store(at, b0, 64);
  v128.store(at, b1, 80);
  v128.store(at, b2, 96);
  v128.store(at, b3, 112);
}
