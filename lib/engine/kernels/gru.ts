// Gated recurrent units over whole sequences. H units (a multiple of 4), B rows (trials), T bins.
//   gates  [T][B][3H]  r | u | c before the call their input part, after it their values; gradients after the backward pass
//   gated  [T][B][H]   r∘h of the previous state
//   states [T+1][B][H] forward: slab 0 is the initial state, slab t+1 follows bin t;
//                      reverse: slab T is the initial state, slab t follows bin t
// r = σ(·), u = σ(· + 1), c = tanh(·), h' = clip(u∘h + (1−u)∘c).
import { gemm } from "./matrix";
import { sigmoid4, tanh4 } from "./math";

/**
 * `init` holds the input part with bias: `gates` itself (strides 3H and 3H·B), or one bias row (strides 0, 0).
 * `ru` and `c`: recurrent matrices H × 2H and H × H in panels.
 */
export function gruForward(
  T: i32, B: i32, H: i32, gates: usize, gated: usize, states: usize, init: usize, initRow: i32, initBin: i32,
  ru: usize, c: usize, clip: f32, reverse: bool,
): void {
  const slab = (<usize>B * H) << 2;
  const gateSlab = slab * 3;
  for (let s = 0; s < T; s++) {
    const t = reverse ? T - 1 - s : s;
    const h = states + slab * (reverse ? t + 1 : t);
    const next = states + slab * (reverse ? t : t + 1);
    gruStep(B, H, gates + gateSlab * t, gated + slab * t, h, next, init + ((<usize>initBin * t) << 2), initRow, ru, c, clip);
  }
}

/** One bin of `gruForward`: h → next. */
export function gruStep(
  B: i32, H: i32, gates: usize, gated: usize, h: usize, next: usize, init: usize, initRow: i32, ru: usize, c: usize,
  clip: f32,
): void {
  gemm(B, H << 1, H, h, H, ru, gates, H * 3, init, initRow);
  resetGates(B, H, gates, gated, h);
  const candidate = <usize>H << 3;
  gemm(B, H, H, gated, H, c, gates + candidate, H * 3, init + candidate, initRow);
  newState(B, H, gates, h, next, clip);
}

/** r and u from their sums, and r∘h. */
function resetGates(B: i32, H: i32, gates: usize, gated: usize, h: usize): void {
  const one = f32x4.splat(1);
  const width = <usize>H << 2;
  for (let b = 0; b < B; b++) {
    for (let i: usize = 0; i < width; i += 16) {
      const r = sigmoid4(v128.load(gates + i));
      v128.store(gates + i, r);
      const u = sigmoid4(f32x4.add(v128.load(gates + width + i), one));
      v128.store(gates + width + i, u);
      v128.store(gated + i, f32x4.mul(r, v128.load(h + i)));
    }
    gates += width * 3;
    gated += width;
    h += width;
  }
}

/** c from its sum, and the clipped new state. */
function newState(B: i32, H: i32, gates: usize, h: usize, next: usize, clip: f32): void {
  const one = f32x4.splat(1);
  const high = f32x4.splat(clip);
  const low = f32x4.splat(-clip);
  const width = <usize>H << 2;
  for (let b = 0; b < B; b++) {
    for (let i: usize = 0; i < width; i += 16) {
      const c = tanh4(v128.load(gates + (width << 1) + i));
      v128.store(gates + (width << 1) + i, c);
      const u = v128.load(gates + width + i);
      const value = f32x4.add(f32x4.mul(u, v128.load(h + i)), f32x4.mul(f32x4.sub(one, u), c));
      v128.store(next + i, f32x4.pmax(f32x4.pmin(value, high), low));
    }
    gates += width * 3;
    h += width;
    next += width;
  }
}

/**
 * Gradients of a whole sequence. `carry` [B][H]: in, the gradient of the last state; out, of the initial
 * one. `outer` [T][B][H] is added to the gradient of each bin's state (0: none). `gates` become gradients
 * of their sums. `scratch` [B][H]. `ruT`, `cT`: the recurrent matrices transposed, in panels.
 */
export function gruBackward(
  T: i32, B: i32, H: i32, gates: usize, states: usize, outer: usize, carry: usize, scratch: usize, ruT: usize,
  cT: usize, clip: f32, reverse: bool,
): void {
  const slab = (<usize>B * H) << 2;
  const gateSlab = slab * 3;
  for (let s = 0; s < T; s++) {
    const t = reverse ? s : T - 1 - s;
    const h = states + slab * (reverse ? t + 1 : t);
    const next = states + slab * (reverse ? t : t + 1);
    gruStepBackward(B, H, gates + gateSlab * t, h, next, outer ? outer + slab * t : 0, carry, scratch, ruT, cT, clip);
  }
}

/** One bin of `gruBackward`: `carry` goes from the gradient of `next` to that of `h`. */
export function gruStepBackward(
  B: i32, H: i32, gates: usize, h: usize, next: usize, outer: usize, carry: usize, scratch: usize, ruT: usize,
  cT: usize, clip: f32,
): void {
  stateGradient(B, H, gates, h, next, outer, carry, clip);
  gemm(B, H, H, gates + (<usize>H << 3), H * 3, cT, scratch, H, zeros(), 0);
  resetGradient(B, H, gates, h, carry, scratch);
  gemm(B, H, H << 1, gates, H * 3, ruT, carry, H, carry, H);
}

/** du, dc of the sums; carry becomes the part of dh that goes through u∘h. */
function stateGradient(
  B: i32, H: i32, gates: usize, h: usize, next: usize, outer: usize, carry: usize, clip: f32,
): void {
  const one = f32x4.splat(1);
  const limit = f32x4.splat(clip);
  const width = <usize>H << 2;
  for (let b = 0; b < B; b++) {
    for (let i: usize = 0; i < width; i += 16) {
      let dh = v128.load(carry + i);
      if (outer) dh = f32x4.add(dh, v128.load(outer + i));
      dh = v128.and(dh, f32x4.lt(f32x4.abs(v128.load(next + i)), limit));
      const u = v128.load(gates + width + i);
      const c = v128.load(gates + (width << 1) + i);
      const rest = f32x4.sub(one, u);
      const du = f32x4.mul(f32x4.mul(dh, f32x4.sub(v128.load(h + i), c)), f32x4.mul(u, rest));
      const dc = f32x4.mul(f32x4.mul(dh, rest), f32x4.sub(one, f32x4.mul(c, c)));
      v128.store(gates + width + i, du);
      v128.store(gates + (width << 1) + i, dc);
      v128.store(carry + i, f32x4.mul(dh, u));
    }
    gates += width * 3;
    h += width;
    next += width;
    if (outer) outer += width;
    carry += width;
  }
}

/** dr of the sum from d(r∘h); carry gains r∘d(r∘h). */
function resetGradient(B: i32, H: i32, gates: usize, h: usize, carry: usize, dGated: usize): void {
  const one = f32x4.splat(1);
  const width = <usize>H << 2;
  for (let b = 0; b < B; b++) {
    for (let i: usize = 0; i < width; i += 16) {
      const r = v128.load(gates + i);
      const d = v128.load(dGated + i);
      v128.store(carry + i, f32x4.add(v128.load(carry + i), f32x4.mul(d, r)));
      v128.store(gates + i, f32x4.mul(f32x4.mul(d, v128.load(h + i)), f32x4.mul(r, f32x4.sub(one, r))));
    }
    gates += width * 3;
    h += width;
    carry += width;
    dGated += width;
  }
}

/** Address of 8 kB of zeros: the caller's memory keeps bytes 16384…24575 clear. A start value for `gemm`. */
// @ts-ignore: decorator
@inline
function zeros(): usize {
  return 16384;
}
