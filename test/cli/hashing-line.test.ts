import { expect, it } from "vitest";
import { hashingLine } from "#lib/cli/views/hashing-line.js";
import { collectingTerminal } from "./collecting-terminal.js";

function watched(live: boolean) {
  const terminal = collectingTerminal();
  let nowMs = 0;
  const line = hashingLine({ ...terminal, live }, () => nowMs);
  const at = (ms: number, done: number) => {
    nowMs = ms;
    line.progress(done, 3e9);
  };
  return { at, stop: line.stop, written: terminal.written };
}

it("hashing tells how much is done and how long the rest takes, now and then, and leaves no line behind", () => {
  const { at, stop, written } = watched(true);
  at(10, 1e6);
  expect(written.err).toBe("");
  at(30_000, 1e9);
  at(30_050, 1.1e9);
  expect(written.err).toBe("\r\u001b[2K  hashing  1.0 GB of 3.0 GB  1:00 left");
  stop();
  stop();
  expect(written).toEqual({ out: "", err: "\r\u001b[2K  hashing  1.0 GB of 3.0 GB  1:00 left\r\u001b[2K" });
});

it("hashing says nothing where nothing can be redrawn", () => {
  const { at, stop, written } = watched(false);
  at(30_000, 1e9);
  stop();
  expect(written).toEqual({ out: "", err: "" });
});
