/** Files with the records of the results that they lie beside, one a line: with them a copy is known to be fresh. */
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolder } from "#lib/make-folder.js";
import { replaceFile } from "#lib/replace-file.js";
import type { ActionRecord } from "./action-record.js";
import { formatRecord, parseRecord } from "./record-text.js";

/** Its name, in the folder of the results. */
export const RECORD_FILE = "lfads-records.jsonl";

/** Ordered by key. A file that says the same already is left alone. */
export function writeRecordFile(path: string, records: readonly ActionRecord[]): void {
  const sorted = [...records].sort((a, b) => (a.key < b.key ? -1 : 1));
  const text = sorted.map((record) => `${formatRecord(record)}\n`).join("");
  if (text === readText(path)) return;
  makeFolder(dirname(path));
  replaceFile(path, text);
}

export class RecordFiles {
  readonly #paths: readonly string[];
  /** Lines by key; read when the first record is asked for. */
  #lines: ReadonlyMap<string, string> | undefined;

  constructor(paths: readonly string[]) {
    this.#paths = paths;
  }

  get(key: string): ActionRecord | undefined {
    this.#lines ??= new Map(this.#paths.flatMap((path) => readText(path).split("\n").map(withKey)));
    const line = this.#lines.get(key);
    try {
      return line === undefined ? undefined : parseRecord(line, key);
    } catch {
      return undefined;
    }
  }
}

function withKey(line: string): readonly [key: string, line: string] {
  return [/"key":"([0-9a-f]{64})"/.exec(line)?.[1] ?? "", line];
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
