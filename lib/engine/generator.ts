/**
 * The generator (docs/model.md "Generator pass"): its initial state and its inputs to states and factors. Without a
 * controller all bins go at once; with one, bin by bin. Letters: network.ts.
 */
import { ZEROS_ADDRESS } from "./kernels.js";
import type { Dropout, GradientOf, LayerContext, Rows } from "./layer-context.js";
import { generatorExtInputs, hasIcMap, hasInitialCondition } from "./model-spec.js";
import { PURPOSE } from "./random-purpose.js";
import { recurrentGradients } from "./recurrent-gradients.js";

export class Generator {
  readonly #m: LayerContext;
  /** Gets external inputs, whose part of the gates is there before the first bin. */
  readonly #external: boolean;

  constructor(context: LayerContext) {
    this.#m = context;
    this.#external = generatorExtInputs(context.spec) > 0;
  }

  /** Before the first bin: the initial state and its factors (slab 0), masks, and the external inputs' part of the gates. */
  start(rows: Rows, dropout: Dropout | null): void {
    const m = this.#m;
    const { k, w, T, G, F, Z, X } = m;
    const R = rows.count;
    if (!hasInitialCondition(m.spec)) {
      k.broadcastRows(R, G, m.tensor("gen.g0"), w.gen.states);
    } else if (hasIcMap(m.spec)) {
      k.gemm(R, G, Z, w.z, Z, m.packed("genIc.W"), w.gen.states, G, m.tensor("genIc.b"), 0);
    } else {
      k.copyColumns(R, G, w.z, G, w.gen.states, G);
    }
    k.gemm(R, F, G, w.gen.states, G, m.packed("fac.W"), w.factors, F, ZEROS_ADDRESS, 0);
    if (dropout) {
      m.mask(w.generatedMask, T, R, G, dropout, PURPOSE.generatorDropout);
      k.copyColumns(1, R * G, w.gen.states, R * G, w.generated, R * G);
    }
    if (this.#external) {
      m.gatherExtInputs(rows, w.ext);
      k.gemm(T * R, 3 * G, X, w.ext, X, m.packed("gen.ext"), w.gen.gates, 3 * G, m.tensor("gen.b"), 0);
    }
  }

  /** All bins; `inferred`: with the inferred inputs that the workspace holds. */
  run(R: number, inferred: boolean, dropout: Dropout | null): void {
    const m = this.#m;
    const { k, w, T, G, U, spec } = m;
    const { gates, gated, states } = w.gen;
    let init = this.#gateStart(R, 0);
    if (inferred) {
      k.gemm(T * R, 3 * G, U, w.u, U, m.packed("gen.u"), gates, 3 * G, ...init);
      init = [gates, 3 * G];
    }
    const bin = init[1] * R;
    k.gruForward(
      T,
      R,
      G,
      gates,
      gated,
      states,
      ...init,
      bin,
      m.packed("gen.ru"),
      m.packed("gen.c"),
      spec.cellClipValue,
      0,
    );
    this.#factors(R, 0, T, dropout);
  }

  /** One bin, with its inferred inputs. */
  step(R: number, t: number, dropout: Dropout | null): void {
    const m = this.#m;
    const { k, w, G, U, spec } = m;
    const gates = w.gen.gates + t * R * 3 * G * 4;
    const u = w.u + t * R * U * 4;
    k.gemm(R, 3 * G, U, u, U, m.packed("gen.u"), gates, 3 * G, ...this.#gateStart(R, t));
    const [h, next] = [w.gen.states + t * R * G * 4, w.gen.states + (t + 1) * R * G * 4];
    const [ru, c] = [m.packed("gen.ru"), m.packed("gen.c")];
    k.gruStep(R, G, gates, w.gen.gated + t * R * G * 4, h, next, gates, 3 * G, ru, c, spec.cellClipValue);
    this.#factors(R, t, 1, dropout);
  }

  /** All bins, from the gradients of the factors. Leaves that of the initial state in `carry`. */
  runBackward(R: number): void {
    const m = this.#m;
    const { k, w, T, G, spec } = m;
    this.#toGenerated(R, 0, T);
    k.clear(w.carry, R * G * 4);
    const [ru, c] = [m.packed("gen.ruT"), m.packed("gen.cT")];
    const { gates, states } = w.gen;
    k.gruBackward(T, R, G, gates, states, w.dGenerated, w.carry, w.scratch, ru, c, spec.cellClipValue, 0);
  }

  /** One bin; adds to the gradient of its inferred inputs in `du`. */
  stepBackward(R: number, t: number): void {
    const m = this.#m;
    const { k, w, T, G, U, spec } = m;
    if (t === T - 1) k.clear(w.carry, R * G * 4);
    this.#toGenerated(R, t, 1);
    const gates = w.gen.gates + t * R * 3 * G * 4;
    const outer = w.dGenerated + t * R * G * 4;
    const [h, next] = [w.gen.states + t * R * G * 4, w.gen.states + (t + 1) * R * G * 4];
    const [ru, c] = [m.packed("gen.ruT"), m.packed("gen.cT")];
    k.gruStepBackward(R, G, gates, h, next, outer, w.carry, w.scratch, ru, c, spec.cellClipValue);
    const du = w.du + t * R * U * 4;
    k.gemm(R, U, 3 * G, gates, 3 * G, m.packed("gen.uT"), du, U, du, U);
  }

  /** Slab 0: the factors of the initial state, whose gradient there is when they are fed back. */
  startBackward(R: number): void {
    const { k, w, G, F } = this.#m;
    k.gemm(R, G, F, w.dFactors, F, this.#m.packed("fac.WT"), w.carry, G, w.carry, G);
  }

  /**
   * The gradients of the matrices, over the slabs of factors from `first` on; returns the address of that of z
   * [R][Z], or 0 where there is none.
   */
  backward(R: number, first: number, inferred: boolean, d: GradientOf): number {
    const m = this.#m;
    const { k, w, spec, T, F, G, Z, U, X } = m;
    const rows = (T + 1 - first) * R;
    k.clear(w.dNormal, G * F * 4);
    const [generated, dFactors] = [w.generated + first * R * G * 4, w.dFactors + first * R * F * 4];
    k.gemmTransposed(rows, G, F, generated, G, dFactors, F, w.dNormal, F);
    k.normaliseColumnsBackward(G, F, m.plan.facNormal, m.plan.facNorms, w.dNormal, d("fac.W"));
    const { gates, gated, states } = w.gen;
    recurrentGradients(k, T * R, G, gates, gated, states, "gen", d);
    if (inferred) k.gemmTransposed(T * R, U, 3 * G, w.u, U, gates, 3 * G, d("gen.u"), 3 * G);
    if (this.#external) k.gemmTransposed(T * R, X, 3 * G, w.ext, X, gates, 3 * G, d("gen.ext"), 3 * G);

    if (!hasInitialCondition(spec)) {
      k.columnSums(R, G, w.carry, G, d("gen.g0"));
      return 0;
    }
    if (!hasIcMap(spec)) return w.carry;
    k.gemmTransposed(R, Z, G, w.z, Z, w.carry, G, d("genIc.W"), G);
    k.columnSums(R, G, w.carry, G, d("genIc.b"));
    k.gemm(R, Z, G, w.carry, G, m.packed("genIc.WT"), w.dz, Z, ZEROS_ADDRESS, 0);
    return w.dz;
  }

  /** Address and row stride of what a bin's gates start at. */
  #gateStart(R: number, t: number): [address: number, row: number] {
    const { w, G } = this.#m;
    return this.#external ? [w.gen.gates + t * R * 3 * G * 4, 3 * G] : [this.#m.tensor("gen.b"), 0];
  }

  /** Factors of some bins from their states, through dropout. */
  #factors(R: number, t: number, bins: number, dropout: Dropout | null): void {
    const m = this.#m;
    const { k, w, G, F } = m;
    const slab = (t + 1) * R;
    const rows = bins * R;
    let generated = w.gen.states + slab * G * 4;
    if (dropout) {
      const out = w.generated + slab * G * 4;
      k.multiply(rows * G, generated, w.generatedMask + t * R * G * 4, out);
      generated = out;
    }
    k.gemm(rows, F, G, generated, G, m.packed("fac.W"), w.factors + slab * F * 4, F, ZEROS_ADDRESS, 0);
  }

  /** Gradients of the states of some bins from those of their factors. */
  #toGenerated(R: number, t: number, bins: number): void {
    const m = this.#m;
    const { k, w, G, F } = m;
    const rows = bins * R;
    const out = w.dGenerated + t * R * G * 4;
    k.gemm(rows, G, F, w.dFactors + (t + 1) * R * F * 4, F, m.packed("fac.WT"), out, G, ZEROS_ADDRESS, 0);
    k.multiply(rows * G, out, w.generatedMask + t * R * G * 4, out);
  }
}
