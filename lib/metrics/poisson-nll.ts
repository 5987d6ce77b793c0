import { log } from "#lib/float64/log.js";
import { logFactorial } from "#lib/float64/log-factorial.js";

/**
 * Negative log-likelihood, in nats, of `count` spikes where `rate` are expected: rate − count log(rate) + log(count!).
 * A rate of 0 gives 0 for no spike and Infinity for any.
 */
export function poissonNll(count: number, rate: number): number {
  if (count === 0) return rate;
  return rate - count * log(rate) + logFactorial(count);
}

/** The mean of `poissonNll` over all values added: per trial, bin and channel. */
export class MeanPoissonNll {
  #sum = 0;
  #values = 0;

  /** `rates` are expected counts per bin, one for every count. */
  add(counts: ArrayLike<number>, rates: ArrayLike<number>): void {
    if (counts.length !== rates.length) throw new RangeError(`${counts.length} counts, ${rates.length} rates`);
    // A sum of its own for each call keeps the rounding error of long data small.
    let sum = 0;
    for (let i = 0; i < counts.length; i++) sum += poissonNll(counts[i]!, rates[i]!);
    this.#sum += sum;
    this.#values += counts.length;
  }

  /** NaN while nothing was added. */
  get mean(): number {
    return this.#sum / this.#values;
  }
}
