import { type FSWatcher, watch } from "node:fs";
import type { CommandContext } from "./command-context.js";
import { changeBetween, lookAtProject, type ProjectSight } from "./project-sight.js";

/** Saving a file, or copying one, is several events. */
const SETTLE_MS = 300;
/** Network file systems tell nothing of what other machines do. */
const LOOK_EVERY_MS = 10_000;

export interface Change {
  readonly what: string;
  readonly sight: ProjectSight;
}

/** Resolves when the project is another than `seen` and has come to rest, or with undefined after an abort. */
export async function waitForChange(
  context: CommandContext,
  seen: ProjectSight,
  signal: AbortSignal,
): Promise<Change | undefined> {
  const bell = new Bell();
  const ring = () => bell.ring();
  const watchers = seen.folders.flatMap((folder) => watchFolder(folder, ring));
  signal.addEventListener("abort", ring, { once: true });
  try {
    let last = seen;
    while (!signal.aborted) {
      const now = await lookAtProject(context);
      const what = changeBetween(seen, now);
      if (what !== undefined && changeBetween(last, now) === undefined) return { what, sight: now };
      last = now;
      if (what === undefined) await bell.heard(LOOK_EVERY_MS);
      if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    }
    return undefined;
  } finally {
    signal.removeEventListener("abort", ring);
    for (const watcher of watchers) watcher.close();
  }
}

/** What rings while nobody listens is heard afterwards. */
class Bell {
  #rung = false;
  #wake = () => {};

  ring(): void {
    this.#rung = true;
    this.#wake();
  }

  /** Resolves when it has rung since it was last heard, or after a while. */
  async heard(timeoutMs: number): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#rung = false;
  }
}

/** None where the system has no watchers left or no right to watch: then it is looked at now and then. */
function watchFolder(folder: string, onEvent: () => void): FSWatcher[] {
  try {
    return [watch(folder, onEvent).on("error", onEvent)];
  } catch {
    return [];
  }
}
