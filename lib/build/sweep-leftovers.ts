/** What killed builds leave behind: staging folders, content not yet in the store, locks, and scratch folders of targets that are done. */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isKeyLocked } from "./key-lock.js";
import { isProcessAlive } from "./process-identity.js";
import type { RecordStore } from "./record-store.js";

/** `folder` is `.lfads`. What belongs to a living process stays, and scratch of work that is not done. */
export function sweepLeftovers(folder: string, records: RecordStore): void {
  const locks = join(folder, "locks");
  for (const place of ["staging", "store/tmp"]) {
    for (const name of list(join(folder, place))) {
      const [pid, start] = name.split("-");
      if (!isProcessAlive(Number(pid), start || undefined)) remove(folder, place, name);
    }
  }
  for (const name of list(locks)) {
    const pid = name.split(".")[1];
    const living = pid === undefined ? isKeyLocked(locks, name) : isProcessAlive(Number(pid), undefined);
    if (!living) remove(folder, "locks", name);
  }
  for (const key of list(join(folder, "scratch"))) {
    if (records.get(key) && !isKeyLocked(locks, key)) remove(folder, "scratch", key);
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function remove(...path: string[]): void {
  rmSync(join(...path), { recursive: true, force: true });
}
