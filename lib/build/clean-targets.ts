import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { BuildContext } from "./build-context.js";
import { readLink } from "./links.js";
import { removeEmptyFolders } from "./place-file.js";
import { removeOutput } from "./publish.js";

/** Removes the recorded outputs and links of targets; edited files stay, with a warning. The store keeps its copies. */
export async function cleanTargets(labels: readonly string[], context: BuildContext): Promise<string[]> {
  const removed: string[] = [];
  for (const label of labels) {
    const target = context.graph.byLabel.get(label)?.target;
    const built = context.state.target(label)?.built;
    if (!target || !built || built.outDir !== context.state.portable(target.outDir)) continue;
    for (const output of built.outputs) {
      const path = join(target.outDir, output.path);
      if (await removeOutput(context, target, output, path)) removed.push(path);
    }
    for (const link of built.how === "imported" ? [] : (target.links ?? [])) {
      if (readLink(link.path) !== link.to) continue;
      rmSync(link.path);
      removed.push(link.path);
      removeEmptyFolders(dirname(link.path), dirname(link.path));
    }
    context.state.setTarget(label, null);
    context.upToDate.delete(label);
  }
  return removed;
}
