// A gated recurrent unit over a sequence, docs/model.md "Cells": H units, B rows, T bins. The input part of the gates,
// bias included, is given: inputs [T][B][3H], columns r | u | c. Weights ru [H][2H] and c [H][H].

export interface GruSizes {
  readonly T: number;
  readonly B: number;
  readonly H: number;
  readonly clip: number;
  /** Runs from the last bin to the first. */
  readonly reverse: boolean;
}

export interface GruInputs {
  readonly inputs: ArrayLike<number>;
  /** [B][H] */
  readonly initial: ArrayLike<number>;
  readonly ru: ArrayLike<number>;
  readonly c: ArrayLike<number>;
}

export interface GruValues {
  /** Values of the gates, [T][B][3H]. */
  readonly gates: Float64Array;
  /** r∘h, [T][B][H]. */
  readonly gated: Float64Array;
  /** State after each bin, [T][B][H]. */
  readonly states: Float64Array;
  /** State after the last bin that was run, [B][H]. */
  readonly last: Float64Array;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

export function gruForward({ T, B, H, clip, reverse }: GruSizes, { inputs, initial, ru, c }: GruInputs): GruValues {
  const gates = new Float64Array(T * B * 3 * H);
  const gated = new Float64Array(T * B * H);
  const states = new Float64Array(T * B * H);
  let h = new Float64Array(initial);
  for (let s = 0; s < T; s++) {
    const t = reverse ? T - 1 - s : s;
    const next = new Float64Array(B * H);
    for (let b = 0; b < B; b++) {
      const at = (t * B + b) * 3 * H;
      const row = (t * B + b) * H;
      for (let j = 0; j < 2 * H; j++) {
        let sum = inputs[at + j]!;
        for (let k = 0; k < H; k++) sum += h[b * H + k]! * ru[k * 2 * H + j]!;
        gates[at + j] = sigmoid(j < H ? sum : sum + 1);
      }
      for (let k = 0; k < H; k++) gated[row + k] = gates[at + k]! * h[b * H + k]!;
      for (let j = 0; j < H; j++) {
        let sum = inputs[at + 2 * H + j]!;
        for (let k = 0; k < H; k++) sum += gated[row + k]! * c[k * H + j]!;
        const candidate = Math.tanh(sum);
        const u = gates[at + H + j]!;
        gates[at + 2 * H + j] = candidate;
        const value = u * h[b * H + j]! + (1 - u) * candidate;
        next[b * H + j] = Math.max(Math.min(value, clip), -clip);
      }
    }
    states.set(next, t * B * H);
    h = next;
  }
  return { gates, gated, states, last: h };
}

/**
 * Gradients of a cost whose gradient is `dStates` [T][B][H] in the state after each bin and `dLast` [B][H], added, in
 * the last one: `dInputs` [T][B][3H], `dInitial` [B][H], `dRu`, `dC`.
 */
export function gruBackward(
  sizes: GruSizes,
  given: GruInputs,
  dStates: ArrayLike<number>,
  dLast: ArrayLike<number>,
): { dInputs: Float64Array; dInitial: Float64Array; dRu: Float64Array; dC: Float64Array } {
  const { T, B, H, clip, reverse } = sizes;
  const { gates, gated, states } = gruForward(sizes, given);
  const dInputs = new Float64Array(T * B * 3 * H);
  const dRu = new Float64Array(H * 2 * H);
  const dC = new Float64Array(H * H);
  let dh = new Float64Array(dLast);
  for (let s = T - 1; s >= 0; s--) {
    const t = reverse ? T - 1 - s : s;
    const before = reverse ? t + 1 : t - 1;
    const dPrevious = new Float64Array(B * H);
    for (let b = 0; b < B; b++) {
      const at = (t * B + b) * 3 * H;
      const row = (t * B + b) * H;
      const h = (k: number) => (s === 0 ? given.initial[b * H + k]! : states[(before * B + b) * H + k]!);
      for (let j = 0; j < H; j++) {
        const u = gates[at + H + j]!;
        const candidate = gates[at + 2 * H + j]!;
        const inside = Math.abs(states[row + j]!) < clip;
        const d = inside ? dh[b * H + j]! + dStates[row + j]! : 0;
        dInputs[at + H + j] = d * (h(j) - candidate) * u * (1 - u);
        dInputs[at + 2 * H + j] = d * (1 - u) * (1 - candidate * candidate);
        dPrevious[b * H + j] = d * u;
      }
      for (let k = 0; k < H; k++) {
        let dGated = 0;
        for (let j = 0; j < H; j++) {
          dGated += dInputs[at + 2 * H + j]! * given.c[k * H + j]!;
          dC[k * H + j] = dC[k * H + j]! + gated[row + k]! * dInputs[at + 2 * H + j]!;
        }
        const r = gates[at + k]!;
        dInputs[at + k] = dGated * h(k) * r * (1 - r);
        dPrevious[b * H + k] = dPrevious[b * H + k]! + dGated * r;
      }
      for (let k = 0; k < H; k++) {
        for (let j = 0; j < 2 * H; j++) {
          dPrevious[b * H + k] = dPrevious[b * H + k]! + dInputs[at + j]! * given.ru[k * 2 * H + j]!;
          dRu[k * 2 * H + j] = dRu[k * 2 * H + j]! + h(k) * dInputs[at + j]!;
        }
      }
    }
    dh = dPrevious;
  }
  return { dInputs, dInitial: dh, dRu, dC };
}
