/** One line of progress that is redrawn; nothing where nothing can be redrawn. */
import type { Terminal } from "../terminal.js";

export function progressLine(terminal: Terminal) {
  let drawn = false;
  return {
    show(text: string): void {
      if (!terminal.live) return;
      drawn = true;
      terminal.err(`\r\u001b[2K${`  ${text}`.slice(0, terminal.size().columns - 1)}`);
    },
    /** Before anything else is written. */
    clear(): void {
      if (drawn) terminal.err("\r\u001b[2K");
      drawn = false;
    },
  };
}
