/** Generator, factors and read-out (docs/model.md): z to rates. Letters: network.ts. */
import { ZEROS_ADDRESS } from "./kernels.js";
import type { Dropout, LayerContext } from "./layer-context.js";
import { hasIcMap, hasReadOut, padded } from "./model-spec.js";
import { PURPOSE } from "./random-purpose.js";
import { recurrentGradients } from "./recurrent-gradients.js";

export class Generator {
  readonly #m: LayerContext;

  constructor(context: LayerContext) {
    this.#m = context;
  }

  /** z to generator states, factors and logits. */
  forward(R: number, dataset: number, dropout: Dropout | null): void {
    const m = this.#m;
    const { k, w } = m;
    const { G, F, Z } = m;
    const T = m.spec.bins;
    if (hasIcMap(m.spec)) {
      k.gemm(R, G, Z, w.z, Z, m.packed("genIc.W"), w.states, G, m.tensor("genIc.b"), 0);
    } else {
      k.copyColumns(R, G, w.z, G, w.states, G);
    }
    k.gruForward(
      T,
      R,
      G,
      w.gates,
      w.gated,
      w.states,
      m.tensor("gen.b"),
      0,
      0,
      m.packed("gen.ru"),
      m.packed("gen.c"),
      m.spec.cellClipValue,
      0,
    );
    let generated = w.states + R * G * 4;
    if (dropout) {
      m.mask(w.generatedMask, T, R, G, dropout, PURPOSE.generatorDropout);
      k.multiply(T * R * G, generated, w.generatedMask, w.generated);
      generated = w.generated;
    }
    k.gemm(T * R, F, G, generated, G, m.packed("fac.W"), w.factors, F, ZEROS_ADDRESS, 0);
    const N = padded(m.data[dataset]!.channels);
    if (hasReadOut(m.spec)) {
      k.gemm(
        T * R,
        N,
        F,
        w.factors,
        F,
        m.packed(`readout${dataset}.W`),
        w.logits,
        N,
        m.tensor(`readout${dataset}.b`),
        0,
      );
    } else {
      k.copyColumns(T * R, N, w.factors, F, w.logits, N);
    }
  }

  /** From the gradients of the logits to all gradients before them; returns the address of the gradient of z, [R][Z]. */
  backward(R: number, dataset: number, d: (key: string) => number): number {
    const m = this.#m;
    const { k, w, spec, F, G, Z } = m;
    const T = spec.bins;
    const N = padded(m.data[dataset]!.channels);
    let dFactors = w.logits;
    if (hasReadOut(spec)) {
      k.gemmTransposed(T * R, F, N, w.factors, F, w.logits, N, d(`readout${dataset}.W`), N);
      k.columnSums(T * R, N, w.logits, N, d(`readout${dataset}.b`));
      k.gemm(T * R, F, N, w.logits, N, m.packed(`readout${dataset}.WT`), w.dFactors, F, ZEROS_ADDRESS, 0);
      dFactors = w.dFactors;
    }
    k.clear(w.dNormal, G * F * 4);
    k.gemmTransposed(T * R, G, F, w.generated, G, dFactors, F, w.dNormal, F);
    k.normaliseColumnsBackward(G, F, m.plan.facNormal, m.plan.facNorms, w.dNormal, d("fac.W"));
    k.gemm(T * R, G, F, dFactors, F, m.packed("fac.WT"), w.dGenerated, G, ZEROS_ADDRESS, 0);
    k.multiply(T * R * G, w.dGenerated, w.generatedMask, w.dGenerated);

    k.clear(w.carry, R * G * 4);
    k.gruBackward(
      T,
      R,
      G,
      w.gates,
      w.states,
      w.dGenerated,
      w.carry,
      w.scratch,
      m.packed("gen.ruT"),
      m.packed("gen.cT"),
      spec.cellClipValue,
      0,
    );
    recurrentGradients(m.k, T * R, G, w.gates, w.gated, w.states, "gen", d);

    if (!hasIcMap(spec)) return w.carry;
    k.gemmTransposed(R, Z, G, w.z, Z, w.carry, G, d("genIc.W"), G);
    k.columnSums(R, G, w.carry, G, d("genIc.b"));
    k.gemm(R, Z, G, w.carry, G, m.packed("genIc.WT"), w.dz, Z, ZEROS_ADDRESS, 0);
    return w.dz;
  }
}
