/** Named sets of results that a collection keeps, whatever the lfadsfile says by then. */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Failure } from "#lib/failure.js";
import { makeFolder } from "#lib/make-folder.js";
import { namesIn } from "#lib/names-in.js";
import { replaceFile } from "#lib/replace-file.js";
import { err, ok, type Result } from "#lib/result.js";

export interface Root {
  readonly name: string;
  readonly savedAt: string;
  /** What was on the command line, for a reader. */
  readonly of: string;
  /** Label → key. */
  readonly keys: Readonly<Record<string, string>>;
}

/** `folder` is `.lfads`. Replaces a root of that name. */
export function writeRoot(folder: string, root: Root): void {
  makeFolder(join(folder, "roots"));
  replaceFile(fileOf(folder, root.name), `${JSON.stringify({ format: 1, ...root }, null, 1)}\n`);
}

/** By name. A root that cannot be read is a failure: what it keeps is not known. */
export function readRoots(folder: string): Result<readonly Root[], readonly Failure[]> {
  const roots: Root[] = [];
  const failures: Failure[] = [];
  for (const name of rootNames(folder)) {
    const path = fileOf(folder, name);
    try {
      const { format, ...root } = JSON.parse(readFileSync(path, "utf8"));
      if (format !== 1 || root.name !== name || typeof root.keys !== "object") throw new SyntaxError("no root");
      roots.push(root);
    } catch {
      const hint = `Put it back, or give it up: lfads roots remove ${name}`;
      failures.push({
        kind: "data",
        what: "The root cannot be read, so what it keeps is not known.",
        where: path,
        hint,
      });
    }
  }
  return failures.length > 0 ? err(failures) : ok(roots);
}

/** False when there is none of that name. */
export function removeRoot(folder: string, name: string): boolean {
  if (!rootNames(folder).includes(name)) return false;
  rmSync(fileOf(folder, name));
  return true;
}

function fileOf(folder: string, name: string): string {
  return join(folder, "roots", `${name}.json`);
}

function rootNames(folder: string): string[] {
  return namesIn(join(folder, "roots")).flatMap((file) =>
    file.endsWith(".json") ? [file.slice(0, -".json".length)] : [],
  );
}
