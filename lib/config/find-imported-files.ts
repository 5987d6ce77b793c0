import { type Dirent, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ImportedSettingDefinition } from "./definition.js";
import type { ImportedFiles } from "./project.js";

/** All files of the imported folders, links followed. A folder that is not there has none. */
export function findImportedFiles(
  collectionDir: string,
  imported: readonly ImportedSettingDefinition[],
): ImportedFiles {
  const folders = new Set(imported.flatMap(({ param, data }) => [param, data]));
  return Object.fromEntries([...folders].map((name) => [name, filesBelow(join(collectionDir, name)).sort()]));
}

function filesBelow(folder: string, prefix = ""): string[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(join(folder, prefix), { withFileTypes: true });
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    const path = `${prefix}${entry.name}`;
    const kind = entry.isSymbolicLink() ? statSync(join(folder, path), { throwIfNoEntry: false }) : entry;
    if (kind?.isDirectory()) return filesBelow(folder, `${path}/`);
    return kind?.isFile() ? [path] : [];
  });
}
