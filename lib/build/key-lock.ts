/** One builder for each action key, also among several builds in one folder. */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { isProcessAlive, processStart } from "./process-identity.js";

interface Owner {
  readonly pid: number;
  readonly start: string | null;
  readonly host: string;
}

export interface KeyLock {
  release(): void;
}

/** The lock, or who holds it. The lock of a dead process of this host is taken over. */
export function acquireKeyLock(folder: string, key: string): KeyLock | { heldBy: string } {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, key);
  const aside = `${path}.${process.pid}.tmp`;
  const self: Owner = { pid: process.pid, start: processStart(process.pid) ?? null, host: hostname() };
  for (;;) {
    try {
      writeFileSync(aside, JSON.stringify(self));
      linkSync(aside, path);
      return { release: () => rmSync(path, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    } finally {
      rmSync(aside, { force: true });
    }
    const owner = readOwner(path);
    if (owner === "gone") continue;
    if (owner !== "unreadable" && isAlive(owner)) return { heldBy: `process ${owner.pid} on ${owner.host}` };
    removeStale(path, owner);
  }
}

/** Whether a living process holds it. */
export function isKeyLocked(folder: string, key: string): boolean {
  const owner = readOwner(join(folder, key));
  return owner !== "gone" && owner !== "unreadable" && isAlive(owner);
}

function isAlive(owner: Owner): boolean {
  return owner.host !== hostname() || isProcessAlive(owner.pid, owner.start ?? undefined);
}

function readOwner(path: string): Owner | "gone" | "unreadable" {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return "gone";
  }
  try {
    const owner = JSON.parse(text) as Owner;
    return typeof owner.pid === "number" ? owner : "unreadable";
  } catch {
    return "unreadable";
  }
}

/** Moved aside first: if another process took it over meanwhile, its lock is put back. */
function removeStale(path: string, stale: Owner | "unreadable"): void {
  const grabbed = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, grabbed);
  } catch {
    return;
  }
  if (JSON.stringify(readOwner(grabbed)) !== JSON.stringify(stale)) {
    try {
      linkSync(grabbed, path);
    } catch {
      // A third process has it by now.
    }
  }
  unlinkSync(grabbed);
}
