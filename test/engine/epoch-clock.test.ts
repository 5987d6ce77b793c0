import { describe, expect, test } from "vitest";
import type { TrainingSpec } from "#lib/engine/model-spec.js";
import { EpochClock, type EpochTime } from "#rules/epoch-clock.js";
import { smallTraining } from "./small-models.js";

const schedule = { learningRateInit: 0.01, learningRateDecayFactor: 0.5, learningRateStop: 1e-4, maxEpochs: 0 };

/** A clock whose epochs take `ms` each; the rate falls after every `between` epochs. */
function course(training: Partial<TrainingSpec>, { ms = 100, between = 10 } = {}) {
  let now = 0;
  const clock = new EpochClock({ ...smallTraining, ...schedule, ...training }, () => now);
  let epoch = 0;
  return (epochs: number) => {
    let time: EpochTime | undefined;
    for (const end = epoch + epochs; epoch < end; ) {
      epoch++;
      now += ms;
      time = clock.epoch(epoch, schedule.learningRateInit * 0.5 ** Math.floor((epoch - 1) / between));
    }
    return time!;
  };
}

describe("the time that a training still takes", () => {
  test("is not known before the learning rate has fallen twice, its speed is", () => {
    expect(course({})(20)).toEqual({ done: null, secondsLeft: null, epochsPerSecond: expect.closeTo(10, 0) });
  });

  // 0.01 falls below 1e-4 with the 7th decay, so after 70 epochs.
  test.each([25, 30, 45, 65])("follows from the learning rate's course: after %i epochs", (epochs) => {
    const { done, secondsLeft } = course({})(epochs);
    expect(secondsLeft! * 10).toBeGreaterThan(70 - epochs - 2);
    expect(secondsLeft! * 10).toBeLessThan(70 - epochs + 3);
    expect(done).toBeCloseTo(epochs / 70, 1);
  });

  test("is what maxEpochs leaves, where that is less", () => {
    const { done, secondsLeft, epochsPerSecond } = course({ maxEpochs: 50 })(40);
    expect(done).toBe(0.8);
    expect(secondsLeft).toBe(10 / epochsPerSecond);
  });

  test("does not grow while a decay is late", () => {
    let now = 0;
    const clock = new EpochClock({ ...smallTraining, ...schedule }, () => now);
    const left = Array.from({ length: 60 }, (_, i) => {
      now += 100;
      return clock.epoch(i + 1, i < 10 ? 0.01 : i < 20 ? 0.005 : 0.0025).secondsLeft;
    });
    const known = left.filter((seconds) => seconds !== null);
    expect(known).toEqual([...known].sort((a, b) => b - a));
    expect(known.length).toBe(40);
  });
});
