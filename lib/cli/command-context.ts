/** What every command gets beside its own options. */
import type { Failure } from "#lib/failure.js";
import type { Result } from "#lib/result.js";
import type { ExitCode } from "./exit-code.js";
import type { Terminal } from "./terminal.js";

export interface CommandContext {
  readonly terminal: Terminal;
  /** Folder that the command works in: `-C`, or the current one. */
  readonly dir: string;
  /** `--file`, absolute. */
  readonly file: string | undefined;
  readonly verbose: boolean;
}

/** Failures end the process with exit code 2. A command that ran and found a failed target gives 1 itself. */
export type CommandResult = Result<ExitCode, readonly Failure[]>;
