/** What a running target last said of itself, kept in a file for `lfads status` in another process. */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeFolder } from "#lib/make-folder.js";
import { mayRun, processName } from "#lib/process-name.js";
import { replaceFile } from "#lib/replace-file.js";
import type { Progress } from "./rule.js";
import { logFileOf } from "./target-log.js";

export interface RunningReport {
  readonly startedAt: string;
  readonly progress: Progress | undefined;
}

/** What the file holds: the report, and the name of the build's process. */
interface Entry extends RunningReport {
  readonly process: string;
}

const WRITE_EVERY_MS = 1000;
const SUFFIX = ".progress.json";

export class ProgressFile {
  readonly #path: string;
  readonly #startedAt: string;
  readonly #timer: NodeJS.Timeout;
  #latest: Progress | undefined;
  #written = false;

  /** `folder` is `.lfads`. It is written when the target first says something, or after a second. */
  constructor(folder: string, label: string, startedAt: string) {
    this.#path = progressFileOf(folder, label);
    this.#startedAt = startedAt;
    this.#timer = setInterval(() => this.#write(), WRITE_EVERY_MS);
    this.#timer.unref();
  }

  put(progress: Progress): void {
    this.#latest = progress;
    if (!this.#written) this.#write();
  }

  remove(): void {
    clearInterval(this.#timer);
    if (this.#written) rmSync(this.#path, { force: true });
  }

  #write(): void {
    this.#written = true;
    const entry: Entry = { startedAt: this.#startedAt, progress: this.#latest, process: processName() };
    try {
      makeFolder(dirname(this.#path));
      replaceFile(this.#path, JSON.stringify(entry));
    } catch {
      // A full disk costs this news; the target finds out by itself.
    }
  }
}

/** Undefined when no living process runs the target under this label. */
export function readProgress(folder: string, label: string): RunningReport | undefined {
  const entry = readEntry(progressFileOf(folder, label));
  return entry && { startedAt: entry.startedAt, progress: entry.progress };
}

/** Removes what killed builds have left in a folder of logs. */
export function removeEndedProgress(logs: string): void {
  for (const name of readdirSync(logs)) {
    const path = join(logs, name);
    if (name.endsWith(SUFFIX) && !readEntry(path)) rmSync(path, { force: true });
  }
}

/** Undefined when there is none of a living process. */
function readEntry(path: string): Entry | undefined {
  try {
    const entry = JSON.parse(readFileSync(path, "utf8")) as Entry;
    return mayRun(entry.process) ? entry : undefined;
  } catch {
    return undefined;
  }
}

function progressFileOf(folder: string, label: string): string {
  return logFileOf(folder, label).replace(/\.log$/, SUFFIX);
}
