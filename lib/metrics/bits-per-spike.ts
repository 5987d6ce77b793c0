import { log } from "#lib/float64/log.js";

const LOG_2 = Math.LN2;

/**
 * How much better rates predict spikes than each channel's mean does: (log-likelihood at the rates − that at the mean
 * counts of the same trials) / (spikes × log 2), both Poisson. Pei et al. 2021, Neural Latents Benchmark, as its
 * evaluation computes it.
 */
export class BitsPerSpike {
  readonly #costs: Float64Array;
  readonly #spikes: Float64Array;
  #rows = 0;

  constructor(nChannels: number) {
    this.#costs = new Float64Array(nChannels);
    this.#spikes = new Float64Array(nChannels);
  }

  /** Rows × channels of counts, and of expected counts. */
  add(counts: ArrayLike<number>, rates: ArrayLike<number>): void {
    if (counts.length !== rates.length) throw new RangeError(`${counts.length} counts, ${rates.length} rates`);
    const nChannels = this.#costs.length;
    for (let i = 0; i < counts.length; i += nChannels) {
      for (let channel = 0; channel < nChannels; channel++) {
        const count = counts[i + channel]!;
        const rate = rates[i + channel]!;
        this.#costs[channel]! += count === 0 ? rate : rate - count * log(rate);
        this.#spikes[channel]! += count;
      }
    }
    this.#rows += counts.length / nChannels;
  }

  /** `gain` in nats over all spikes, for several recordings together; NaN where a channel has no spike. */
  result(): { bits: number; gain: number; spikes: number; perChannel: number[] } {
    const gains = this.#spikes.map((spikes, channel) => {
      const meanCost = spikes === 0 ? 0 : spikes - spikes * log(spikes / this.#rows);
      return meanCost - this.#costs[channel]!;
    });
    const gain = gains.reduce((sum, value) => sum + value, 0);
    const spikes = this.#spikes.reduce((sum, value) => sum + value, 0);
    const perChannel = [...gains].map((value, channel) => value / (this.#spikes[channel]! * LOG_2));
    return {
      bits: gain / (spikes * LOG_2),
      gain,
      spikes,
      perChannel: perChannel.map((bits) => (Number.isFinite(bits) ? bits : Number.NaN)),
    };
  }
}
