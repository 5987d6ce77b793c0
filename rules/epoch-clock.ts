/** How far a training is, how fast, and how long it still takes, from the course of its learning rate. */
import type { TrainingSpec } from "#lib/engine/model-spec.js";

export interface EpochTime {
  /** 0…1; null before the rate has fallen twice, when there is no maxEpochs. */
  readonly done: number | null;
  readonly secondsLeft: number | null;
  readonly epochsPerSecond: number;
}

/** Epochs that the speed is a mean of. */
const RECENT_EPOCHS = 30;

interface Decay {
  readonly epoch: number;
  readonly rate: number;
}

export class EpochClock {
  readonly #training: TrainingSpec;
  readonly #now: () => number;
  /** When the last epochs ended, in ms; first the start. */
  readonly #ends: number[];
  /** The first and the last epoch with a lower rate than the one before. */
  #first: Decay | null = null;
  #last: Decay;

  /** @param now in ms. */
  constructor(training: TrainingSpec, now: () => number = () => performance.now()) {
    this.#training = training;
    this.#now = now;
    this.#ends = [now()];
    this.#last = { epoch: 0, rate: training.learningRateInit };
  }

  /** After an epoch that was trained with `learningRate`. */
  epoch(epoch: number, learningRate: number): EpochTime {
    if (learningRate < this.#last.rate) {
      this.#last = { epoch, rate: learningRate };
      this.#first ??= this.#last;
    }
    this.#ends.push(this.#now());
    if (this.#ends.length > RECENT_EPOCHS + 1) this.#ends.shift();
    const epochsPerSecond = ((this.#ends.length - 1) * 1000) / (this.#ends.at(-1)! - this.#ends[0]!);
    const { maxEpochs } = this.#training;
    const byRate = this.#epochsLeft(epoch);
    const left = Math.min(
      byRate ?? Number.POSITIVE_INFINITY,
      maxEpochs > 0 ? maxEpochs - epoch : Number.POSITIVE_INFINITY,
    );
    if (left === Number.POSITIVE_INFINITY) return { done: null, secondsLeft: null, epochsPerSecond };
    return { done: epoch / (epoch + left), secondsLeft: left / epochsPerSecond, epochsPerSecond };
  }

  /** Until the rate falls below its end, if decays go on coming as they came; null before there were two. */
  #epochsLeft(epoch: number): number | null {
    const { learningRateStop, learningRateDecayFactor } = this.#training;
    if (!this.#first || this.#first === this.#last) return null;
    const decays = (from: number, to: number) => Math.log(to / from) / Math.log(learningRateDecayFactor);
    const count = Math.max(1, Math.round(decays(this.#first.rate, this.#last.rate)));
    const between = (this.#last.epoch - this.#first.epoch) / count;
    const next = Math.max(1, this.#last.epoch + between - epoch);
    return next + (Math.ceil(decays(this.#last.rate, learningRateStop)) - 1) * between;
  }
}
