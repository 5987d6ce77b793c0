// What is done to the counts of a training batch before the model sees them.
import { randomWord } from "./random";

/**
 * Spike jitter: every spike of x [T][B][np] moves by a uniform integer of [−width, width), reflected at the ends,
 * into y (which is cleared). Spike number s of a row, in order of bins and channels, takes the first word of
 * the counter (s, row key, step, purpose).
 */
export function jitterSpikes(
  T: i32, B: i32, N: i32, np: i32, x: usize, y: usize, width: i32, rowKeys: usize, step: u32, purpose: u32,
  key0: u32, key1: u32,
): void {
  const row = (<usize>np) << 2;
  const slab = row * B;
  memory.fill(y, 0, slab * T);
  for (let b = 0; b < B; b++) {
    const key = load<u32>(rowKeys + ((<usize>b) << 2));
    let spike = 0;
    for (let t = 0; t < T; t++) {
      const from = x + slab * t + row * b;
      for (let n = 0; n < N; n++) {
        const at = (<usize>n) << 2;
        const count = <i32>load<f32>(from + at);
        for (let k = 0; k < count; k++) {
          const word = randomWord(spike, key, step, purpose, key0, key1);
          const shift = <i32>(((<u64>word) * (<u64>(width << 1))) >> 32) - width;
          let to = t + shift;
          // a trial shorter than the width may need more than one reflection
          while (to < 0 || to >= T) to = to < 0 ? -to - 1 : 2 * T - 1 - to;
          const out = y + slab * to + row * b + at;
          store<f32>(out, load<f32>(out) + 1);
          spike += 1;
        }
      }
    }
  }
}

/** Coordinated dropout: 1 where the gradient flows, which is where `mask` is 0 or `pass` is not; n a multiple of 4. */
export function learnedMask(count: i32, mask: usize, pass: usize, out: usize): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  for (let i: usize = 0; i < (<usize>count) << 2; i += 16) {
    const hidden = f32x4.eq(v128.load(mask + i), zero);
    const passed = f32x4.ne(v128.load(pass + i), zero);
    v128.store(out + i, v128.and(v128.or(hidden, passed), one));
  }
}
