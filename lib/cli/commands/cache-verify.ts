import { dirname, join, relative } from "node:path";
import { repairStore, type StoreProblem, verifyStore } from "#lib/audit/verify-store.js";
import { formatBytes } from "#lib/format-bytes.js";
import { ok } from "#lib/result.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { exitCode } from "../exit-code.js";
import { lfadsfileOf } from "../lfadsfile-of.js";
import { painter } from "../paint.js";
import { hashingLine } from "../views/hashing-line.js";

/** Reads all of the store; with `fix` what is broken is healed or removed. */
export async function cacheVerify(
  context: CommandContext,
  { fix = false, json = false }: { readonly fix?: boolean; readonly json?: boolean },
): Promise<CommandResult> {
  const file = lfadsfileOf(context);
  if (!file.ok) return file;
  const { terminal } = context;
  const dir = dirname(file.value);
  const view = hashingLine(terminal);
  const report = await verifyStore(join(dir, ".lfads"), view.progress).finally(view.stop);
  const { records, contents, bytes, problems } = report;
  const repair = fix && problems.length > 0 ? await repairStore(dir, problems) : undefined;
  const code = problems.length === 0 || repair ? exitCode.fine : exitCode.failed;
  if (json) {
    terminal.out(`${JSON.stringify({ ...report, ...(repair ? { repair } : {}) })}\n`);
    return ok(code);
  }
  const paint = painter(terminal.outColour);
  for (const { what, where, target } of problems) {
    terminal.out(`${paint("red", "✗")} ${relative(dir, where)}: ${what}${target === null ? "" : ` (${target})`}\n`);
  }
  const read = `${records} records, ${contents} contents, ${formatBytes(bytes)}`;
  if (problems.length === 0) terminal.out(`Everything in the store is as it was put there: ${read}.\n`);
  else if (repair) {
    terminal.out(`\n${problems.length} problems in ${read}. ${repair.healed} contents were put back from outputs, `);
    terminal.out(`${repair.removed} contents and records were removed; what is needed is made again.\n`);
  } else {
    terminal.out(`\n${problems.length} problems in ${read}.\n`);
    terminal.err(`${adviceFor(problems)}\n`);
  }
  return ok(code);
}

function adviceFor(problems: readonly StoreProblem[]): string {
  const results = problems.some(({ kind }) => kind !== "content-corrupt") ? " and records" : "";
  return `lfads cache verify --fix puts contents back where an output still has them, and removes the other broken contents${results}.`;
}
