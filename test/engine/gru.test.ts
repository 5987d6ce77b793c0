import { expect, test } from "vitest";
import { padded } from "#lib/engine/model-spec.js";
import { KernelMemory } from "./kernel-memory.js";
import { largestError, normalFloats } from "./numbers.js";
import { pad, paddingIsZero, unpad } from "./padding.js";
import { type GruInputs, type GruSizes, gruBackward, gruForward } from "./reference/gru.js";

const CASES: GruSizes[] = [
  { T: 1, B: 1, H: 1, clip: 5, reverse: false },
  { T: 5, B: 3, H: 5, clip: 5, reverse: false },
  { T: 5, B: 3, H: 5, clip: 5, reverse: true },
  { T: 3, B: 17, H: 33, clip: 5, reverse: true },
  { T: 17, B: 5, H: 17, clip: 0.4, reverse: false },
  { T: 7, B: 2, H: 16, clip: 0.4, reverse: true },
];

function given({ T, B, H }: GruSizes): GruInputs {
  return {
    inputs: normalFloats(T * B * 3 * H),
    initial: normalFloats(B * H, 0.3),
    ru: normalFloats(H * 2 * H, 1.5 / Math.sqrt(H)),
    c: normalFloats(H * H, 1.5 / Math.sqrt(H)),
  };
}

/** The kernels' gates, states and gradients, without their padding. */
function wasmGru(
  sizes: GruSizes,
  inputs: GruInputs,
  dStates: ArrayLike<number>,
  dLast: ArrayLike<number>,
  bias?: Float64Array,
) {
  const { T, B, H, clip, reverse } = sizes;
  const Hp = padded(H);
  const space = new KernelMemory();
  const { kernels: k } = space;
  const packed = (values: ArrayLike<number>, blocks: number[], transposed: boolean) => {
    const from = space.floats(pad(values, H, blocks, Hp)).at;
    const columns = blocks.length * Hp;
    const panels = space.floats(transposed ? columns * Math.ceil(Hp / 16) * 16 : Hp * Math.ceil(columns / 16) * 16).at;
    if (transposed) k.packPanelsTransposed(Hp, columns, from, columns, panels);
    else k.packPanels(Hp, columns, from, columns, panels);
    return panels;
  };
  const gates = space.floats(bias ? T * B * 3 * Hp : pad(inputs.inputs, T * B, [H, H, H]));
  const gated = space.floats(T * B * Hp);
  const states = space.floats((T + 1) * B * Hp);
  const slab = B * Hp;
  states.view.set(pad(inputs.initial, B, [H]), reverse ? T * slab : 0);
  const init = bias ? space.floats(pad(bias, 1, [H, H, H])).at : gates.at;
  const strides = bias ? ([0, 0] as const) : ([3 * Hp, 3 * Hp * B] as const);
  const ru = packed(inputs.ru, [H, H], false);
  const c = packed(inputs.c, [H], false);
  k.gruForward(T, B, Hp, gates.at, gated.at, states.at, init, ...strides, ru, c, clip, reverse ? 1 : 0);
  const after = states.view.slice(reverse ? 0 : slab, reverse ? T * slab : (T + 1) * slab);
  const forward = {
    gates: unpad(gates.view, T * B, [H, H, H]),
    gated: unpad(gated.view, T * B, [H]),
    states: unpad(after, T * B, [H]),
  };
  expect(paddingIsZero(after, T * B, [H])).toBe(true);

  const carry = space.floats(pad(dLast, B, [H]));
  const scratch = space.floats(B * Hp);
  const outer = space.floats(pad(dStates, T * B, [H])).at;
  const ruT = packed(inputs.ru, [H, H], true);
  const cT = packed(inputs.c, [H], true);
  k.gruBackward(T, B, Hp, gates.at, states.at, outer, carry.at, scratch.at, ruT, cT, clip, reverse ? 1 : 0);
  expect(paddingIsZero(gates.view, T * B, [H, H, H])).toBe(true);
  expect(paddingIsZero(carry.view, B, [H])).toBe(true);
  expect(space.intact).toBe(true);
  return { ...forward, dInputs: unpad(gates.view, T * B, [H, H, H]), dInitial: unpad(carry.view, B, [H]) };
}

test.each(CASES)(
  "$T bins, $B rows, $H units, clip $clip, reverse $reverse: as the float64 reference within 1e-6",
  (sizes) => {
    const { T, B, H, clip } = sizes;
    const inputs = given(sizes);
    const dStates = normalFloats(T * B * H);
    const dLast = normalFloats(B * H);
    const got = wasmGru(sizes, inputs, dStates, dLast);
    const forward = gruForward(sizes, inputs);
    const backward = gruBackward(sizes, inputs, dStates, dLast);
    expect(forward.states.some((value) => Math.abs(value) === clip)).toBe(clip < 1);
    for (const name of ["gates", "gated", "states"] as const) {
      expect(largestError(got[name], forward[name]), name).toBeLessThan(1e-6);
    }
    for (const name of ["dInputs", "dInitial"] as const) {
      expect(largestError(got[name], backward[name]), name).toBeLessThan(1e-6);
    }
  },
);

test("one bias row for all bins and rows is the same as that row given for each", () => {
  const sizes = { T: 4, B: 3, H: 5, clip: 5, reverse: false };
  const { T, B, H } = sizes;
  const bias = normalFloats(3 * H);
  const inputs = {
    ...given(sizes),
    inputs: Float64Array.from({ length: T * B * 3 * H }, (_, i) => bias[i % (3 * H)]!),
  };
  const dLast = normalFloats(B * H);
  const dStates = new Float64Array(T * B * H);
  expect(wasmGru(sizes, inputs, dStates, dLast, bias)).toEqual(wasmGru(sizes, inputs, dStates, dLast));
});
