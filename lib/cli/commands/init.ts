import { basename, join, relative } from "node:path";
import { findLfadsfile } from "#lib/config/find-lfadsfile.js";
import { initLfadsfile } from "#lib/config/init-lfadsfile.js";
import { err, ok } from "#lib/result.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { exitCode } from "../exit-code.js";

export interface InitOptions {
  /** Make the build a task of Turbo; a lfadsfile that is there is taken as it is. */
  readonly turbo?: boolean;
}

export async function init({ terminal, dir }: CommandContext, { turbo = false }: InitOptions): Promise<CommandResult> {
  if (turbo) return initTurbo(terminal, dir);
  const file = initLfadsfile(dir);
  if (!file.ok) return err([file.error]);
  terminal.out(`Wrote ${shown(file.value)}. Now: npx lfads build\n`);
  return ok(exitCode.fine);
}

async function initTurbo(terminal: CommandContext["terminal"], dir: string): Promise<CommandResult> {
  const { addTurboTask, turboWorkspace } = await import("#lib/turbo/add-turbo-task.js");
  const root = turboWorkspace(dir);
  if (!root.ok) return root;
  const present = findLfadsfile(dir);
  const isHere = present !== undefined && join(dir, basename(present)) === present;
  const file = isHere ? ok(present) : initLfadsfile(dir);
  if (!file.ok) return err([file.error]);
  const added = await addTurboTask(file.value, root.value);
  if (!added.ok) return added;
  const wrote = [...(isHere ? [] : [file.value]), ...added.value].map(shown).join(", ");
  const first = wrote === "" ? "Everything is there already." : `Wrote ${wrote}.`;
  terminal.out(`${first} Now: npx turbo run lfads:build\n`);
  return ok(exitCode.fine);
}

function shown(path: string): string {
  return relative(process.cwd(), path);
}
