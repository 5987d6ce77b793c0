import { type Failure, formatFailure } from "#lib/failure.js";
import { painter } from "./paint.js";
import type { Terminal } from "./terminal.js";

export function printFailures(terminal: Terminal, failures: readonly Failure[], verbose: boolean): void {
  const paint = painter(terminal.errColour);
  for (const failure of failures) terminal.err(`${paint("red", "error")}: ${formatFailure(failure, { verbose })}\n`);
}
