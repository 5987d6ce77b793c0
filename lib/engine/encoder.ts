/**
 * A bidirectional GRU over the encoders' input (docs/model.md "Encoders"), a GRU a direction; a causal one has the
 * forward direction only. Letters: network.ts.
 */
import { type InputMatrix, inputGradient, inputProduct } from "./input-matrix.js";
import type { GradientOf, LayerContext } from "./layer-context.js";
import { hasReadIn } from "./model-spec.js";
import { recurrentGradients } from "./recurrent-gradients.js";
import type { GruSpace } from "./workspace.js";

export class Encoder {
  readonly #m: LayerContext;
  readonly #space: readonly GruSpace[];
  readonly #key: "ic" | "ci";
  /** Units, padded. */
  readonly #H: number;
  /** Bins that it sees. */
  readonly #E: number;

  constructor(context: LayerContext, key: "ic" | "ci", units: number, bins: number) {
    this.#m = context;
    this.#space = context.w[key];
    this.#key = key;
    this.#H = units;
    this.#E = bins;
  }

  forward(R: number, input: InputMatrix): void {
    const m = this.#m;
    const { k } = m;
    const [H, E] = [this.#H, this.#E];
    this.#space.forEach(({ gates, gated, states }, reverse) => {
      const key = this.#direction(reverse);
      inputProduct(m, input, E * R, 3 * H, `${key}.x`, `${key}.b`, { address: gates, stride: 3 * H });
      k.broadcastRows(R, H, m.tensor(`${key}.h0`), reverse ? states + R * H * 4 * E : states);
      const init = [gates, 3 * H, 3 * H * R] as const;
      const [ru, c] = [m.packed(`${key}.ru`), m.packed(`${key}.c`)];
      k.gruForward(E, R, H, gates, gated, states, ...init, ru, c, m.spec.cellClipValue, reverse);
    });
  }

  /** Address of the states [R][H] of one direction after all its bins. */
  last(R: number, reverse: number): number {
    const { states } = this.#space[reverse]!;
    return reverse ? states : states + R * this.#H * 4 * this.#E;
  }

  /** Address of the states [T][R][H] of one direction, bin by bin. */
  states(R: number, reverse: number): number {
    const { states } = this.#space[reverse]!;
    return reverse ? states : states + R * this.#H * 4;
  }

  /**
   * One direction, from the gradient of its last states in `carry` and those of each bin's at `outer` (0: none).
   * Adds to that of the input.
   */
  backward(R: number, reverse: number, input: InputMatrix, outer: number, d: GradientOf): void {
    const m = this.#m;
    const { k, w, I } = m;
    const [H, E] = [this.#H, this.#E];
    const { gates, gated, states } = this.#space[reverse]!;
    const key = this.#direction(reverse);
    const [ru, c] = [m.packed(`${key}.ruT`), m.packed(`${key}.cT`)];
    k.gruBackward(E, R, H, gates, states, outer, w.carry, w.scratch, ru, c, m.spec.cellClipValue, reverse);
    k.columnSums(R, H, w.carry, H, d(`${key}.h0`));
    inputGradient(m, input, E * R, 3 * H, gates, 3 * H, d(`${key}.x`));
    recurrentGradients(k, E * R, H, gates, gated, reverse ? states + R * H * 4 : states, key, d);
    if (hasReadIn(m.spec)) {
      k.gemm(E * R, I, 3 * H, gates, 3 * H, m.packed(`${key}.xT`), w.dInput, I, w.dInput, I);
    }
  }

  #direction(reverse: number): string {
    return `${this.#key}.${reverse ? "rev" : "fwd"}`;
  }
}
