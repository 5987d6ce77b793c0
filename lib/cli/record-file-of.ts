import { join } from "node:path";
import { RECORD_FILE } from "#lib/build/record-files.js";
import type { Collection, Project } from "#lib/config/project.js";

/** Where `lfads build --records` writes a collection's records. Nothing is written into the tree of imported runs. */
export function recordFileOf({ root }: Project, { name, imported }: Collection): string | undefined {
  return imported ? undefined : join(root, name, RECORD_FILE);
}
