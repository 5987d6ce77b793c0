import { rmSync } from "node:fs";
import { join } from "node:path";
import { readRoots } from "#lib/build/roots.js";
import { buildsAtWork } from "#lib/build/staging.js";
import { storeHome } from "#lib/build/store-home.js";
import { StoreMembership } from "#lib/build/store-projects.js";
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

/**
 * Removes recorded outputs that nobody edited since; with `cache` also the store and the records, unless a root keeps some of
 * it. A store that other projects use stays, without what only this one needs of it being needed any more.
 */
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
    const own = join(project.dir, ".lfads");
    const membership = new StoreMembership(project.dir, storeHome(project.store.folder));
    const isElsewhere = project.store.folder !== own;
    const others = options.cache ? membership.others() : [];
    if (!isElsewhere && others.length > 0) {
      const what = `Other projects keep their results in this store: ${others.map(({ dir }) => dir).join(", ")}.`;
      return err([{ kind: "usage", what, where: own, hint: "lfads gc removes what none of them needs." }]);
    }
    const built = labels.value.filter((label) => session.show(label).record);
    const store = isElsewhere ? `.lfads (the shared store stays)` : "the store";
    const question = `Remove the outputs of ${counted(built.length, "target")}${options.cache ? ` and ${store}` : ""}?`;
    if (!options.yes && (built.length > 0 || options.cache)) {
      const { confirm } = await import("../confirm.js");
      const yes = await confirm(question);
      if (!yes.ok) return yes;
      if (!yes.value) return ok(undefined);
    }
    const removed = await session.clean(labels.value);
    if (context.verbose) for (const path of removed) terminal.err(`removed ${path}\n`);
    const kept = `the store${isElsewhere ? ` ${project.store.folder}` : ""} still has their content`;
    const andCache = isElsewhere ? `, and .lfads; ${kept} until lfads gc` : ", the store and its records";
    if (removed.length === 0 && !options.cache) terminal.out("There is nothing to remove.\n");
    else terminal.out(`Removed ${removed.length} files and links${options.cache ? andCache : `; ${kept}`}.\n`);
    if (!options.cache) return ok(undefined);
    if (isElsewhere) membership.leave();
    return ok(own);
  });
  if (!cleaned.ok) return cleaned;
  // After the session is closed, which writes its state there.
  if (cleaned.value !== undefined) rmSync(cleaned.value, { recursive: true, force: true });
  return ok(exitCode.fine);
}
