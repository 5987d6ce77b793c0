/** Condition averages of made-up recordings that see the same trajectories through other channels. */
import type { Condition, ConditionAverages } from "#lib/alignment/condition-averages.js";
import { RandomStream } from "#lib/random/random-stream.js";

export interface Recording {
  readonly name: string;
  readonly channels: number;
  readonly conditions: readonly Condition[];
}

/** Two trajectories a condition, seen through fixed weights above a mean, with noise of `noise`. */
export function averagesOf(recordings: readonly Recording[], nBins: number, noise = 0): ConditionAverages[] {
  return recordings.map(({ name, channels, conditions }, d): ConditionAverages => {
    const stream = new RandomStream(11, 2002, d, 0);
    const value = () => stream.integer(-1000, 1000) / 1000;
    const weights = Array.from({ length: channels }, () => [value(), value(), 5 + value()] as const);
    const byCondition = new Map(
      conditions.map((condition) => {
        const phase = Number(condition);
        const average = Float64Array.from({ length: nBins * channels }, (_, i) => {
          const t = Math.floor(i / channels);
          const [a, b, mean] = weights[i % channels]!;
          const x = ((t * (phase + 3)) % 17) / 4;
          const y = ((t * t + phase * 5) % 11) / 5;
          return mean + a * x + b * y + noise * value();
        });
        return [condition, average];
      }),
    );
    return { name, nBins, nChannels: channels, nTrials: conditions.length, byCondition };
  });
}
