import { log } from "#lib/float64/log.js";

const LOG_2_PI = 1.8378770664093453;
/** Smallest variance of a channel, for one that never changes in training. */
const LEAST_VARIANCE = 1e-12;

/** Negative log-likelihood, in nats, of `value` under N(mean, variance): ½ (log 2π + log variance + (value − mean)²/variance). */
export function gaussianNll(value: number, mean: number, variance: number): number {
  const residual = value - mean;
  return 0.5 * (LOG_2_PI + log(variance) + (residual * residual) / variance);
}

/**
 * The mean of `gaussianNll` over all values added: per trial, bin and channel. Parameters come as LFADS writes them: for
 * each trial and bin the means of all channels, then their variances.
 */
export class MeanGaussianNll {
  readonly #nChannels: number;
  #sum = 0;
  #values = 0;

  constructor(nChannels: number) {
    this.#nChannels = nChannels;
  }

  /** Values are trials × bins × channels, parameters trials × bins × 2 channels. */
  add(values: ArrayLike<number>, params: ArrayLike<number>): void {
    const n = this.#nChannels;
    if (params.length !== 2 * values.length)
      throw new RangeError(`${values.length} values, ${params.length} parameters`);
    // A sum of its own for each call keeps the rounding error of long data small.
    let sum = 0;
    for (let row = 0; row < values.length / n; row++) {
      for (let i = 0; i < n; i++) {
        sum += gaussianNll(values[row * n + i]!, params[2 * row * n + i]!, params[(2 * row + 1) * n + i]!);
      }
    }
    this.#sum += sum;
    this.#values += values.length;
  }

  /** NaN while nothing was added. */
  get mean(): number {
    return this.#sum / this.#values;
  }
}

/** The means of parameters as `MeanGaussianNll` takes them: trials × bins × channels. */
export function meansOf(params: Float64Array, nChannels: number): Float64Array {
  const means = new Float64Array(params.length / 2);
  for (let at = 0; at < means.length; at += nChannels) {
    means.set(params.subarray(2 * at, 2 * at + nChannels), at);
  }
  return means;
}

/**
 * Mean NLL per trial, bin and channel of `valid` under each channel's mean and variance over `train`: what a model must
 * beat. Both come in slices of trials × bins × channels; `train` is read twice.
 */
export function channelGaussianNll(
  train: () => Iterable<ArrayLike<number>>,
  valid: Iterable<ArrayLike<number>>,
  nChannels: number,
): number {
  const average = (of: (value: number, channel: number) => number) => {
    const sums = new Float64Array(nChannels);
    let rows = 0;
    for (const values of train()) {
      for (let i = 0; i < values.length; i++) sums[i % nChannels]! += of(values[i]!, i % nChannels);
      rows += values.length / nChannels;
    }
    return sums.map((sum) => sum / rows);
  };
  const means = average((value) => value);
  const variances = average((value, channel) => (value - means[channel]!) * (value - means[channel]!));
  const row = [...means, ...variances.map((variance) => Math.max(variance, LEAST_VARIANCE))];
  const nll = new MeanGaussianNll(nChannels);
  for (const values of valid) {
    nll.add(
      values,
      Float64Array.from({ length: 2 * values.length }, (_, i) => row[i % row.length]!),
    );
  }
  return nll.mean;
}
