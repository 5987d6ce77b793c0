/**
 * Removes what no lfadsfile of the folder, no root and no other project of the store needs: records, their content, and what
 * was left beside them.
 */
import { existsSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeFolder } from "#lib/make-folder.js";
import { namesIn } from "#lib/names-in.js";
import { mayRun, processName } from "#lib/process-name.js";
import type { ActionRecord } from "./action-record.js";
import type { BuildContext } from "./build-context.js";
import { hashFile, sameStamp, stampOf } from "./file-digest.js";
import { findGarbage, type Garbage } from "./find-garbage.js";
import { findLeftovers, type Leftovers } from "./find-leftovers.js";
import { removeEmptyFolders } from "./place-file.js";
import { removeOutput } from "./publish.js";
import type { Reach } from "./reach.js";
import { removeGoneProjects } from "./store-projects.js";
import { writeStoreSize } from "./store-size.js";

export interface CollectOptions {
  /** Of every lfadsfile of the folder, and of every root. */
  readonly reaches: readonly Reach[];
  /** Only what was last used before this. */
  readonly usedBeforeMs?: number | undefined;
  /** Only as much as the store is larger than this, the least recently used first. */
  readonly maxBytes?: number | undefined;
  /** When something has to go for the size, so much more goes. */
  readonly spareBytes?: number | undefined;
  /** Outputs in the run tree too, where nobody edited them. */
  readonly outputs?: boolean;
  /** Names of files beside the outputs that logs were copied to; they go when nothing else is left there. */
  readonly logNames?: readonly string[];
  readonly dryRun?: boolean;
}

export interface Collection extends Garbage {
  /** Absolute paths in the run tree. */
  readonly outputs: readonly string[];
  readonly outputBytes: number;
  readonly logs: readonly string[];
  /** Folders of work that was interrupted. */
  readonly unfinished: readonly string[];
}

/** A build may be between storing content and naming it in a record for this long. */
const GRACE_MS = 3_600_000;
/** Seen in use is noted this often. */
const TOUCH_EVERY_MS = 86_400_000;

export async function collectGarbage(
  context: BuildContext,
  { reaches, usedBeforeMs, maxBytes, spareBytes, outputs = false, logNames = [], dryRun = false }: CollectOptions,
): Promise<Collection> {
  const { home, records, membership } = context;
  const store = await context.store();
  const nowMs = dryRun ? Date.now() : fileSystemNow(home.contents);
  const others = membership.others();
  const isBuilding = [context.dir, ...others.map(({ dir }) => dir)].some(mayBeBuilding);
  const youngAfterMs = isBuilding ? nowMs - GRACE_MS : nowMs;
  const own = new Set(reaches.flatMap((reach) => [...reach.keys]));
  const keys = new Set([...own, ...others.flatMap((other) => [...other.keys])]);
  // Whose key is not known now, all that was ever made for it may be it.
  const unknown = new Set(reaches.flatMap((reach) => [...reach.unknown]));
  const isNeeded = ({ key, provenance }: ActionRecord) => keys.has(key) || unknown.has(provenance.label);
  const limits = { usedBeforeMs, maxBytes, spareBytes, youngAfterMs };
  const kept = [...records.list()];
  const garbage = findGarbage(kept, store.list(), isNeeded, limits);
  const contentOnly = maxBytes !== undefined && usedBeforeMs === undefined && !outputs;
  const leftovers = contentOnly
    ? { outputs: [], links: [], labels: [], logs: [], unfinished: [] }
    : findLeftovers(context, {
        changedBeforeMs: Math.min(usedBeforeMs ?? youngAfterMs, youngAfterMs),
        outputs,
        liveLabels: new Set(reaches.flatMap((reach) => [...reach.labels])),
        liveKeys: unknown.size === 0 ? keys : undefined,
      });
  if (!dryRun) {
    for (const { records: own } of garbage.groups) for (const { key } of own) records.remove(key, youngAfterMs);
    for (const digest of garbage.contents) await store.remove(digest, youngAfterMs);
    for (const { key, usedMs } of kept) if (keys.has(key) && usedMs < nowMs - TOUCH_EVERY_MS) records.touch(key);
    writeStoreSize(home.contents, {
      bytes: garbage.storeBytes - garbage.bytes,
      neededBytes: garbage.neededBytes,
    });
    removeGoneProjects(home);
    // What a build of this project notes while its file is replaced would be lost.
    if (unknown.size === 0 && !mayBeBuilding(context.dir)) membership.replace(own);
  }
  const gone: Leftovers["outputs"][number][] = [];
  for (const each of leftovers.outputs) {
    const { target, output, path } = each;
    if (dryRun ? await isUntouched(path, output) : await removeOutput(context, target, output, path)) gone.push(each);
  }
  if (!dryRun) removeLeftovers(context, leftovers, logNames);
  const outputBytes = gone.reduce((sum, { output }) => sum + output.size, 0);
  const { logs, unfinished } = leftovers;
  return { ...garbage, outputs: gone.map(({ path }) => path), outputBytes, logs, unfinished };
}

async function isUntouched(path: string, output: Leftovers["outputs"][number]["output"]): Promise<boolean> {
  const stamp = stampOf(path);
  if (!stamp) return false;
  return sameStamp(stamp, output.stamp) || (await hashFile(path, stamp.size)) === output.digest;
}

function removeLeftovers({ state, dir }: BuildContext, leftovers: Leftovers, logNames: readonly string[]): void {
  for (const link of leftovers.links) {
    rmSync(link, { force: true });
    removeEmptyFolders(dirname(link), dirname(link));
  }
  for (const outDir of new Set(leftovers.outputs.map(({ target }) => target.outDir))) {
    const left = namesIn(outDir);
    if (left.every((name) => logNames.includes(name)))
      for (const name of left) rmSync(join(outDir, name), { force: true });
    let there = outDir;
    while (!existsSync(there)) there = dirname(there);
    removeEmptyFolders(there, dir);
  }
  for (const path of [...leftovers.logs, ...leftovers.unfinished]) rmSync(path, { recursive: true, force: true });
  for (const label of leftovers.labels) state.setTarget(label, null);
}

/** By the clock that stamps its files. */
function fileSystemNow(folder: string): number {
  makeFolder(folder);
  const path = join(folder, `.${processName()}~now.tmp`);
  try {
    writeFileSync(path, "");
    return statSync(path).ctimeMs;
  } finally {
    rmSync(path, { force: true });
  }
}

/** Also where the folder is not to be seen from here. */
function mayBeBuilding(dir: string): boolean {
  return !existsSync(dir) || namesIn(join(dir, ".lfads", "staging")).some(mayRun);
}
