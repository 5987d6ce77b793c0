/** The relative links that go with a target's outputs. */
import { readlinkSync, symlinkSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolder } from "#lib/make-folder.js";
import { removeAsides, replaceWith } from "#lib/replace-file.js";
import type { StaleReason } from "./stale-reason.js";
import type { Target } from "./target.js";

/** Where a link leads; undefined when there is none. */
export function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

export function checkLinks(target: Target): StaleReason[] {
  const reasons: StaleReason[] = [];
  for (const { path, to } of target.links ?? []) if (readLink(path) !== to) reasons.push({ kind: "link", path });
  return reasons;
}

export function makeLinks(target: Target): void {
  for (const { path, to } of target.links ?? []) {
    if (readLink(path) === to) continue;
    makeFolder(dirname(path));
    if (madeLink(path, to)) continue;
    removeAsides(dirname(path));
    replaceWith(path, (aside) => symlinkSync(to, aside));
  }
}

/** Makes the link; false when something is there already. */
function madeLink(path: string, to: string): boolean {
  try {
    symlinkSync(to, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw Object.assign(error as Error, { path, dest: path });
  }
}
