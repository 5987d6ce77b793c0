/**
 * One builder for each action key, also among several builds in one folder. Who wants a lock first says so, with a file
 * `<key>.<process>` of its own, and then looks whether a living process has said so too. A file is never taken from
 * another process, so nothing can go wrong between looking and taking; one of a dead process says nothing.
 */
import { closeSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "#lib/make-folder.js";
import { namesIn } from "#lib/names-in.js";
import { describeProcess, isOfThisHost, mayRun, processName } from "#lib/process-name.js";

export interface KeyLock {
  release(): void;
}

/** The lock, or who holds it. Of two that ask at the very same time, none may get it: ask again after a while. */
export function acquireKeyLock(folder: string, key: string): KeyLock | { heldBy: string } {
  makeFolder(folder);
  const path = join(folder, `${key}.${processName()}`);
  try {
    closeSync(openSync(path, "wx"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return { heldBy: describeProcess(processName()) };
    throw Object.assign(error as Error, { path: join(folder, key) });
  }
  const other = claims(folder, key).find((name) => name !== processName() && mayRun(name));
  if (other === undefined) return { release: () => rmSync(path, { force: true }) };
  rmSync(path, { force: true });
  return { heldBy: heldBy(folder, key, other) };
}

/** Of a process elsewhere nobody can tell here whether it has ended. */
function heldBy(folder: string, key: string, owner: string): string {
  const process = describeProcess(owner);
  return isOfThisHost(owner) ? process : `${process}; if that has ended, remove ${join(folder, `${key}.${owner}`)}`;
}

/** Whether a process that may be alive holds it. */
export function isKeyLocked(folder: string, key: string): boolean {
  return claims(folder, key).some(mayRun);
}

/** The process in the name of a lock's file. */
export function lockOwner(fileName: string): string {
  return fileName.slice(fileName.indexOf(".") + 1);
}

function claims(folder: string, key: string): string[] {
  return namesIn(folder)
    .filter((name) => name.startsWith(`${key}.`))
    .map(lockOwner);
}
