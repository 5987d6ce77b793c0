import { RandomStream } from "#lib/random/random-stream.js";
import type { LorenzSpec } from "./source-spec.js";

/** An Euler step of `dt` stands for 2 ms: with dt 0.006 the state turns about once in 250 ms. */
const msPerStep = 2;
const burnInSteps = 2000;

/**
 * The latent state of every condition, C×T×3 at 1 ms, each coordinate z-scored over conditions and time. A condition
 * is an initial state on the attractor; it gives the same trajectory in every dataset of the demo.
 */
export function lorenzLatents(spec: LorenzSpec): Float64Array {
  const { conditions, durationMs: nBins, seed, dt, sigma, rho, beta } = spec;
  const latents = new Float64Array(conditions * nBins * 3);
  for (let condition = 0; condition < conditions; condition++) {
    const stream = new RandomStream(seed, lorenzPurpose.initialState, condition);
    let [x, y, z] = [10 * stream.normal(), 10 * stream.normal(), 25 + 10 * stream.normal()];
    const step = (): void => {
      const [dx, dy, dz] = [sigma * (y - x), x * (rho - z) - y, x * y - beta * z];
      x += dt * dx;
      y += dt * dy;
      z += dt * dz;
    };
    for (let i = 0; i < burnInSteps; i++) step();
    // Between two steps the state moves in a straight line.
    for (let t = 0; t < nBins; t += msPerStep) {
      const from = [x, y, z];
      step();
      const to = [x, y, z];
      for (let part = 0; part < msPerStep && t + part < nBins; part++) {
        const weight = part / msPerStep;
        const row = (condition * nBins + t + part) * 3;
        for (let k = 0; k < 3; k++) latents[row + k] = from[k]! + weight * (to[k]! - from[k]!);
      }
    }
  }
  for (let k = 0; k < 3; k++) standardise(latents, k);
  return latents;
}

/** What the demo's random streams are for; one seed feeds them all. */
export const lorenzPurpose = { initialState: 1, channels: 2, readOut: 3, spikes: 4 } as const;

/** Every third value from `offset` on: minus their mean, over their standard deviation. */
function standardise(values: Float64Array, offset: number): void {
  const n = values.length / 3;
  let sum = 0;
  for (let i = offset; i < values.length; i += 3) sum += values[i]!;
  const mean = sum / n;
  let squares = 0;
  for (let i = offset; i < values.length; i += 3) {
    const difference = values[i]! - mean;
    squares += difference * difference;
  }
  const deviation = Math.sqrt(squares / n);
  for (let i = offset; i < values.length; i += 3) values[i] = (values[i]! - mean) / deviation;
}
