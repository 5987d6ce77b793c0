/** Progress on a terminal: finished targets scroll above, running ones are redrawn below. */
import type { BuildEvent } from "#lib/build/index.js";
import { painter } from "../paint.js";
import type { Terminal } from "../terminal.js";
import { BuildTally } from "./build-tally.js";
import type { BuildView, ViewOptions } from "./build-view.js";
import { formatEvent } from "./format-event.js";
import { liveLines } from "./live-lines.js";
import { TimeLeftClock } from "./time-left-clock.js";

const redrawMs = 100;
const hideCursor = "\u001b[?25l";
const showCursor = "\u001b[?25h";
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const escapes = /\u001b\[[0-9;?]*[A-Za-z]/g;

export function liveView(terminal: Terminal, options: ViewOptions): BuildView {
  const paint = painter(terminal.errColour);
  const tally = new BuildTally();
  const startedAt = performance.now();
  const clockLeft = options.timeLeft && new TimeLeftClock(options.timeLeft);
  let above = "";
  let drawn: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let clock: NodeJS.Timeout | undefined;
  let started = false;
  let stopped = false;

  const draw = (last = false) => {
    timer = undefined;
    const now = performance.now();
    const { columns, rows } = terminal.size();
    const frame = { tally, columns, rows, elapsedSeconds: (now - startedAt) / 1000, now };
    const lines = last ? [] : liveLines({ ...frame, left: clockLeft?.read(tally, now) }, paint);
    const text = erase(drawn, columns) + above + lines.map((line) => `${line}\n`).join("");
    above = "";
    drawn = lines;
    if (text) terminal.err(text);
  };
  const soon = () => {
    timer ??= setTimeout(draw, redrawMs);
  };
  const stop = () => {
    if (stopped) return;
    stopped = true;
    clearTimeout(timer);
    clearInterval(clock);
    draw(true);
    if (started) terminal.err(showCursor);
    process.removeListener("exit", stop);
  };
  const start = () => {
    started = true;
    terminal.err(hideCursor);
    clock = setInterval(soon, 1000);
    clock.unref();
    // A crash must not leave the terminal without its cursor.
    process.on("exit", stop);
  };

  return {
    onEvent(event: BuildEvent) {
      if (stopped) return;
      if (!started) start();
      tally.take(event, performance.now());
      const line = formatEvent(event, paint, options);
      if (line !== undefined) above += `${line}\n`;
      soon();
    },
    stop,
  };
}

/** Clears `lines` from the last to the first; a line wider than the terminal takes several rows. */
function erase(lines: readonly string[], columns: number): string {
  if (lines.length === 0) return "";
  const rows = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.replace(escapes, "").length / columns)), 0);
  // Not "erase below": at the top of the screen some terminals put what it erases into their history.
  return `${"\u001b[1A\u001b[2K".repeat(rows)}\r`;
}
