import { exp } from "#lib/float64/exp.js";
import { RandomStream } from "#lib/random/random-stream.js";
import { lorenzLatents, lorenzPurpose } from "./lorenz-latents.js";
import type { LorenzSpec } from "./source-spec.js";

/** Length of a channel's read-out vector: a condition's peak is then some three times a channel's mean, the highest of all some fifteen. */
const gains = [0.9, 1.5] as const;

export interface LorenzRates {
  readonly nChannels: number;
  /** C×T×N at 1 ms, in spikes/s. */
  readonly ratesHz: Float32Array;
}

/**
 * The firing rates of dataset `spec.index`: channel n fires at b_n exp(w_n · x) with w_n of random direction and b_n
 * such that the mean over conditions and time is `meanRateHz`.
 */
export function lorenzRates(spec: LorenzSpec): LorenzRates {
  const latents = lorenzLatents(spec);
  const rows = latents.length / 3;
  const [fewest, most] = spec.channels;
  const nChannels = new RandomStream(spec.seed, lorenzPurpose.channels, spec.index).integer(fewest, most);
  const ratesHz = new Float32Array(rows * nChannels);
  const column = new Float64Array(rows);
  for (let channel = 0; channel < nChannels; channel++) {
    const [wx, wy, wz] = readOut(new RandomStream(spec.seed, lorenzPurpose.readOut, spec.index, channel));
    let sum = 0;
    for (let row = 0; row < rows; row++) {
      const x = row * 3;
      column[row] = exp(wx * latents[x]! + wy * latents[x + 1]! + wz * latents[x + 2]!);
      sum += column[row]!;
    }
    const scale = (spec.meanRateHz * rows) / sum;
    for (let row = 0; row < rows; row++) ratesHz[row * nChannels + channel] = column[row]! * scale;
  }
  return { nChannels, ratesHz };
}

function readOut(stream: RandomStream): [number, number, number] {
  const [x, y, z] = [stream.normal(), stream.normal(), stream.normal()];
  const gain = (gains[0] + (gains[1] - gains[0]) * stream.uniform()) / Math.sqrt(x * x + y * y + z * z);
  return [x * gain, y * gain, z * gain];
}
