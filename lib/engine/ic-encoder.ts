/**
 * Read-in and initial-condition encoder (docs/model.md): counts to the posterior of g0. Letters: network.ts.
 */
import { ZEROS_ADDRESS } from "./kernels.js";
import type { Dropout, LayerContext, Rows } from "./layer-context.js";
import { hasReadIn, padded } from "./model-spec.js";
import { PURPOSE } from "./random-purpose.js";
import { recurrentGradients } from "./recurrent-gradients.js";

export class IcEncoder {
  readonly #m: LayerContext;

  constructor(context: LayerContext) {
    this.#m = context;
  }

  /** Counts to posterior mean and raw log-variance of g0, [R][Z] each, in the workspace. */
  forward({ count: R, dataset, trials }: Rows, dropout: Dropout | null): void {
    const m = this.#m;
    const { k, w } = m;
    const { H, I, Z } = m;
    const T = m.spec.bins;
    const N = padded(m.data[dataset]!.channels);
    m.gather(R, dataset, trials);
    let input = w.counts;
    if (dropout) {
      m.mask(w.mask, T, R, N, dropout, PURPOSE.inputDropout);
      k.multiply(T * R * N, w.counts, w.mask, w.dropped);
      input = w.dropped;
    }
    if (hasReadIn(m.spec)) {
      k.gemm(T * R, I, N, input, N, m.packed(`readin${dataset}.W`), w.input, I, m.tensor(`readin${dataset}.b`), 0);
      input = w.input;
    }
    const E = Math.min(m.spec.numStepsForGenIc, m.spec.bins);
    ["encF", "encR"].forEach((key, direction) => {
      const { gates, gated, states } = w.encoders[direction]!;
      k.gemm(E * R, 3 * H, I, input, I, m.packed(`${key}.x`), gates, 3 * H, m.tensor(`${key}.b`), 0);
      const slab = R * H * 4;
      k.broadcastRows(R, H, m.tensor(`${key}.h0`), direction ? states + slab * E : states);
      k.gruForward(
        E,
        R,
        H,
        gates,
        gated,
        states,
        gates,
        3 * H,
        3 * H * R,
        m.packed(`${key}.ru`),
        m.packed(`${key}.c`),
        m.spec.cellClipValue,
        direction,
      );
      k.copyColumns(R, H, direction ? states : states + slab * E, H, w.encoded + direction * H * 4, 2 * H);
    });
    if (dropout) {
      m.mask(w.encodedMask, 1, R, 2 * H, dropout, PURPOSE.encoderDropout);
      k.multiply(R * 2 * H, w.encoded, w.encodedMask, w.encoded);
    }
    k.gemm(R, Z, 2 * H, w.encoded, 2 * H, m.packed("postMean.W"), w.mean, Z, m.tensor("postMean.b"), 0);
    k.gemm(R, Z, 2 * H, w.encoded, 2 * H, m.packed("postLogvar.W"), w.raw, Z, m.tensor("postLogvar.b"), 0);
  }

  /** From the gradients of the mean (in `mean`) and of the raw log-variance (in `raw`) to all gradients before them. */
  backward({ count: R, dataset }: Rows, d: (key: string) => number): void {
    const m = this.#m;
    const { k, w, spec, H, I, Z } = m;
    const T = spec.bins;
    const N = padded(m.data[dataset]!.channels);
    k.gemmTransposed(R, 2 * H, Z, w.encoded, 2 * H, w.mean, Z, d("postMean.W"), Z);
    k.columnSums(R, Z, w.mean, Z, d("postMean.b"));
    k.gemmTransposed(R, 2 * H, Z, w.encoded, 2 * H, w.raw, Z, d("postLogvar.W"), Z);
    k.columnSums(R, Z, w.raw, Z, d("postLogvar.b"));
    k.gemm(R, 2 * H, Z, w.mean, Z, m.packed("postMean.WT"), w.dEncoded, 2 * H, ZEROS_ADDRESS, 0);
    k.gemm(R, 2 * H, Z, w.raw, Z, m.packed("postLogvar.WT"), w.dEncoded, 2 * H, w.dEncoded, 2 * H);
    k.multiply(R * 2 * H, w.dEncoded, w.encodedMask, w.dEncoded);

    const E = Math.min(m.spec.numStepsForGenIc, m.spec.bins);
    const input = hasReadIn(spec) ? w.input : w.dropped;
    if (hasReadIn(spec)) k.clear(w.dInput, T * R * I * 4);
    ["encF", "encR"].forEach((key, direction) => {
      const { gates, gated, states } = w.encoders[direction]!;
      k.copyColumns(R, H, w.dEncoded + direction * H * 4, 2 * H, w.carry, H);
      k.gruBackward(
        E,
        R,
        H,
        gates,
        states,
        0,
        w.carry,
        w.scratch,
        m.packed(`${key}.ruT`),
        m.packed(`${key}.cT`),
        spec.cellClipValue,
        direction,
      );
      k.columnSums(R, H, w.carry, H, d(`${key}.h0`));
      k.gemmTransposed(E * R, I, 3 * H, input, I, gates, 3 * H, d(`${key}.x`), 3 * H);
      recurrentGradients(m.k, E * R, H, gates, gated, direction ? states + R * H * 4 : states, key, d);
      if (hasReadIn(spec)) {
        k.gemm(E * R, I, 3 * H, gates, 3 * H, m.packed(`${key}.xT`), w.dInput, I, w.dInput, I);
      }
    });
    if (hasReadIn(spec)) {
      k.gemmTransposed(T * R, N, I, w.dropped, N, w.dInput, I, d(`readin${dataset}.W`), I);
      k.columnSums(T * R, I, w.dInput, I, d(`readin${dataset}.b`));
    }
  }
}
