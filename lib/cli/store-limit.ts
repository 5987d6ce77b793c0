/** How large the store may grow, and what a build does when it is larger. */
import { existsSync, statfsSync } from "node:fs";
import { storeHome } from "#lib/build/store-home.js";
import { readStoreSize } from "#lib/build/store-size.js";
import type { Project } from "#lib/config/project.js";
import { diskFailure } from "#lib/disk-failure.js";
import { formatFailure } from "#lib/failure.js";
import { formatBytes } from "#lib/format-bytes.js";
import { ok } from "#lib/result.js";
import type { CommandContext } from "./command-context.js";

const MOST_BYTES = 50e9;
const SHARE_OF_DISK = 1 / 5;
/** So much is made free beyond what must be, so that the next builds need not look again. */
const SLACK = 0.1;

/** Infinity without a limit. */
export function storeLimit({ dir, store }: Project): number {
  if (store.maxBytes !== null) return store.maxBytes;
  const { blocks, bsize } = statfsSync(existsSync(store.folder) ? store.folder : dir);
  return Math.min(MOST_BYTES, blocks * bsize * SHARE_OF_DISK);
}

/**
 * After a build that stored something. Only when the store has outgrown its limit is it walked, and then what nothing
 * needs goes, the least recently used first. Says what it did.
 */
export async function keepStoreLimit(context: CommandContext, project: Project): Promise<void> {
  try {
    await keepLimit(context, project);
  } catch (error) {
    const failure = diskFailure(error);
    if (!failure) throw error;
    context.terminal.err(`The store could not be brought within its limit: ${formatFailure(failure)}\n`);
  }
}

async function keepLimit(context: CommandContext, project: Project): Promise<void> {
  const store = storeHome(project.store.folder).contents;
  const limit = storeLimit(project);
  if (!Number.isFinite(limit) || !existsSync(store)) return;
  const size = readStoreSize(store);
  // What is needed stays, however large: then it is looked at again only when the store has grown.
  if (size && size.bytes <= Math.max(limit, size.neededBytes * (1 + SLACK))) return;
  const [{ folderReaches }, { withWorkspace }] = await Promise.all([
    import("./folder-reaches.js"),
    import("./open-workspace.js"),
  ]);
  const reaches = await folderReaches(context);
  // Another lfadsfile that cannot be loaded now: what it needs is not known, so nothing goes.
  if (!reaches.ok) return;
  await withWorkspace(context, {}, async ({ session }) => {
    const { groups, bytes, storeBytes, neededBytes } = await session.collectGarbage({
      reaches: reaches.value,
      maxBytes: limit,
      spareBytes: limit * SLACK,
    });
    const results = groups.reduce((sum, { records }) => sum + records.length, 0);
    const { err } = context.terminal;
    if (results > 0)
      err(
        `The store had ${formatBytes(storeBytes)}, more than its limit of ${formatBytes(limit)}: ${results} results that nothing needs went, the least recently used first (${formatBytes(bytes)}).\n`,
      );
    if (neededBytes > limit)
      err(
        `What is needed of the store takes ${formatBytes(neededBytes)}, more than its limit of ${formatBytes(limit)}. Give it more with store: { maxSize: … }.\n`,
      );
    return ok(undefined);
  });
}
