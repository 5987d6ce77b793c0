import { statSync } from "node:fs";
import { resolve } from "node:path";

/** Files under a folder that match a pattern, as paths from there, in no order. A path without wildcards is itself. */
async function matchingFiles(pattern: string, folder: string): Promise<string[]> {
  if (!/[*?[\]{}()!]/.test(pattern)) {
    const stat = statSync(resolve(folder, pattern), { throwIfNoEntry: false });
    return stat?.isFile() ? [pattern] : [];
  }
  const { default: glob } = await import("tiny-glob/sync.js");
  return glob(pattern, { cwd: folder, filesOnly: true }).map((file) => file.replaceAll("\\", "/"));
}

/** Those of several patterns, each once, sorted by code units; what matches nothing is told to `onNone`. */
export async function filesOf(
  patterns: readonly string[],
  folder: string,
  onNone: (pattern: string) => void,
): Promise<string[]> {
  const files = new Set<string>();
  for (const pattern of patterns) {
    const matches = await matchingFiles(pattern, folder);
    for (const file of matches) files.add(file);
    if (matches.length === 0) onNone(pattern);
  }
  return [...files].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
