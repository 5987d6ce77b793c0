/** Each channel's mean count per bin, over slices of trials × bins × channels. */
export class ChannelMeans {
  readonly #sums: Float64Array;
  #bins = 0;

  constructor(nChannels: number) {
    this.#sums = new Float64Array(nChannels);
  }

  add(counts: ArrayLike<number>): void {
    const nChannels = this.#sums.length;
    for (let i = 0; i < counts.length; i += nChannels) {
      for (let channel = 0; channel < nChannels; channel++) this.#sums[channel]! += counts[i + channel]!;
    }
    this.#bins += counts.length / nChannels;
  }

  /** Expected counts per bin. A channel without a spike is given half a spike, so that no rate is 0. */
  rates(): Float64Array {
    return this.#sums.map((sum) => Math.max(sum, 0.5) / this.#bins);
  }
}
