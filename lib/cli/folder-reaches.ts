/** What everything that uses a folder's `.lfads` needs of its store. */
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Reach } from "#lib/build/reach.js";
import { type Root, readRoots } from "#lib/build/roots.js";
import type { Failure } from "#lib/failure.js";
import { namesIn } from "#lib/names-in.js";
import { err, ok, type Result } from "#lib/result.js";
import type { CommandContext } from "./command-context.js";
import { lfadsfileOf } from "./lfadsfile-of.js";
import { withWorkspace } from "./open-workspace.js";

export interface NamedReach extends Reach {
  /** `lfadsfile.ts`, or `root <name>`. */
  readonly name: string;
}

/** Of every lfadsfile beside this one that was ever loaded and is still there, and of every root. */
export async function folderReaches(
  context: CommandContext,
): Promise<Result<readonly NamedReach[], readonly Failure[]>> {
  const own = lfadsfileOf(context);
  if (!own.ok) return own;
  const dir = dirname(own.value);
  const roots = readRoots(join(dir, ".lfads"));
  if (!roots.ok) return roots;
  const reaches: NamedReach[] = roots.value.map(rootReach);
  const failures: Failure[] = [];
  for (const file of [own.value, ...otherLfadsfiles(own.value)]) {
    const reach = await withWorkspace({ ...context, file }, {}, async ({ session }) => ok(await session.reach()));
    if (reach.ok) reaches.push({ ...reach.value, name: basename(file) });
    else failures.push(...reach.error.map((failure) => inFile(failure, file, own.value)));
  }
  return failures.length > 0 ? err(failures) : ok(reaches);
}

function rootReach({ name, keys }: Root): NamedReach {
  return {
    name: `root ${name}`,
    labels: new Set(Object.keys(keys)),
    keys: new Set(Object.values(keys)),
    unknown: new Set(),
  };
}

/** Loading a lfadsfile leaves its bundle in a folder of its name. */
function otherLfadsfiles(own: string): string[] {
  const dir = dirname(own);
  return namesIn(join(dir, ".lfads", "config"))
    .map((name) => join(dir, name))
    .filter((file) => file !== own && existsSync(file));
}

function inFile(failure: Failure, file: string, own: string): Failure {
  if (file === own) return failure;
  const hint = `What ${basename(file)} needs of the store is not known. Correct it, or remove it when it is no longer used.`;
  return { ...failure, hint };
}
