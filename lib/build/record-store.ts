import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { replaceFile } from "#lib/replace-file.js";
import type { ActionRecord } from "./action-record.js";

/** One small JSON file per action key. A record is written after the content that it names. */
export class RecordStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Undefined when there is none, or none that can be read. */
  get(key: string): ActionRecord | undefined {
    try {
      const record = JSON.parse(readFileSync(this.#path(key), "utf8")) as ActionRecord;
      return record.format === 1 && record.key === key ? record : undefined;
    } catch {
      return undefined;
    }
  }

  /** Every record that can be read, in no order that means anything. */
  *all(): Generator<ActionRecord> {
    for (const folder of list(this.#folder)) {
      for (const name of list(join(this.#folder, folder))) {
        const record = name.endsWith(".json") ? this.get(name.slice(0, -".json".length)) : undefined;
        if (record) yield record;
      }
    }
  }

  put(record: ActionRecord): void {
    const path = this.#path(record.key);
    mkdirSync(dirname(path), { recursive: true });
    replaceFile(path, `${JSON.stringify(record, null, 1)}\n`);
  }

  #path(key: string): string {
    return join(this.#folder, key.slice(0, 2), `${key}.json`);
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
