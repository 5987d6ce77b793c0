import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import { namesIn } from "#lib/names-in.js";
import { replaceFile } from "#lib/replace-file.js";
import type { ActionRecord } from "./action-record.js";

/**
 * One small JSON file per action key, with a SHA-256 of itself as its last member, `sum`. A record is written after the
 * content that it names.
 */
export class RecordStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Undefined when there is none, or none that can be read. */
  get(key: string): ActionRecord | undefined {
    try {
      const { sum, ...record } = JSON.parse(readFileSync(this.#path(key), "utf8")) as ActionRecord & { sum?: string };
      // Those of earlier versions have no sum.
      const isWhole = sum === undefined || sum === sumOf(record);
      return isWhole && record.format === 1 && record.key === key ? record : undefined;
    } catch {
      return undefined;
    }
  }

  /** Every record that can be read, in no order that means anything. */
  *all(): Generator<ActionRecord> {
    for (const { record } of this.list()) if (record) yield record;
  }

  put(record: ActionRecord): void {
    const path = this.#path(record.key);
    mkdirSync(dirname(path), { recursive: true });
    replaceFile(path, `${JSON.stringify({ ...record, sum: sumOf(record) }, null, 1)}\n`);
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
        if (key && stats) yield { key, record: this.get(key), usedMs: stats.mtimeMs };
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

/** Of a record without its `sum`, members in the order in which the file has them. */
export function sumOf(record: ActionRecord): string {
  return createHash("sha256").update(JSON.stringify(record)).digest("hex");
}
