import { relative } from "node:path";
import { initLfadsfile } from "#lib/config/init-lfadsfile.js";
import { err, ok } from "#lib/result.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { exitCode } from "../exit-code.js";

export async function init({ terminal, dir }: CommandContext): Promise<CommandResult> {
  const file = initLfadsfile(dir);
  if (!file.ok) return err([file.error]);
  terminal.out(`Wrote ${relative(process.cwd(), file.value)}. Now: npx lfads build\n`);
  return ok(exitCode.fine);
}
