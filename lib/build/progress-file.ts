/** What a running target last said of itself, kept in a file for `lfads status` in another process. */
import { readFileSync, rmSync } from "node:fs";
import { replaceFile } from "#lib/replace-file.js";
import { isProcessAlive, processStart } from "./process-identity.js";
import type { Progress } from "./rule.js";
import { logFileOf } from "./target-log.js";

export interface RunningReport {
  readonly startedAt: string;
  readonly progress: Progress | undefined;
}

/** What the file holds: the report, and the process of the build. */
interface Entry extends RunningReport {
  readonly pid: number;
  readonly start: string | undefined;
}

const WRITE_EVERY_MS = 1000;

export class ProgressFile {
  readonly #path: string;
  readonly #startedAt: string;
  #writtenMs = Number.NEGATIVE_INFINITY;

  /** `folder` is `.lfads`. */
  constructor(folder: string, label: string, startedAt: string) {
    this.#path = progressFileOf(folder, label);
    this.#startedAt = startedAt;
    this.#write(undefined);
  }

  /** Written now and then only. */
  put(progress: Progress): void {
    if (performance.now() - this.#writtenMs >= WRITE_EVERY_MS) this.#write(progress);
  }

  remove(): void {
    rmSync(this.#path, { force: true });
  }

  #write(progress: Progress | undefined): void {
    if (progress) this.#writtenMs = performance.now();
    const { pid } = process;
    const entry: Entry = { startedAt: this.#startedAt, progress, pid, start: processStart(pid) };
    try {
      replaceFile(this.#path, JSON.stringify(entry));
    } catch {
      // A full disk costs this news; the target finds out by itself.
    }
  }
}

/** Undefined when no living process of this machine runs the target under this label. */
export function readProgress(folder: string, label: string): RunningReport | undefined {
  try {
    const { startedAt, progress, pid, start } = JSON.parse(
      readFileSync(progressFileOf(folder, label), "utf8"),
    ) as Entry;
    return isProcessAlive(pid, start) ? { startedAt, progress } : undefined;
  } catch {
    return undefined;
  }
}

function progressFileOf(folder: string, label: string): string {
  return logFileOf(folder, label).replace(/\.log$/, ".progress.json");
}
