// Plain passes over arrays; counts are multiples of 4 floats unless said.

/** y = x∘m; y may be x. */
export function multiply(count: i32, x: usize, m: usize, y: usize): void {
  for (let i: usize = 0; i < (<usize>count) << 2; i += 16) {
    v128.store(y + i, f32x4.mul(v128.load(x + i), v128.load(m + i)));
  }
}

/** y += x∘m. */
export function multiplyAdd(count: i32, x: usize, m: usize, y: usize): void {
  for (let i: usize = 0; i < (<usize>count) << 2; i += 16) {
    v128.store(y + i, f32x4.add(v128.load(y + i), f32x4.mul(v128.load(x + i), v128.load(m + i))));
  }
}

/** Every row of y [rows][n] = x [n]. */
export function broadcastRows(rows: i32, n: i32, x: usize, y: usize): void {
  const bytes = (<usize>n) << 2;
  for (let r = 0; r < rows; r++) {
    memory.copy(y, x, bytes);
    y += bytes;
  }
}

/** Rows [rows][n] of x beside each other: y[r, offset…offset+n) = x[r], row stride ldy. */
export function copyColumns(rows: i32, n: i32, x: usize, ldx: i32, y: usize, ldy: i32): void {
  const bytes = (<usize>n) << 2;
  for (let r = 0; r < rows; r++) {
    memory.copy(y, x, bytes);
    x += (<usize>ldx) << 2;
    y += (<usize>ldy) << 2;
  }
}

/** `bytes` zero bytes. */
export function clear(at: usize, bytes: usize): void {
  memory.fill(at, 0, bytes);
}

/**
 * Trials of counts to time-major float rows: y[t][r][0…np) = x[trials[r]][t][0…N), padding zero.
 * x is E × T × N bytes (wide = 0) or float32 (wide = 1); `trials` B 32-bit indices.
 */
export function gatherTrials(T: i32, B: i32, N: i32, np: i32, x: usize, wide: bool, trials: usize, y: usize): void {
  const shift: usize = wide ? 2 : 0;
  for (let t = 0; t < T; t++) {
    for (let r = 0; r < B; r++) {
      const e = load<i32>(trials + ((<usize>r) << 2));
      const from = x + (((<usize>e * T + t) * N) << shift);
      if (wide) for (let n = 0; n < N; n++) store<f32>(y + ((<usize>n) << 2), load<f32>(from + ((<usize>n) << 2)));
      else for (let n = 0; n < N; n++) store<f32>(y + ((<usize>n) << 2), <f32>load<u8>(from + n));
      for (let n = N; n < np; n++) store<f32>(y + ((<usize>n) << 2), 0);
      y += (<usize>np) << 2;
    }
  }
}

/** Like `gatherTrials` for float32 x: rows of n floats into rows of np. */
export function gatherFloats(T: i32, B: i32, n: i32, np: i32, x: usize, trials: usize, y: usize): void {
  for (let t = 0; t < T; t++) {
    for (let r = 0; r < B; r++) {
      const e = load<i32>(trials + ((<usize>r) << 2));
      const bytes = (<usize>n) << 2;
      memory.copy(y, x + <usize>(e * T + t) * bytes, bytes);
      memory.fill(y + bytes, 0, ((<usize>np) << 2) - bytes);
      y += (<usize>np) << 2;
    }
  }
}

/** acc[t][i] += Σ_r x[t][r][i], in float64, r in order: T × B rows of n floats into T × n doubles. */
export function accumulateRows(T: i32, B: i32, n: i32, x: usize, acc: usize): void {
  for (let t = 0; t < T; t++) {
    for (let r = 0; r < B; r++) {
      for (let i: usize = 0; i < <usize>n; i += 4) {
        const v = v128.load(x + (i << 2));
        const at = acc + (i << 3);
        v128.store(at, f64x2.add(v128.load(at), f64x2.promote_low_f32x4(v)));
        const high = f64x2.promote_low_f32x4(v128.shuffle<u32>(v, v, 2, 3, 0, 1));
        v128.store(at, f64x2.add(v128.load(at, 16), high), 16);
      }
      x += (<usize>n) << 2;
    }
    acc += (<usize>n) << 3;
  }
}
