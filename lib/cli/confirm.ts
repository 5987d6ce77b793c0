import { createInterface } from "node:readline/promises";
import type { Failure } from "#lib/failure.js";
import { err, ok, type Result } from "#lib/result.js";

/** Whether the person at the terminal says yes; a failure where there is none to ask. */
export async function confirm(question: string): Promise<Result<boolean, readonly Failure[]>> {
  if (!process.stdin.isTTY) {
    return err([{ kind: "usage", what: question, hint: "Say --yes to do it without a terminal to ask on." }]);
  }
  const readline = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return ok(/^y(es)?$/i.test((await readline.question(`${question} [y/N] `)).trim()));
  } finally {
    readline.close();
  }
}
