/** What killed builds leave behind: staging folders, locks, files aside, and scratch folders of targets that are done. */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { namesIn } from "#lib/names-in.js";
import { mayRun } from "#lib/process-name.js";
import { removeAsides } from "#lib/replace-file.js";
import { acquireKeyLock, lockOwner } from "./key-lock.js";
import { removeEndedProgress } from "./progress-file.js";
import type { RecordStore } from "./record-store.js";
import type { StoreHome } from "./store-home.js";

/**
 * `folder` is `.lfads`. What belongs to a living process stays, and scratch of work that is not done. `killed`: a build
 * is known to have been killed, so that files aside are looked for everywhere.
 */
export function sweepLeftovers(folder: string, home: StoreHome, records: RecordStore, killed = false): void {
  let found = killed;
  for (const [place, ownerOf] of [
    [join(folder, "staging"), (name: string) => name],
    [join(home.contents, "tmp"), (name: string) => name],
    [join(folder, "locks"), lockOwner],
    ...(home.locks === join(folder, "locks") ? [] : [[home.locks, lockOwner] as const]),
  ] as const) {
    for (const name of namesIn(place)) {
      if (mayRun(ownerOf(name))) continue;
      remove(place, name);
      found = true;
    }
  }
  for (const key of namesIn(join(folder, "scratch"))) {
    if (!records.get(key)) continue;
    const lock = acquireKeyLock(home.locks, key);
    if ("heldBy" in lock) continue;
    remove(folder, "scratch", key);
    lock.release();
  }
  for (const place of [folder, home.contents, home.projects, ...foldersIn(join(folder, "config"))]) removeAsides(place);
  if (!found) return;
  const logs = join(folder, "logs");
  for (const place of [logs, ...foldersIn(home.actions)]) removeAsides(place);
  if (existsSync(logs)) removeEndedProgress(logs);
}

function foldersIn(folder: string): string[] {
  return namesIn(folder).map((name) => join(folder, name));
}

function remove(...path: string[]): void {
  rmSync(join(...path), { recursive: true, force: true });
}
