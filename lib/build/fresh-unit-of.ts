import { join } from "node:path";
import type { BuildContext } from "./build-context.js";
import type { FileStamp } from "./file-digest.js";
import type { FreshUnit } from "./fresh-file.js";

/** What stands behind these targets; undefined unless this session knows all of them to be up to date. */
export function freshUnitOf(
  fingerprint: string,
  labels: readonly string[],
  { graph, state, upToDate }: BuildContext,
): FreshUnit | undefined {
  const files = new Map<string, FileStamp>();
  const links = new Map<string, string>();
  /** False when they are not known. */
  const addOutputs = (label: string): boolean => {
    const built = state.target(label)?.built;
    if (!built || !upToDate.has(label)) return false;
    for (const { path, stamp } of built.outputs) files.set(join(built.outDir, path), stamp);
    return true;
  };
  for (const label of labels) {
    const { target } = graph.byLabel.get(label)!;
    if (!addOutputs(label)) return undefined;
    for (const input of target.inputs) {
      if ("target" in input) {
        if (!labels.includes(input.target) && !addOutputs(input.target)) return undefined;
        continue;
      }
      const stamp = state.file(input.file)?.stamp;
      if (!stamp) return undefined;
      files.set(state.portable(input.file), stamp);
    }
    for (const { path, to } of target.links ?? []) links.set(state.portable(path), to);
  }
  return { fingerprint, labels, files, links };
}
