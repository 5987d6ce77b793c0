import { existsSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeFolder } from "#lib/make-folder.js";
import { namesIn } from "#lib/names-in.js";
import { replaceFile } from "#lib/replace-file.js";
import type { ActionRecord } from "./action-record.js";
import type { RecordFiles } from "./record-files.js";
import { formatRecord, parseRecord } from "./record-text.js";

/**
 * One small JSON file per action key, with a SHA-256 of itself as its last member, `sum`. A record is written after the
 * content that it names.
 */
export class RecordStore {
  readonly #folder: string;
  readonly #files: RecordFiles | undefined;

  /** @param files Asked for a record that the folder has not. */
  constructor(folder: string, files?: RecordFiles) {
    this.#folder = folder;
    this.#files = files;
  }

  /** Undefined when there is none, or none that can be read. */
  get(key: string): ActionRecord | undefined {
    return this.#own(key) ?? this.#files?.get(key);
  }

  /** Every record that can be read, in no order that means anything. */
  *all(): Generator<ActionRecord> {
    for (const { record } of this.list()) if (record) yield record;
  }

  put(record: ActionRecord): void {
    const path = this.#path(record.key);
    makeFolder(dirname(path));
    replaceFile(path, `${formatRecord(record, 1)}\n`);
  }

  /** Notes that a record is in use now; one that the folder has not is put there. */
  keep(record: ActionRecord): void {
    if (this.#own(record.key)) this.touch(record.key);
    else this.put(record);
  }

  /** The file of a record that is there and cannot be read, or was altered. */
  damaged(key: string): string | undefined {
    const path = this.#path(key);
    return existsSync(path) && !this.get(key) ? path : undefined;
  }

  /** Every record, and those that cannot be read. */
  *list(): Generator<StoredRecord> {
    for (const folder of namesIn(this.#folder)) {
      for (const name of namesIn(join(this.#folder, folder))) {
        const key = /^([0-9a-f]{64})\.json$/.exec(name)?.[1];
        const stats = key && statSync(this.#path(key), { throwIfNoEntry: false });
        if (key && stats) yield { key, record: this.#own(key), usedMs: stats.mtimeMs };
      }
    }
  }

  /** Notes that a record is in use now. */
  touch(key: string): void {
    const nowS = Date.now() / 1000;
    try {
      utimesSync(this.#path(key), nowS, nowS);
    } catch {
      // Gone meanwhile, or another user's: it only counts as older than it is.
    }
  }

  /** Unless it was used at that time or later. */
  remove(key: string, usedBeforeMs = Number.POSITIVE_INFINITY): void {
    const stats = statSync(this.#path(key), { throwIfNoEntry: false });
    if (stats && stats.mtimeMs < usedBeforeMs) rmSync(this.#path(key), { force: true });
  }

  #own(key: string): ActionRecord | undefined {
    // An error for each key that was never built would cost more than to look.
    if (!existsSync(this.#path(key))) return undefined;
    try {
      return parseRecord(readFileSync(this.#path(key), "utf8"), key);
    } catch {
      return undefined;
    }
  }

  #path(key: string): string {
    return join(this.#folder, key.slice(0, 2), `${key}.json`);
  }
}

export interface StoredRecord {
  readonly key: string;
  /** Undefined when the file cannot be read. */
  readonly record: ActionRecord | undefined;
  /** When it was made, restored, or last seen in use by a collection. */
  readonly usedMs: number;
}
