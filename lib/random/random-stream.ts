import { log } from "#lib/float64/log.js";
import { philox4x32 } from "./philox.js";

/**
 * Random numbers that depend on nothing but their key: `seed` and the three words that say what they are for.
 * Streams with different words are independent; drawing from one never moves another.
 */
export class RandomStream {
  readonly #seed: number;
  readonly #words: readonly [number, number, number];
  readonly #block = new Uint32Array(4);
  #blocks = 0;
  #used = 4;
  #spareNormal: number | undefined;

  constructor(seed: number, purpose: number, item = 0, part = 0) {
    this.#seed = seed >>> 0;
    this.#words = [purpose >>> 0, item >>> 0, part >>> 0];
  }

  uint32(): number {
    if (this.#used === 4) {
      const [purpose, item, part] = this.#words;
      philox4x32(this.#blocks++, purpose, item, part, this.#seed, 0, this.#block);
      this.#used = 0;
    }
    return this.#block[this.#used++]!;
  }

  /** In the open interval (0, 1), in steps of 2^-32. */
  uniform(): number {
    return (this.uint32() + 0.5) / 4294967296;
  }

  /** An integer from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low + 1));
  }

  /** Mean 0, variance 1, by Marsaglia's polar method. */
  normal(): number {
    const spare = this.#spareNormal;
    if (spare !== undefined) {
      this.#spareNormal = undefined;
      return spare;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const squared = x * x + y * y;
      if (squared >= 1 || squared === 0) continue;
      const scale = Math.sqrt((-2 * log(squared)) / squared);
      this.#spareNormal = y * scale;
      return x * scale;
    }
  }
}
