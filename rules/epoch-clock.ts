/** How far a training is, and how long it still takes, from the course of its learning rate. */
import type { TrainingSpec } from "#lib/engine/model-spec.js";

export class EpochClock {
  readonly #training: TrainingSpec;
  readonly #firstEpoch: number;
  readonly #started = performance.now();
  /** The rate's first decay and the epoch it came in: decays come evenly from then on, as a first guess. */
  #firstDecay: { readonly epoch: number; readonly rate: number } | null = null;

  constructor(training: TrainingSpec, firstEpoch: number) {
    this.#training = training;
    this.#firstEpoch = firstEpoch;
  }

  /** After an epoch that was trained with `learningRate`. */
  epoch(epoch: number, learningRate: number): { done: number | null; secondsLeft: number | null } {
    const { learningRateInit, learningRateStop, learningRateDecayFactor, maxEpochs } = this.#training;
    if (learningRate < learningRateInit) this.#firstDecay ??= { epoch, rate: learningRate };
    const ends: number[] = maxEpochs > 0 ? [maxEpochs] : [];
    const first = this.#firstDecay;
    if (first && learningRate < first.rate) {
      const decays = (from: number, to: number) => Math.log(to / from) / Math.log(learningRateDecayFactor);
      const epochsADecay = (epoch - first.epoch) / decays(first.rate, learningRate);
      ends.push(epoch + Math.max(1, decays(learningRate, learningRateStop)) * epochsADecay);
    }
    if (ends.length === 0) return { done: null, secondsLeft: null };
    const end = Math.max(epoch, Math.min(...ends));
    const secondsAnEpoch = (performance.now() - this.#started) / 1000 / Math.max(1, epoch - this.#firstEpoch);
    return { done: epoch / end, secondsLeft: (end - epoch) * secondsAnEpoch };
  }
}
