import { describe, expect, it } from "vitest";
import type { BuildEstimate, BuildSoFar } from "#lib/build/index.js";
import { BuildTally } from "#lib/cli/views/build-tally.js";
import { TimeLeftClock } from "#lib/cli/views/time-left-clock.js";

const estimateOf = (seconds: number, unknown: number, targets: number): BuildEstimate => ({
  ...{ seconds, unknown, targets: new Map(Array.from({ length: targets }, (_, i) => [`t${i}`, 1])) },
});
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("the time that a build still takes", () => {
  it("is counted down between estimates, which are made now and then", async () => {
    let asked = 0;
    const clock = new TimeLeftClock(async () => {
      asked++;
      return estimateOf(100, 0, 3);
    });
    const tally = new BuildTally();
    const start = performance.now();
    expect(clock.read(tally, start)).toBeUndefined();
    await settled();
    expect(clock.read(tally, start + 2000)).toEqual({ seconds: 98, atLeast: false });
    expect(asked).toBe(1);
    clock.read(tally, start + 600_000);
    await settled();
    expect(asked).toBe(2);
    expect(clock.read(tally, start + 630_000)).toEqual({ seconds: 70, atLeast: false });
  });

  it("is told as a lower bound where some targets are not known, and not at all where none is", async () => {
    const start = performance.now();
    for (const [unknown, left] of [
      [2, { seconds: 10, atLeast: true }],
      [3, undefined],
    ] as const) {
      const clock = new TimeLeftClock(async () => estimateOf(10, unknown, 3));
      clock.read(new BuildTally(), start);
      await settled();
      expect(clock.read(new BuildTally(), start)).toEqual(left);
    }
  });

  it("is asked for with what is done and what runs", async () => {
    const tally = new BuildTally();
    for (const label of ["a", "b", "c"]) {
      tally.take({ type: "started", label, rule: "train", threads: 1, reasons: [], logFile: "l" }, 1000);
    }
    tally.take({ type: "finished", label: "a", how: "ran", seconds: 1 }, 2000);
    tally.take({ type: "progress", label: "b", progress: { done: 0.5, secondsLeft: 80 } }, 2000);
    tally.take({ type: "skipped", label: "d", because: "x" }, 2000);
    let soFar: BuildSoFar | undefined;
    new TimeLeftClock(async (given) => {
      soFar = given;
      return undefined;
    }).read(tally, 4000);
    expect(soFar).toEqual({
      done: new Set(["a", "d"]),
      running: new Map([
        ["b", { elapsedSeconds: 3, secondsLeft: 80 }],
        ["c", { elapsedSeconds: 3, secondsLeft: null }],
      ]),
    });
  });
});
