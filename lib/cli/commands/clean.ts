import { rmSync } from "node:fs";
import { join } from "node:path";
import { readRoots } from "#lib/build/roots.js";
import { buildsAtWork } from "#lib/build/staging.js";
import { counted } from "#lib/counted.js";
import { err, ok } from "#lib/result.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { exitCode } from "../exit-code.js";
import { withWorkspace } from "../open-workspace.js";
import { selectThere } from "../select-there.js";

export interface CleanOptions {
  readonly yes?: boolean;
  readonly cache?: boolean;
}

/** Removes recorded outputs that nobody edited since; with `cache` also the store and the records, unless a root keeps some of it. */
export async function clean(
  context: CommandContext,
  patterns: readonly string[],
  options: CleanOptions,
): Promise<CommandResult> {
  const { terminal } = context;
  const cleaned = await withWorkspace(context, {}, async ({ graph, session, project }) => {
    const labels = selectThere({ graph, session }, patterns);
    if (!labels.ok) return labels;
    const [other] = options.cache ? buildsAtWork(join(project.dir, ".lfads")) : [];
    if (other !== undefined) {
      const what = `A build is under way in this folder: ${other}.`;
      return err([{ kind: "usage", what, hint: "Wait until it has ended, or stop it." }]);
    }
    const roots = options.cache ? readRoots(join(project.dir, ".lfads")) : ok([]);
    if (!roots.ok) return roots;
    if (roots.value.length > 0) {
      const what = `The store keeps results under names: ${roots.value.map(({ name }) => name).join(", ")}.`;
      return err([{ kind: "usage", what, hint: "Give them up first: lfads roots remove <name>" }]);
    }
    const built = labels.value.filter((label) => session.show(label).record);
    const question = `Remove the outputs of ${counted(built.length, "target")}${options.cache ? " and the store" : ""}?`;
    if (!options.yes && (built.length > 0 || options.cache)) {
      const { confirm } = await import("../confirm.js");
      const yes = await confirm(question);
      if (!yes.ok) return yes;
      if (!yes.value) return ok(undefined);
    }
    const removed = await session.clean(labels.value);
    if (context.verbose) for (const path of removed) terminal.err(`removed ${path}\n`);
    terminal.out(
      `Removed ${removed.length} files and links${options.cache ? ", the store and its records" : "; the store still has their content"}.\n`,
    );
    return ok(options.cache ? join(project.dir, ".lfads") : undefined);
  });
  if (!cleaned.ok) return cleaned;
  // After the session is closed, which writes its state there.
  if (cleaned.value !== undefined) rmSync(cleaned.value, { recursive: true, force: true });
  return ok(exitCode.fine);
}
