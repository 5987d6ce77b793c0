/**
 * The controller (docs/model.md): from its encoder's states, shifted by the lag, and what is fed back of the
 * generator's last bin, to the posterior of the inferred inputs u of a bin, and a sample of it. Its input depends on
 * its own past, so it goes bin by bin; the encoder's part of its gates is one product before. Letters: network.ts.
 */
import { Encoder } from "./encoder.js";
import type { InputMatrix } from "./input-matrix.js";
import { ZEROS_ADDRESS } from "./kernels.js";
import type { Dropout, GradientOf, LayerContext } from "./layer-context.js";
import { controllerDirections } from "./model-spec.js";
import { type Noise, PURPOSES } from "./noise.js";
import { PURPOSE } from "./random-purpose.js";
import { recurrentGradients } from "./recurrent-gradients.js";

/** Where the encoder's part of the gates lies: floats from a row and from a bin to the next. */
interface Gates {
  readonly address: number;
  readonly row: number;
  readonly bin: number;
}

export class Controller {
  readonly #m: LayerContext;
  readonly #encoder: Encoder;
  readonly #directions: number;
  #pre: Gates = { address: 0, row: 0, bin: 0 };

  constructor(context: LayerContext) {
    this.#m = context;
    this.#encoder = new Encoder(context, "ci", context.J, context.T);
    this.#directions = controllerDirections(context.spec);
  }

  /** The encoder, and its part of the controller's gates of every bin. */
  encode(R: number, input: InputMatrix, dropout: Dropout | null): void {
    const m = this.#m;
    const { k, w, T, J, Q, S } = m;
    this.#encoder.forward(R, input);
    k.clear(w.seenByController, T * R * S * 4);
    for (let direction = 0; direction < this.#directions; direction++) {
      const { encoderBin, bin, rows } = this.#shift(R, direction);
      const from = this.#encoder.states(R, direction) + encoderBin * R * J * 4;
      k.copyColumns(rows, J, from, J, w.seenByController + (bin * R * S + direction * J) * 4, S);
    }
    if (dropout) {
      m.mask(w.seenMask, T, R, S, dropout, PURPOSE.controllerDropout);
      k.multiply(T * R * S, w.seenByController, w.seenMask, w.seenByController);
    }
    k.gemm(T * R, 3 * Q, S, w.seenByController, S, m.packed("con.encoded"), w.con.gates, 3 * Q, m.tensor("con.b"), 0);
    this.#pre = { address: w.con.gates, row: 3 * Q, bin: 3 * Q * R };
  }

  /** What the encoder made of one trial serves R rows, which will be its samples; `first`: it has not been kept yet. */
  repeat(first: boolean): void {
    const { k, w, T, Q } = this.#m;
    if (first) k.copyColumns(1, T * 3 * Q, w.con.gates, T * 3 * Q, w.pre, T * 3 * Q);
    this.#pre = { address: w.pre, row: 0, bin: 3 * Q };
  }

  /** Before the first bin: initial state, noise (zero when null), and the mask of what is fed back. */
  start(R: number, noise: Noise | null, dropout: Dropout | null): void {
    const m = this.#m;
    const { k, w, T, Q, B } = m;
    k.broadcastRows(R, Q, m.tensor("con.c0"), w.con.states);
    this.noise(R, noise);
    if (dropout && B > 0) m.mask(w.fedMask, T, R, B, dropout, PURPOSE.feedbackDropout);
  }

  /** Standard normals for u, [T][R][U]. */
  noise(R: number, noise: Noise | null): void {
    const { k, w, T, U, seed } = this.#m;
    if (!noise) {
      k.clear(w.coEps, T * R * U * 4);
      return;
    }
    const { firstRow, rowStride, firstStep, stepStride } = noise;
    k.normals(w.coEps, T, R, U, firstRow, rowStride, firstStep, stepStride, PURPOSES[noise.of][1], seed, 0);
  }

  /** u of bin t. `last`: what the last bin fed back, [R][B], if anything is. */
  step(R: number, t: number, last: number, dropout: Dropout | null): void {
    const m = this.#m;
    const { k, w, Q, U, B, spec } = m;
    const gates = w.con.gates + t * R * 3 * Q * 4;
    const pre = this.#pre.address + t * this.#pre.bin * 4;
    let init: readonly [number, number] = [pre, this.#pre.row];
    if (B > 0) {
      let fed = last;
      if (dropout) {
        fed = w.fed + t * R * B * 4;
        k.multiply(R * B, last, w.fedMask + t * R * B * 4, fed);
      }
      k.gemm(R, 3 * Q, B, fed, B, m.packed("con.fed"), gates, 3 * Q, pre, this.#pre.row);
      init = [gates, 3 * Q];
    }
    const [h, next] = [w.con.states + t * R * Q * 4, w.con.states + (t + 1) * R * Q * 4];
    const [ru, c] = [m.packed("con.ru"), m.packed("con.c")];
    k.gruStep(R, Q, gates, w.con.gated + t * R * Q * 4, h, next, ...init, ru, c, spec.cellClipValue);
    const co = w.co + t * R * 2 * U * 4;
    k.gemm(R, 2 * U, Q, next, Q, m.packed("co.W"), co, 2 * U, m.tensor("co.b"), 0);
    k.sampleInputs(R, spec.coDim, U, co, w.coEps + t * R * U * 4, w.u + t * R * U * 4);
  }

  /** Gradients before the last bin: nothing comes from after it. */
  startBackward(R: number): void {
    const { k, w, Q } = this.#m;
    k.clear(w.conCarry, R * Q * 4);
  }

  /**
   * One bin, from the gradient of u in `du`. `klWeight` and `correlated` as in `sampleInputsBackward`. Adds the
   * gradient of what was fed back of the bin before to `dLast`.
   */
  stepBackward(R: number, t: number, klWeight: number, correlated: boolean, dLast: number): void {
    const m = this.#m;
    const { k, w, Q, U, B, spec } = m;
    const at = t * R * U * 4;
    const co = w.co + 2 * at;
    k.sampleInputsBackward(R, spec.coDim, U, co, w.u + at, w.du + at, correlated ? w.dCorrelation + at : 0, klWeight);
    k.gemm(R, Q, 2 * U, co, 2 * U, m.packed("co.WT"), w.dState, Q, ZEROS_ADDRESS, 0);
    const gates = w.con.gates + t * R * 3 * Q * 4;
    const [h, next] = [w.con.states + t * R * Q * 4, w.con.states + (t + 1) * R * Q * 4];
    const [ru, c] = [m.packed("con.ruT"), m.packed("con.cT")];
    k.gruStepBackward(R, Q, gates, h, next, w.dState, w.conCarry, w.scratch, ru, c, spec.cellClipValue);
    if (B === 0) return;
    k.gemm(R, B, 3 * Q, gates, 3 * Q, m.packed("con.fedT"), w.dFed, B, ZEROS_ADDRESS, 0);
    k.multiplyAdd(R * B, w.dFed, w.fedMask + t * R * B * 4, dLast);
  }

  /** After the first bin: the gradients of the matrices and of the encoder. */
  backward(R: number, input: InputMatrix, d: GradientOf): void {
    const m = this.#m;
    const { k, w, T, J, Q, U, S, B } = m;
    const rows = T * R;
    k.columnSums(R, Q, w.conCarry, Q, d("con.c0"));
    const after = w.con.states + R * Q * 4;
    k.gemmTransposed(rows, Q, 2 * U, after, Q, w.co, 2 * U, d("co.W"), 2 * U);
    k.columnSums(rows, 2 * U, w.co, 2 * U, d("co.b"));
    if (B > 0) k.gemmTransposed(rows, B, 3 * Q, w.fed, B, w.con.gates, 3 * Q, d("con.fed"), 3 * Q);
    recurrentGradients(k, rows, Q, w.con.gates, w.con.gated, w.con.states, "con", d);
    k.gemmTransposed(rows, S, 3 * Q, w.seenByController, S, w.con.gates, 3 * Q, d("con.encoded"), 3 * Q);

    k.gemm(rows, S, 3 * Q, w.con.gates, 3 * Q, m.packed("con.encodedT"), w.dSeen, S, ZEROS_ADDRESS, 0);
    k.multiply(rows * S, w.dSeen, w.seenMask, w.dSeen);
    for (let direction = 0; direction < this.#directions; direction++) {
      k.clear(w.dEncoder, rows * J * 4);
      const { encoderBin, bin, rows: count } = this.#shift(R, direction);
      const from = w.dSeen + (bin * R * S + direction * J) * 4;
      k.copyColumns(count, J, from, S, w.dEncoder + encoderBin * R * J * 4, J);
      k.clear(w.carry, R * J * 4);
      this.#encoder.backward(R, direction, input, w.dEncoder, d);
    }
  }

  /**
   * The controller at bin t sees the forward encoder at t − lag and the backward one at t + lag: the first bins of both
   * that match, and the number of rows that match from there on.
   */
  #shift(R: number, direction: number): { encoderBin: number; bin: number; rows: number } {
    const { T, spec } = this.#m;
    const lag = Math.min(spec.controllerInputLag, T);
    const rows = (T - lag) * R;
    return direction === 0 ? { encoderBin: 0, bin: lag, rows } : { encoderBin: lag, bin: 0, rows };
  }
}
