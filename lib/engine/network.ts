/**
 * The model's passes over a few rows (trials or samples) in one thread's workspace: docs/model.md.
 *
 * Letters: T bins, R rows, N channels, I encoder input, H and J units of the encoders of the initial condition and of
 * the controller, Z initial-condition dimensions, Q controller units, U inferred inputs, S what the controller sees
 * of its encoder, B what is fed back to it, X external inputs to the generator, G generator units, F factors; all
 * but T and R padded to 4. Activations are time-major [T][R][·].
 */
import { Controller } from "./controller.js";
import { EncoderInput } from "./encoder-input.js";
import { Generator } from "./generator.js";
import { InferredInputs } from "./inferred-inputs.js";
import { InitialCondition } from "./initial-condition.js";
import type { InputMatrix } from "./input-matrix.js";
import { type Dropout, LayerContext, type LayerOptions, type Rows } from "./layer-context.js";
import { feedback, hasController, hasInitialCondition, hasReadIn } from "./model-spec.js";
import type { Noise } from "./noise.js";
import { Readout } from "./readout.js";

/** Addresses of the float64 results of the first of some rows. */
export interface RowResults {
  readonly recon: number;
  readonly held: number;
  readonly klIc: number;
  readonly klCo: number;
  readonly correlation: number;
}

/** Weights of a row's costs in the gradient, besides that of the data, which `reconstruct` has. */
export interface RowWeights {
  readonly klIc: number;
  readonly klCo: number;
  readonly correlation: number;
}

export class Network {
  readonly #m: LayerContext;
  readonly #input: EncoderInput;
  readonly #initialCondition: InitialCondition | null;
  readonly #controller: Controller | null;
  readonly #inferred: InferredInputs;
  readonly #generator: Generator;
  readonly #readout: Readout;
  readonly #feedback: "factors" | "rates" | null;
  /** What the encoders saw in the last pass. */
  #seen: InputMatrix = { address: 0, width: 0, index: 0 };

  constructor(options: LayerOptions) {
    const m = new LayerContext(options);
    this.#m = m;
    this.#input = new EncoderInput(m);
    this.#initialCondition = hasInitialCondition(m.spec) ? new InitialCondition(m) : null;
    this.#controller = hasController(m.spec) ? new Controller(m) : null;
    this.#inferred = new InferredInputs(m);
    this.#generator = new Generator(m);
    this.#readout = new Readout(m);
    this.#feedback = feedback(m.spec);
  }

  /** Counts through the encoders: the posterior of g0, and the controller's input. */
  encode(rows: Rows, dropout: Dropout | null): void {
    const seen = this.#input.forward(rows, dropout);
    this.#initialCondition?.encode(rows.count, seen, dropout);
    this.#controller?.encode(rows.count, seen, dropout);
    this.#seen = seen;
  }

  /** What was encoded of one trial serves R rows, which will be its samples; `first`: the trial has just been encoded. */
  repeatTrial(R: number, first: boolean): void {
    this.#initialCondition?.repeat(R, first);
    this.#controller?.repeat(first);
  }

  /**
   * Samples the latents (their means when `noise` is null) and runs the generator: states, factors, logits; adds the
   * latents' costs to the rows' results.
   */
  generate(rows: Rows, noise: Noise | null, dropout: Dropout | null, results: RowResults): void {
    const R = rows.count;
    this.#initialCondition?.sample(R, noise, results.klIc);
    this.#generator.start(rows, dropout);
    const controller = this.#controller;
    if (!controller) {
      this.#generator.run(R, false, dropout);
      this.#readout.forward(R, rows.dataset, 1, this.#m.T);
      return;
    }
    controller.start(R, noise, dropout);
    const rates = this.#feedback === "rates";
    if (rates) this.#readout.forward(R, rows.dataset, 0, 1);
    for (let t = 0; t < this.#m.T; t++) {
      const last = rates ? this.#readout.fedBack(R, rows.dataset, t) : this.#m.w.factors + t * R * this.#m.F * 4;
      controller.step(R, t, last, dropout);
      this.#generator.step(R, t, dropout);
      if (rates) this.#readout.forward(R, rows.dataset, t + 1, 1);
    }
    if (!rates) this.#readout.forward(R, rows.dataset, 1, this.#m.T);
    this.#inferred.cost(R, results.klCo, results.correlation);
  }

  /** Samples the latents' priors and runs the generator; `noise` must not be null where there are latents. */
  generatePrior(rows: Rows, noise: Noise): void {
    const R = rows.count;
    this.#initialCondition?.samplePrior(R, noise);
    this.#generator.start(rows, null);
    this.#controller?.noise(R, noise);
    if (this.#controller) this.#inferred.samplePrior(R);
    this.#generator.run(R, this.#controller !== null, null);
    this.#readout.forward(R, rows.dataset, 1, this.#m.T);
  }

  /** Adds −log p to the rows' results; logits become the output distribution, or with a `scale` gradients. */
  reconstruct({ count, dataset }: Rows, results: RowResults, scale: number, shared = false): void {
    this.#readout.cost(count, dataset, results.recon, results.held, scale, shared);
  }

  /** Σ lgamma(k + 1) of each row's counts as they went through the model. */
  logFactorials(rows: Rows): Iterable<number> {
    return this.#input.logFactorials(rows.count, rows.dataset);
  }

  /** Gradients of everything after a pass with dropout and `reconstruct`, added to the tensors' at `d`. */
  backward(rows: Rows, weights: RowWeights, d: (key: string) => number): void {
    const m = this.#m;
    const { count: R, dataset } = rows;
    this.#input.learnOnly(R, dataset, m.w.logits + R * m.N(dataset) * 4);
    if (m.w.logvars !== 0) this.#input.learnOnly(R, dataset, m.w.logvars);
    const fedBack = this.#feedback !== null;
    if (this.#controller) this.#controlledBackward(this.#controller, R, dataset, weights, d);
    else {
      this.#readout.toFactors(R, dataset, 1, m.T);
      this.#generator.runBackward(R);
    }
    const first = fedBack ? 0 : 1;
    this.#readout.backward(R, dataset, this.#feedback === "rates" ? 0 : 1, d);
    if (fedBack) this.#generator.startBackward(R);
    const dz = this.#generator.backward(R, first, this.#controller !== null, d);

    if (hasReadIn(m.spec)) m.k.clear(m.w.dInput, m.T * R * m.I * 4);
    this.#initialCondition?.backward(R, this.#seen, dz, weights.klIc, d);
    this.#controller?.backward(R, this.#seen, d);
    this.#input.backward(rows, d);
  }

  /** From the last bin to the first: each bin's factors get their gradient from the data and from the next bin's controller. */
  #controlledBackward(
    controller: Controller,
    R: number,
    dataset: number,
    weights: RowWeights,
    d: (key: string) => number,
  ): void {
    const m = this.#m;
    const { k, w, T, F } = m;
    const rates = this.#feedback === "rates";
    this.#inferred.backward(R, weights.klCo, weights.correlation, d);
    controller.startBackward(R);
    if (!rates) this.#readout.toFactors(R, dataset, 1, T);
    if (this.#feedback === "factors") k.clear(w.dFactors, R * F * 4);
    if (rates) this.#readout.startFedBack(R, dataset);
    for (let t = T - 1; t >= 0; t--) {
      if (rates) this.#readout.toFactors(R, dataset, t + 1, 1);
      this.#generator.stepBackward(R, t);
      const dLast = rates ? w.logits + t * R * m.B * 4 : w.dFactors + t * R * F * 4;
      controller.stepBackward(R, t, weights.klCo, weights.correlation > 0, dLast);
    }
    if (rates) this.#readout.toFactors(R, dataset, 0, 1);
  }
}
