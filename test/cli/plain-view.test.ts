import { describe, expect, it } from "vitest";
import { jsonView } from "#lib/cli/views/json-view.js";
import { plainView } from "#lib/cli/views/plain-view.js";
import { collectingTerminal } from "./collecting-terminal.js";

const started = { type: "started", label: "a:train", rule: "train", threads: 1, reasons: [], logFile: "log" } as const;
const progressAt = (epoch: number) =>
  ({
    type: "progress",
    label: "a:train",
    progress: { done: 0.1, secondsLeft: 9, fields: [["epoch", epoch]] },
  }) as const;

describe("progress without a terminal", () => {
  it("is a line for the start, one every ten seconds, and one for the end", () => {
    const terminal = collectingTerminal();
    let time = 0;
    const view = plainView(terminal, { verbose: false, now: () => time });
    view.onEvent(started);
    for (time = 0; time <= 25_000; time += 1000) view.onEvent(progressAt(time / 1000));
    view.onEvent({ type: "finished", label: "a:train", how: "ran", seconds: 26 });
    expect(terminal.written.err.split("\n")).toEqual([
      "  started   a:train",
      "  running   a:train  0:09 left  epoch 10",
      "  running   a:train  0:09 left  epoch 20",
      "✓ ran       a:train  26.0 s",
      "",
    ]);
    expect(terminal.written.out).toBe("");
  });

  it("shows a failure with what to do, the log's end and where the log is", () => {
    const terminal = collectingTerminal();
    const failure = {
      kind: "diverged",
      what: "The cost is NaN at step 12.",
      target: "a:train",
      hint: "Lower c_learning_rate_init.",
      logTail: ["epoch 1"],
      logFile: "/p/.lfads/logs/a.log",
    } as const;
    plainView(terminal, { verbose: false }).onEvent({ type: "failed", label: "a:train", failure, seconds: 3 });
    expect(terminal.written.err).toBe(
      [
        "✗ failed    a:train  3.0 s",
        "    The cost is NaN at step 12.",
        "      Lower c_learning_rate_init.",
        "      | epoch 1",
        "      log: /p/.lfads/logs/a.log",
        "",
      ].join("\n"),
    );
  });
});

describe("--json", () => {
  it("writes one event a line to standard output and nothing else", () => {
    const terminal = collectingTerminal();
    const view = jsonView(terminal);
    view.onEvent(started);
    view.onEvent(progressAt(3));
    view.stop();
    expect(
      terminal.written.out
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual([started, progressAt(3)]);
    expect(terminal.written.err).toBe("");
  });
});
