/** Packages whose builds make what another lfadsfile reads. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { findLfadsfile } from "#lib/config/find-lfadsfile.js";
import type { FilePattern, ProjectFiles } from "#lib/config/project-files.js";
import { projectFiles } from "#lib/config/project-files.js";
import { readJson } from "#lib/edit-json.js";
import { isWithin } from "#lib/is-within.js";

/** Name of the package that makes what is read there, and has a name; undefined for files of the user's. */
export async function producerOf(lfadsfile: string, { folder, pattern }: FilePattern): Promise<string | undefined> {
  const path = resolve(folder, pattern);
  const other = findLfadsfile(dirname(path));
  if (other === undefined || other === lfadsfile) return undefined;
  const files = await projectFiles(other);
  return files.ok && makes(files.value, path) ? packageName(dirname(other)) : undefined;
}

function makes({ recordings, collections }: ProjectFiles, path: string): boolean {
  const made = [...recordings, ...collections.flatMap(({ folder }) => folder ?? [])];
  return made.some((folder) => isWithin(path, folder));
}

function packageName(dir: string): string | undefined {
  const path = join(dir, "package.json");
  const json = existsSync(path) ? readJson(readFileSync(path, "utf8")) : undefined;
  return json?.ok ? (json.value as { name?: string } | null)?.name : undefined;
}
