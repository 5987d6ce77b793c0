import { dirname, join } from "node:path";
import { withInputs } from "#lib/build/graph.js";
import { readRoots, removeRoot, writeRoot } from "#lib/build/roots.js";
import { err, ok } from "#lib/result.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { exitCode } from "../exit-code.js";
import { dimHeader, formatTable } from "../format-table.js";
import { formatTime } from "../format-time.js";
import { lfadsfileOf } from "../lfadsfile-of.js";
import { withWorkspace } from "../open-workspace.js";
import { painter } from "../paint.js";
import { selectThere } from "../select-there.js";

export async function listRoots(
  context: CommandContext,
  { json = false }: { readonly json?: boolean },
): Promise<CommandResult> {
  const file = lfadsfileOf(context);
  if (!file.ok) return file;
  const roots = readRoots(join(dirname(file.value), ".lfads"));
  if (!roots.ok) return roots;
  const { terminal } = context;
  if (json) terminal.out(`${JSON.stringify(roots.value)}\n`);
  else if (roots.value.length === 0) terminal.out("There are no roots. lfads roots add keeps results under a name.\n");
  else {
    const paint = painter(terminal.outColour);
    const columns = [
      { title: "root" },
      { title: "of" },
      { title: "added" },
      { title: "results", align: "right" },
    ] as const;
    const rows = roots.value.map(({ name, of, savedAt, keys }) => {
      return [name, of, formatTime(savedAt), String(Object.keys(keys).length)];
    });
    const lines = formatTable(columns, rows, dimHeader(paint));
    terminal.out(`${lines.join("\n")}\n`);
  }
  return ok(exitCode.fine);
}

/** Keeps what is built of the targets now, and of all that they were made from. */
export async function addRoot(
  context: CommandContext,
  name: string,
  patterns: readonly string[],
): Promise<CommandResult> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name)) {
    const hint = "Letters, digits, dots, dashes and underscores, as paper-2026.";
    return err([{ kind: "usage", what: `"${name}" is no name of a root.`, hint }]);
  }
  return withWorkspace(context, {}, async ({ project, graph, session }) => {
    const labels = selectThere({ graph, session }, patterns);
    if (!labels.ok) return labels;
    const nodes = withInputs(graph, labels.value);
    const keys: Record<string, string> = {};
    for (const { target } of nodes) {
      const { key, record } = session.show(target.label);
      if (key !== undefined && record) keys[target.label] = key;
    }
    const kept = Object.keys(keys).length;
    if (kept === 0) return err([{ kind: "usage", what: "Nothing of that is built.", hint: "lfads build makes it." }]);
    const plan = await session.plan(labels.value);
    const of = patterns.length > 0 ? patterns.join(" ") : "everything";
    writeRoot(join(project.dir, ".lfads"), { name, savedAt: new Date().toISOString(), of, keys });
    context.terminal.out(`Root ${name} keeps ${kept} of ${nodes.length} results.\n`);
    const stale = plan.counts.total - plan.counts.fresh;
    if (stale > 0)
      context.terminal.err(`${stale} of them are not fresh: of these it keeps what was built last, if anything.\n`);
    return ok(exitCode.fine);
  });
}

export async function dropRoot(context: CommandContext, name: string): Promise<CommandResult> {
  const file = lfadsfileOf(context);
  if (!file.ok) return file;
  if (!removeRoot(join(dirname(file.value), ".lfads"), name))
    return err([{ kind: "usage", what: `There is no root "${name}".`, hint: "lfads roots lists them." }]);
  context.terminal.out(`Root ${name} is gone; lfads gc removes what nothing else needs.\n`);
  return ok(exitCode.fine);
}
