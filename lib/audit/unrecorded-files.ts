import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { Target } from "#lib/build/index.js";
import { RECORD_FILE } from "#lib/build/record-files.js";
import type { TargetAudit } from "./audit-report.js";

/**
 * Files in the folders of targets that no record tells the origin of; to be asked when every target was audited. Links,
 * logs, files of records and files that targets read are none of them.
 */
export function unrecordedFiles(targets: readonly Target[], audits: ReadonlyMap<string, TargetAudit>): string[] {
  const known = new Set<string>();
  for (const { label, outDir, inputs, links = [], logCopy } of targets) {
    for (const { path } of audits.get(label)?.record?.outputs ?? []) known.add(join(outDir, path));
    for (const { path } of links) known.add(path);
    for (const input of inputs) if ("file" in input) known.add(input.file);
    if (logCopy) known.add(logCopy.path);
  }
  // Where files were adopted, others are not ours to ask after.
  return topFolders(targets.filter(({ adopts }) => !adopts))
    .flatMap(listFiles)
    .filter((path) => !known.has(path) && basename(path) !== RECORD_FILE);
}

/** Those that lie in no other of them. */
function topFolders(targets: readonly Target[]): string[] {
  const tops: string[] = [];
  for (const folder of [...new Set(targets.map(({ outDir }) => `${outDir}/`))].sort()) {
    if (!tops.length || !folder.startsWith(tops.at(-1)!)) tops.push(folder);
  }
  return tops;
}

function listFiles(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    return entries.flatMap((entry) => (entry.isDirectory() ? [] : [join(entry.parentPath, entry.name)])).sort();
  } catch {
    return [];
  }
}
