import { relative } from "node:path";
import { repairStore, type StoreProblem, type StoreRepair, verifyStore } from "#lib/audit/verify-store.js";
import { storeHome } from "#lib/build/store-home.js";
import { loadProject } from "#lib/config/load-project.js";
import { counted } from "#lib/counted.js";
import { formatBytes } from "#lib/format-bytes.js";
import { ok } from "#lib/result.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { exitCode } from "../exit-code.js";
import { lfadsfileOf } from "../lfadsfile-of.js";
import { painter } from "../paint.js";
import { hashingLine } from "../views/hashing-line.js";

const REFUSED = "What the system does not let be read stays as it is: check who owns it and its permissions.";

/** Reads all of the store; with `fix` what is broken is healed or removed. */
export async function cacheVerify(
  context: CommandContext,
  { fix = false, json = false }: { readonly fix?: boolean; readonly json?: boolean },
): Promise<CommandResult> {
  const file = lfadsfileOf(context);
  if (!file.ok) return file;
  const project = await loadProject(file.value);
  if (!project.ok) return project;
  const { terminal } = context;
  const { dir, store } = project.value;
  const home = storeHome(store.folder);
  const view = hashingLine(terminal);
  const report = await verifyStore(home, view.progress).finally(view.stop);
  const { records, contents, bytes, problems } = report;
  const repaired = fix && problems.length > 0 ? await repairStore(dir, home, problems) : undefined;
  if (repaired && !repaired.ok) return repaired;
  const repair = repaired?.value;
  const left = repair ? problems.filter(({ kind }) => kind === "refused") : problems;
  const code = left.length === 0 ? exitCode.fine : exitCode.failed;
  if (json) {
    terminal.out(`${JSON.stringify({ ...report, ...(repair ? { repair } : {}) })}\n`);
    return ok(code);
  }
  const paint = painter(terminal.outColour);
  for (const { what, where, target } of problems) {
    terminal.out(`${paint("red", "✗")} ${relative(dir, where)}: ${what}${target === null ? "" : ` (${target})`}\n`);
  }
  const read = `${counted(records, "record")}, ${counted(contents, "content")}, ${formatBytes(bytes)}`;
  if (problems.length === 0) terminal.out(`Everything in the store is as it was put there: ${read}.\n`);
  else if (repair) {
    const { healed, removed, lost } = repair;
    terminal.out(`\n${counted(problems.length, "problem")} in ${read}. `);
    terminal.out(`Put back from outputs: ${counted(healed, "content")}; removed: ${counted(removed, "content")}.\n`);
    if (lost.length > 0) terminal.out(`${lostLines(lost).join("\n")}\n`);
    if (left.length > 0) terminal.err(`${REFUSED}\n`);
  } else {
    terminal.out(`\n${counted(problems.length, "problem")} in ${read}.\n`);
    terminal.err(`${adviceFor(problems).join("\n")}\n`);
  }
  return ok(code);
}

/** What cannot be restored any more. */
function lostLines(lost: StoreRepair["lost"]): string[] {
  const labels = new Set(lost.map(({ target, key }) => target ?? `(its record could not be read; key ${key})`));
  return [
    "These results cannot be restored any more; they are made again when they are needed:",
    ...[...labels].sort().map((label) => `  ${label}`),
  ];
}

function adviceFor(problems: readonly StoreProblem[]): string[] {
  const mendable = problems.filter(({ kind }) => kind !== "refused");
  const results = mendable.some(({ kind }) => kind !== "content-corrupt") ? " and records" : "";
  return [
    ...(mendable.length > 0
      ? [
          `lfads cache verify --fix puts contents back where an output still has them, and removes the other broken contents${results}.`,
        ]
      : []),
    ...(mendable.length < problems.length ? [REFUSED] : []),
  ];
}
