import { median } from "./median.js";

export interface RateR2 {
  /** Over all trials, bins and channels together; the total is about the one mean of all true rates. */
  readonly pooled: number;
  /** Per channel, about the channel's own mean; NaN where the true rate never changes. */
  readonly perChannel: Float64Array;
  /** Median of `perChannel` without its NaN; NaN when nothing is left. */
  readonly medianOverChannels: number;
}

/** R² = 1 − Σ(rate − truth)² / Σ(truth − mean truth)², over slices of trials × bins × channels. */
export class RateR2Sums {
  readonly #nChannels: number;
  readonly #residual: Float64Array;
  readonly #sum: Float64Array;
  readonly #squares: Float64Array;
  #rows = 0;

  constructor(nChannels: number) {
    this.#nChannels = nChannels;
    this.#residual = new Float64Array(nChannels);
    this.#sum = new Float64Array(nChannels);
    this.#squares = new Float64Array(nChannels);
  }

  /** Both in the same unit. */
  add(rates: ArrayLike<number>, truth: ArrayLike<number>): void {
    if (rates.length !== truth.length) throw new RangeError(`${rates.length} rates, ${truth.length} true rates`);
    for (let i = 0, channel = 0; i < truth.length; i++) {
      const target = truth[i]!;
      const residual = rates[i]! - target;
      this.#residual[channel]! += residual * residual;
      this.#sum[channel]! += target;
      this.#squares[channel]! += target * target;
      channel = channel + 1 === this.#nChannels ? 0 : channel + 1;
    }
    this.#rows += truth.length / this.#nChannels;
  }

  result(): RateR2 {
    const rows = this.#rows;
    const perChannel = this.#residual.map((residual, channel) => {
      const sum = this.#sum[channel]!;
      const squares = this.#squares[channel]!;
      const total = squares - (sum * sum) / rows;
      // Below its own rounding error, the spread is none.
      return total > 1e-12 * squares ? 1 - residual / total : NaN;
    });
    const sum = total(this.#sum);
    const spread = total(this.#squares) - (sum * sum) / (rows * this.#nChannels);
    return {
      pooled: 1 - total(this.#residual) / spread,
      perChannel,
      medianOverChannels: median(perChannel),
    };
  }
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
