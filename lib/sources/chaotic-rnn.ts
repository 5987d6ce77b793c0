import { tanh } from "#lib/float64/tanh.js";
import { RandomStream } from "#lib/random/random-stream.js";
import type { ChaoticRnnSpec } from "./source-spec.js";

/** What the random streams of the network are for; one seed feeds them all. */
export const chaoticRnnPurpose = { recurrent: 5, input: 6, initialState: 7, pulseBin: 8, spikes: 9 } as const;

/**
 * A random rate network of N units, N = `units`, with one input u (Sussillo et al. 2016, arXiv 1608.06315, section 4.2;
 * Pandarinath et al. 2018, Nature Methods 15:805, supplementary note 3):
 *
 *     τ dx/dt = −x + g W tanh(x) + B u,   W_ij ~ N(0, 1/N),   B_i ~ N(0, 1),
 *
 * in Euler steps of one bin: x[t] = (1 − Δ/τ) x[t−1] + Δ/τ (g W tanh(x[t−1]) + B u[t]). In the bin of the pulse
 * u = `pulse`, otherwise 0. A unit fires at `maxRateHz` (1 + tanh(x)) / 2.
 *
 * A large network with g > 1 is chaotic. Whether one of 50 units at g = 1.5 is, oscillates or comes to rest depends on its
 * weights: of seeds 1 to 30, twelve come to rest (the first are 4, 7 and 8); seed 1 oscillates.
 */
export class ChaoticRnn {
  readonly #spec: ChaoticRnnSpec;
  readonly #recurrent: Float64Array;
  readonly #input: Float64Array;

  constructor(spec: ChaoticRnnSpec) {
    const { seed, units, gain, pulse } = spec;
    const normals = (purpose: number, length: number, scale: number): Float64Array => {
      const stream = new RandomStream(seed, purpose);
      return Float64Array.from({ length }, () => scale * stream.normal());
    };
    this.#spec = spec;
    this.#recurrent = normals(chaoticRnnPurpose.recurrent, units * units, gain / Math.sqrt(units));
    this.#input = normals(chaoticRnnPurpose.input, units, pulse);
  }

  /**
   * The rates of one trial, T×N in spikes/s.
   * @param condition Which initial state, each unit's from N(0, 1).
   * @param pulseBin The bin of the pulse, from 0.
   */
  ratesHz(condition: number, pulseBin: number): Float64Array {
    const { seed, units, tauMs, binMs, maxRateHz } = this.#spec;
    const nBins = binsOf(this.#spec);
    const share = binMs / tauMs;
    const start = new RandomStream(seed, chaoticRnnPurpose.initialState, condition);
    const x = Float64Array.from({ length: units }, () => start.normal());
    const r = x.map(tanh);
    const rates = new Float64Array(nBins * units);
    for (let t = 0; t < nBins; t++) {
      for (let i = 0; i < units; i++) {
        let drive = t === pulseBin ? this.#input[i]! : 0;
        for (let j = 0; j < units; j++) drive += this.#recurrent[i * units + j]! * r[j]!;
        x[i] = (1 - share) * x[i]! + share * drive;
      }
      for (let i = 0; i < units; i++) {
        r[i] = tanh(x[i]!);
        rates[t * units + i] = (maxRateHz * (1 + r[i]!)) / 2;
      }
    }
    return rates;
  }
}

/** Each trial's own bin of the pulse, from 0: anywhere in the middle half, T/4 to 3T/4. */
export function pulseBinOf(spec: ChaoticRnnSpec, trial: number): number {
  const nBins = binsOf(spec);
  const first = Math.floor(nBins / 4);
  const last = first + Math.max(1, Math.floor(nBins / 2)) - 1;
  return new RandomStream(spec.seed, chaoticRnnPurpose.pulseBin, spec.index, trial).integer(first, last);
}

export function binsOf({ durationMs, binMs }: ChaoticRnnSpec): number {
  return Math.round(durationMs / binMs);
}
