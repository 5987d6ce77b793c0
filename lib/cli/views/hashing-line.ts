/** One line of progress that is redrawn while files are read; nothing where nothing can be redrawn. */
import { formatBytes } from "#lib/format-bytes.js";
import { formatClock } from "../format-seconds.js";
import type { Terminal } from "../terminal.js";

const redrawMs = 100;

export function hashingLine(terminal: Terminal, now: () => number = () => performance.now()) {
  const startedMs = now();
  let drawnMs = startedMs;
  let drawn = false;
  return {
    /** Bytes read, of how many. */
    progress(done: number, total: number): void {
      const time = now();
      if (!terminal.live || time - drawnMs < redrawMs) return;
      drawnMs = time;
      drawn = true;
      const left = done > 0 ? ((time - startedMs) / 1000) * (total / done - 1) : 0;
      const text = `  hashing  ${formatBytes(done)} of ${formatBytes(total)}  ${formatClock(left)} left`;
      terminal.err(`\r\u001b[2K${text.slice(0, terminal.size().columns - 1)}`);
    },
    stop(): void {
      if (drawn) terminal.err("\r\u001b[2K");
      drawn = false;
    },
  };
}
