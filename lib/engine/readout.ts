/** Read-out and distribution of the data (docs/model.md "Generator pass" 5): factors to costs. Letters: network.ts. */
import { ZEROS_ADDRESS } from "./kernels.js";
import type { GradientOf, LayerContext } from "./layer-context.js";
import { hasReadOut } from "./model-spec.js";

export class Readout {
  readonly #m: LayerContext;
  readonly #gaussian: boolean;

  constructor(context: LayerContext) {
    this.#m = context;
    this.#gaussian = context.spec.outputDist === "gaussian";
  }

  /** Logits (or means and log-variances) of the slabs first…first + bins − 1 of [T+1][R][·]; slab 0 precedes bin 0. */
  forward(R: number, dataset: number, first: number, bins: number): void {
    const m = this.#m;
    const { k, w, F } = m;
    const N = m.N(dataset);
    const factors = w.factors + first * R * F * 4;
    const logits = w.logits + first * R * N * 4;
    const rows = bins * R;
    if (!hasReadOut(m.spec)) {
      k.copyColumns(rows, N, factors, F, logits, N);
      return;
    }
    k.gemm(rows, N, F, factors, F, m.packed(`readout${dataset}.W`), logits, N, m.tensor(`readout${dataset}.b`), 0);
  }

  /** What the controller gets of a slab: rates, or the means of a gaussian. Returns their address. */
  fedBack(R: number, dataset: number, slab: number): number {
    const m = this.#m;
    const { k, w } = m;
    const { channels } = m.data[dataset]!;
    const N = m.N(dataset);
    const logits = w.logits + slab * R * N * 4;
    if (this.#gaussian) return logits;
    const rates = w.rates + slab * R * N * 4;
    k.ratesOf(R, channels, N, logits, rates);
    return rates;
  }

  /**
   * Adds −log p without its constant to each row's float64 at `loss`, that of held-out elements to `held`. Logits
   * become rates, log-variances variances; with a `scale` all become gradients. `shared`: all rows have the counts of
   * the first.
   */
  cost(R: number, dataset: number, loss: number, held: number, scale: number, shared = false): void {
    const m = this.#m;
    const { k, w, T, F } = m;
    const { channels } = m.data[dataset]!;
    const N = m.N(dataset);
    const logits = w.logits + R * N * 4;
    const seen = m.regularisers.svRate > 0 ? w.seen : 0;
    const stride = shared ? 0 : 1;
    if (!this.#gaussian) {
      k.poissonLoss(T, R, channels, N, logits, w.counts, stride, loss, scale, seen, held);
      return;
    }
    const factors = w.factors + R * F * 4;
    k.gemm(T * R, N, F, factors, F, m.packed(`logvar${dataset}.W`), w.logvars, N, m.tensor(`logvar${dataset}.b`), 0);
    k.gaussianLoss(T, R, channels, N, logits, w.logvars, w.counts, stride, loss, scale, seen, held);
  }

  /**
   * Before the gradients of what is fed back are added to those of the logits through the mask of the feedback: the
   * mask takes the slope of the rates, and slab 0, which has no data, a gradient of zero.
   */
  startFedBack(R: number, dataset: number): void {
    const m = this.#m;
    const { k, w, T } = m;
    const N = m.N(dataset);
    k.clear(w.logits, R * N * 4);
    if (!this.#gaussian) k.multiply(T * R * N, w.fedMask, w.rates, w.fedMask);
  }

  /** Gradients of the factors of some slabs, from those of the logits (and of the log-variances). */
  toFactors(R: number, dataset: number, first: number, bins: number): void {
    const m = this.#m;
    const { k, w, F } = m;
    const N = m.N(dataset);
    const rows = bins * R;
    const logits = w.logits + first * R * N * 4;
    const dFactors = w.dFactors + first * R * F * 4;
    if (!hasReadOut(m.spec)) {
      k.copyColumns(rows, F, logits, N, dFactors, F);
      return;
    }
    k.gemm(rows, F, N, logits, N, m.packed(`readout${dataset}.WT`), dFactors, F, ZEROS_ADDRESS, 0);
    if (!this.#gaussian || first === 0) return;
    const logvars = w.logvars + (first - 1) * R * N * 4;
    k.gemm(rows, F, N, logvars, N, m.packed(`logvar${dataset}.WT`), dFactors, F, dFactors, F);
  }

  /** Gradients of the matrices, over the slabs from `first` on. */
  backward(R: number, dataset: number, first: number, d: GradientOf): void {
    const m = this.#m;
    const { k, w, T, F } = m;
    if (!hasReadOut(m.spec)) return;
    const N = m.N(dataset);
    const rows = (T + 1 - first) * R;
    const [factors, logits] = [w.factors + first * R * F * 4, w.logits + first * R * N * 4];
    k.gemmTransposed(rows, F, N, factors, F, logits, N, d(`readout${dataset}.W`), N);
    k.columnSums(rows, N, logits, N, d(`readout${dataset}.b`));
    if (!this.#gaussian) return;
    k.gemmTransposed(T * R, F, N, w.factors + R * F * 4, F, w.logvars, N, d(`logvar${dataset}.W`), N);
    k.columnSums(T * R, N, w.logvars, N, d(`logvar${dataset}.b`));
  }
}
