/**
 * Everything that goes wrong through the user's or the world's fault, as data.
 * `what` is one sentence; `where` is a file, a schema path or an HDF5 path; `hint` says what to do.
 */
export interface Failure {
  readonly kind: FailureKind;
  readonly what: string;
  readonly where?: string;
  /** Label of the target that it stopped. */
  readonly target?: string;
  readonly hint?: string;
  /** Last lines of the target's log, and the log's path. */
  readonly logTail?: readonly string[];
  readonly logFile?: string;
  /** Shown with --verbose only. */
  readonly detail?: string;
}

export type FailureKind =
  | "usage" // the command line
  | "config" // lfadsfile.ts
  | "data" // a recording that cannot be used
  | "diverged" // a training whose numbers are no longer finite
  | "disk" // full, read-only, vanished
  | "crashed" // a child process that ended without a word
  | "interrupted" // Ctrl-C
  | "upstream" // an input target failed
  | "internal"; // a bug of ours, reported from a child process

/** Thrown inside a rule or loader to end it with a failure that the user can act on. */
export class FailureError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.what);
    this.name = "FailureError";
    this.failure = failure;
  }
}

/** One failure as the lines a person reads: what, where, which target, what to do. */
export function formatFailure(failure: Failure, options: { verbose?: boolean } = {}): string {
  const lines = [failure.where ? `${failure.where}: ${failure.what}` : failure.what];
  if (failure.target) lines.push(`  target: ${failure.target}`);
  if (failure.hint) lines.push(`  ${failure.hint}`);
  if (failure.logTail?.length) lines.push(...failure.logTail.map((line) => `  | ${line}`));
  if (failure.logFile) lines.push(`  log: ${failure.logFile}`);
  if (options.verbose && failure.detail) lines.push(...failure.detail.split("\n").map((line) => `  ${line}`));
  return lines.join("\n");
}
