/** Progress where nothing can be redrawn: lines for start and end, and now and then one on the way. */
import { painter } from "../paint.js";
import type { Terminal } from "../terminal.js";
import { BuildTally } from "./build-tally.js";
import type { BuildView, ViewOptions } from "./build-view.js";
import { formatEvent } from "./format-event.js";
import { fieldCells } from "./live-lines.js";

const progressEveryMs = 10_000;

/** `now` in ms. */
export function plainView(terminal: Terminal, options: ViewOptions & { now?: () => number }): BuildView {
  const paint = painter(terminal.errColour);
  const now = options.now ?? (() => performance.now());
  const tally = new BuildTally();
  const spokenAt = new Map<string, number>();
  return {
    onEvent(event) {
      const time = now();
      tally.take(event, time);
      if (event.type === "started") {
        spokenAt.set(event.label, time);
        if (!options.verbose && !options.explain) terminal.err(`  started   ${event.label}\n`);
      } else if (event.type === "progress" && time - (spokenAt.get(event.label) ?? 0) >= progressEveryMs) {
        spokenAt.set(event.label, time);
        const seconds = (time - (tally.running.get(event.label)?.since ?? time)) / 1000;
        terminal.err(`  running   ${event.label}  ${fieldCells(event.progress, seconds).join("  ")}\n`);
      }
      const line = formatEvent(event, paint, options);
      if (line !== undefined) terminal.err(`${line}\n`);
    },
    stop: () => {},
  };
}
