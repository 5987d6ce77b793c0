/** What killed builds leave behind: staging folders, locks, files aside, and scratch folders of targets that are done. */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { namesIn } from "#lib/names-in.js";
import { mayRun } from "#lib/process-name.js";
import { removeAsides } from "#lib/replace-file.js";
import { acquireKeyLock, lockOwner } from "./key-lock.js";
import { removeEndedProgress } from "./progress-file.js";
import type { RecordStore } from "./record-store.js";

/**
 * `folder` is `.lfads`. What belongs to a living process stays, and scratch of work that is not done. `killed`: a build
 * is known to have been killed, so that files aside are looked for everywhere.
 */
export function sweepLeftovers(folder: string, records: RecordStore, killed = false): void {
  const locks = join(folder, "locks");
  let found = killed;
  for (const [place, ownerOf] of [
    ["staging", (name: string) => name],
    ["store/tmp", (name: string) => name],
    ["locks", lockOwner],
  ] as const) {
    for (const name of namesIn(join(folder, place))) {
      if (mayRun(ownerOf(name))) continue;
      remove(folder, place, name);
      found = true;
    }
  }
  for (const key of namesIn(join(folder, "scratch"))) {
    if (!records.get(key)) continue;
    const lock = acquireKeyLock(locks, key);
    if ("heldBy" in lock) continue;
    remove(folder, "scratch", key);
    lock.release();
  }
  for (const place of [folder, join(folder, "store"), ...foldersIn(join(folder, "config"))]) removeAsides(place);
  if (!found) return;
  const logs = join(folder, "logs");
  for (const place of [logs, ...foldersIn(join(folder, "actions"))]) removeAsides(place);
  if (existsSync(logs)) removeEndedProgress(logs);
}

function foldersIn(folder: string): string[] {
  return namesIn(folder).map((name) => join(folder, name));
}

function remove(...path: string[]): void {
  rmSync(join(...path), { recursive: true, force: true });
}
