/**
 * What the encoders see (docs/model.md "Read-in"): counts, regularised while training, through the read-in of their
 * dataset, with external inputs beside them. Letters: network.ts.
 */
import { logFactorial } from "#lib/float64/log-factorial.js";
import { type InputMatrix, inputGradient, inputMatrix, inputProduct } from "./input-matrix.js";
import type { Dropout, GradientOf, LayerContext, Rows } from "./layer-context.js";
import { encoderExtInputs, encoderInputs, hasReadIn, padded } from "./model-spec.js";
import { PURPOSE } from "./random-purpose.js";

export class EncoderInput {
  readonly #m: LayerContext;
  /** Floats in the read-in part of a row. */
  readonly #read: number;
  /** Counts as the read-in sees them. */
  #seen: InputMatrix | null = null;

  constructor(context: LayerContext) {
    this.#m = context;
    this.#read = padded(encoderInputs(context.spec)[0]!);
  }

  /** Counts of the rows into the workspace; returns the encoders' input [T][R][I]. */
  forward(rows: Rows, dropout: Dropout | null): InputMatrix {
    const m = this.#m;
    const { k, w, T, I } = m;
    const { count: R, dataset } = rows;
    const N = m.N(dataset);
    this.#counts(rows, dropout);
    let input = w.counts;
    if (dropout) {
      this.#dropoutMask(R, N, dropout);
      k.multiply(T * R * N, w.counts, w.mask, w.dropped);
      input = w.dropped;
    }
    if (m.regularisers.svRate > 0) {
      k.multiply(T * R * N, input, w.seen, w.dropped);
      input = w.dropped;
    }
    if (hasReadIn(m.spec)) {
      this.#seen = inputMatrix(m, T * R, N, input);
      const out = { address: w.input, stride: I };
      inputProduct(m, this.#seen, T * R, this.#read, `readin${dataset}.W`, `readin${dataset}.b`, out);
    } else if (w.input !== 0) {
      k.copyColumns(T * R, N, input, N, w.input, I);
    } else {
      return inputMatrix(m, T * R, N, input);
    }
    if (encoderExtInputs(m.spec) > 0) this.#extInputs(rows, dropout);
    return hasReadIn(m.spec) ? { address: w.input, width: I, index: 0 } : inputMatrix(m, T * R, I, w.input);
  }

  /** Gradients of the read-in from that of the encoders' input in `dInput`. */
  backward({ count: R, dataset }: Rows, d: GradientOf): void {
    const m = this.#m;
    const { k, w, T, I } = m;
    if (!this.#seen) return;
    const weights = d(`readin${dataset}.W`);
    inputGradient(m, this.#seen, T * R, this.#read, w.dInput, I, weights);
    k.columnSums(T * R, this.#read, w.dInput, I, d(`readin${dataset}.b`));
  }

  /**
   * Coordinated dropout: the cost's gradient flows only through elements that the encoders did not see, or that pass
   * (Keshtkaran and Pandarinath, NeurIPS 2019). `gradient` [T][R][N] is that of the logits.
   */
  learnOnly(R: number, dataset: number, gradient: number): void {
    const { k, w, T, regularisers } = this.#m;
    if (regularisers.cdRate > 0) k.multiply(T * R * this.#m.N(dataset), gradient, w.learned, gradient);
  }

  /** Counts, with jitter while training; and which elements are held out for validation, by trial. */
  #counts(rows: Rows, dropout: Dropout | null): void {
    const m = this.#m;
    const { k, w, T, regularisers, seed } = m;
    const { count: R, dataset, trials } = rows;
    const { channels } = m.data[dataset]!;
    const N = m.N(dataset);
    const { temporalSpikeJitterWidth: width, svRate } = regularisers;
    if (dropout && width > 0) {
      m.gather(rows, w.dropped);
      const { rowKeys, step } = dropout;
      k.jitterSpikes(T, R, channels, N, w.dropped, w.counts, width, rowKeys, step, PURPOSE.jitter, seed, 0);
    } else {
      m.gather(rows, w.counts);
    }
    if (svRate > 0) {
      m.mask(w.seen, T, R, N, { keepProb: 1 - svRate, step: dataset, rowKeys: trials }, PURPOSE.sampleValidation);
    }
  }

  #dropoutMask(R: number, N: number, dropout: Dropout): void {
    const m = this.#m;
    const { k, w, T } = m;
    const { cdRate, cdPassRate } = m.regularisers;
    if (cdRate === 0) {
      m.mask(w.mask, T, R, N, dropout, PURPOSE.inputDropout);
      return;
    }
    m.mask(w.mask, T, R, N, { ...dropout, keepProb: 1 - cdRate }, PURPOSE.coordinatedDropout);
    if (cdPassRate > 0) {
      m.mask(w.learned, T, R, N, { ...dropout, keepProb: cdPassRate }, PURPOSE.coordinatedPass);
    } else {
      k.clear(w.learned, T * R * N * 4);
    }
    k.learnedMask(T * R * N, w.mask, w.learned, w.learned);
  }

  #extInputs(rows: Rows, dropout: Dropout | null): void {
    const m = this.#m;
    const { k, w, T, I } = m;
    const R = rows.count;
    const width = padded(m.spec.extInputDim);
    m.gatherExtInputs(rows, w.ext);
    if (dropout) {
      m.mask(w.extMask, T, R, width, dropout, PURPOSE.extInputDropout);
      k.multiply(T * R * width, w.ext, w.extMask, w.ext);
    }
    k.copyColumns(T * R, width, w.ext, width, w.input + this.#read * 4, I);
  }

  /** Σ lgamma(k + 1) over the seen elements of each row's jittered counts. */
  *logFactorials(R: number, dataset: number): Generator<number> {
    const m = this.#m;
    const { w, T } = m;
    const N = m.N(dataset);
    const counts = m.floats(w.counts, T * R * N);
    const seen = m.regularisers.svRate > 0 ? m.floats(w.seen, T * R * N) : null;
    for (let r = 0; r < R; r++) {
      let sum = 0;
      for (let t = 0; t < T; t++) {
        const from = (t * R + r) * N;
        for (let i = from; i < from + N; i++) {
          if (counts[i]! > 1 && seen?.[i] !== 0) sum += logFactorial(counts[i]!);
        }
      }
      yield sum;
    }
  }
}
