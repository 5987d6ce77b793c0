import { ok } from "#lib/result.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { checkMachine } from "../doctor/check-machine.js";
import type { MachineCheck } from "../doctor/machine-check.js";
import { type PartReport, selfTest, TRIED_THREADS } from "../doctor/self-test.js";
import { exitCode } from "../exit-code.js";
import { formatTable } from "../format-table.js";
import { type Paint, painter } from "../paint.js";

/** Whether this machine can build, and with `selftest` whether it gives the same bits as others. */
export async function doctor(
  { terminal, dir, file }: CommandContext,
  { selftest = false, json = false }: { readonly selftest?: boolean; readonly json?: boolean },
): Promise<CommandResult> {
  const checks = await checkMachine(dir, file);
  const paint = painter(terminal.outColour);
  if (!json) terminal.out(`${checkLines(checks, paint).join("\n")}\n`);
  const parts = selftest ? await selfTest() : [];
  if (json)
    terminal.out(`${JSON.stringify({ checks, selftest: selftest ? { threads: TRIED_THREADS, parts } : null })}\n`);
  else if (selftest) terminal.out(`\n${partLines(parts, paint).join("\n")}\n`);
  return ok(parts.every((part) => part.same) ? exitCode.fine : exitCode.failed);
}

function checkLines(checks: readonly MachineCheck[], paint: Paint): string[] {
  const width = Math.max(...checks.map(({ name }) => name.length));
  return checks.map(({ name, found, advice }) => {
    const verdict = advice === null ? paint("green", "ok     ") : paint("yellow", "warning");
    return `${verdict}  ${name.padEnd(width)}  ${found}${advice === null ? "" : `. ${advice}`}`;
  });
}

/** Digests are cut to what tells them apart. */
function partLines(parts: readonly PartReport[], paint: Paint): string[] {
  const threads = TRIED_THREADS.map((count) => ({ title: count === 1 ? "1 thread" : `${count} threads` }));
  const columns = [{ title: "part" }, { title: "expected" }, ...threads, { title: "bits" }];
  const rows = parts.map(({ part, expected, digests, same }) => {
    const short = [expected, ...digests].map((digest) => digest.slice(0, 12));
    return [part, ...short, same ? "same" : "different"];
  });
  const table = formatTable(columns, rows, (cell, row, column) => {
    if (row < 0) return paint("dim", cell);
    return column === columns.length - 1 ? paint(parts[row]!.same ? "green" : "red", cell) : cell;
  });
  const different = parts.filter((part) => !part.same).map(({ part }) => part);
  const verdict =
    different.length === 0
      ? "This machine gives the same bits as every other."
      : `This machine gives other bits: ${different.join(", ")}. Please report it with what lfads doctor --selftest --json prints.`;
  return [...table, "", verdict];
}
