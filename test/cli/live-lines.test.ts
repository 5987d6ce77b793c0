import { describe, expect, it } from "vitest";
import { painter } from "#lib/cli/paint.js";
import { BuildTally } from "#lib/cli/views/build-tally.js";
import { liveLines } from "#lib/cli/views/live-lines.js";

const paint = painter(false);

function tallyOf(labels: readonly string[]): BuildTally {
  const tally = new BuildTally();
  const counts = { total: 9, fresh: 2, restore: 0, run: 7, maybe: 0, blocked: 0 };
  tally.take({ type: "plan", counts, seconds: 0 }, 0);
  for (const label of labels) {
    tally.take({ type: "started", label, rule: "train", threads: 1, reasons: [], logFile: "log" }, 0);
    const fields = [
      ["epoch", 120],
      ["train", 2893.123],
      ["valid", 2911.04],
      ["lr", 0.0081],
    ] as const;
    tally.take({ type: "progress", label, progress: { done: 0.5, secondsLeft: 80, fields } }, 0);
  }
  return tally;
}

describe("the lines of the live view", () => {
  it("show a running target's epoch, costs, learning rate and time left, and the totals", () => {
    const tally = tallyOf(["demo/param_abc/all:train"]);
    tally.take({ type: "finished", label: "demo/data_x/all/a:export", how: "ran", seconds: 1 }, 0);
    const lines = liveLines({ tally, columns: 120, rows: 24, elapsedSeconds: 65, now: 0 }, paint);
    expect(lines).toEqual([
      "▸ demo/param_abc/all:train  1:20 left  epoch 120  train 2893.1  valid 2911.0  lr 0.0081",
      "  1 of 7 done · 1 running · 5 waiting · 0 failed · 1:05",
    ]);
  });

  it("show what is left of the whole build where that is known", () => {
    const frame = { tally: tallyOf([]), columns: 120, rows: 24, elapsedSeconds: 65, now: 0 };
    const about = (atLeast: boolean) => liveLines({ ...frame, left: { seconds: 250, atLeast } }, paint);
    expect(about(false)).toEqual(["  0 of 7 done · 0 running · 7 waiting · 0 failed · 1:05 · about 4:10 left"]);
    expect(about(true)).toEqual(["  0 of 7 done · 0 running · 7 waiting · 0 failed · 1:05 · more than 4:10 left"]);
  });

  it("never are wider than the terminal, and keep a label's end", () => {
    const tally = tallyOf(["exampleSingleSession/param_Qr2PeG/single_dataset001:train", "short:train"]);
    for (let columns = 1; columns <= 140; columns++) {
      const lines = liveLines({ tally, columns, rows: 24, elapsedSeconds: 5, now: 0 }, paint);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(Math.max(2, columns - 1));
      if (columns >= 40) expect(lines[0]).toContain("dataset001:train");
    }
  });

  it("cut costs before the time left where there is little room", () => {
    const lines = liveLines(
      { tally: tallyOf(["demo/param_abcdef/single_a:train"]), columns: 60, rows: 24, elapsedSeconds: 5, now: 0 },
      paint,
    );
    expect(lines[0]).toBe("▸ demo/pa…f/single_a:train  1:20 left  epoch 120  train 28…");
  });

  it("leave out targets that do not fit the terminal's height", () => {
    const tally = tallyOf(Array.from({ length: 8 }, (_, i) => `run${i}:train`));
    const lines = liveLines({ tally, columns: 80, rows: 6, elapsedSeconds: 5, now: 0 }, paint);
    expect(lines).toHaveLength(5);
    expect(lines[3]).toBe("  and 5 more");
  });

  it("show how long a target has run when it does not say what is left", () => {
    const tally = new BuildTally();
    tally.take({ type: "started", label: "a:export", rule: "export", threads: 1, reasons: [], logFile: "log" }, 1000);
    const lines = liveLines({ tally, columns: 80, rows: 6, elapsedSeconds: 9, now: 8000 }, paint);
    expect(lines[0]).toBe("▸ a:export  0:07");
  });
});
