/** Runs one command line; the result is the exit code. */
import { CommanderError } from "commander";
import { diskFailure } from "#lib/disk-failure.js";
import { FailureError } from "#lib/failure.js";
import type { CommandResult } from "./command-context.js";
import { type ExitCode, exitCode } from "./exit-code.js";
import { painter } from "./paint.js";
import { printFailures } from "./print-failures.js";
import { createProgram } from "./program.js";
import { processTerminal, type Terminal } from "./terminal.js";

export async function runCli(args: readonly string[], terminal: Terminal = processTerminal()): Promise<ExitCode> {
  let result: CommandResult = { ok: true, value: exitCode.fine };
  const program = createProgram(terminal, (value) => {
    result = value;
  });
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.fine : exitCode.usage;
    const failure = error instanceof FailureError ? error.failure : diskFailure(error);
    if (!failure) return reportBug(error, args, terminal);
    result = { ok: false, error: [failure] };
  }
  if (result.ok) return result.value;
  printFailures(terminal, result.error, args.includes("--verbose"));
  return exitCode.usage;
}

function reportBug(error: unknown, args: readonly string[], terminal: Terminal): ExitCode {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const paint = painter(terminal.errColour);
  terminal.err(`${paint("red", "error")}: a bug in lfads: ${message}\n`);
  if (args.includes("--verbose")) terminal.err(`${stack}\n`);
  else terminal.err("  Run it again with --verbose to see where, and please report it.\n");
  return exitCode.failed;
}
