/** How much is hashed, and how long the rest takes. */
import { formatBytes } from "#lib/format-bytes.js";
import { formatClock } from "../format-seconds.js";
import type { Terminal } from "../terminal.js";
import { progressLine } from "./progress-line.js";

const redrawMs = 100;

export function hashingLine(terminal: Terminal, now: () => number = () => performance.now()) {
  const line = progressLine(terminal);
  const startedMs = now();
  let drawnMs = startedMs;
  return {
    /** Bytes read, of how many. */
    progress(done: number, total: number): void {
      const time = now();
      if (time - drawnMs < redrawMs) return;
      drawnMs = time;
      const left = done > 0 ? ((time - startedMs) / 1000) * (total / done - 1) : 0;
      line.show(`hashing  ${formatBytes(done)} of ${formatBytes(total)}  ${formatClock(left)} left`);
    },
    stop: line.clear,
  };
}
