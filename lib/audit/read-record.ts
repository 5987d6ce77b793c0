/** Records as they are on disk, believed in nothing. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { actionKey } from "#lib/build/action-key.js";
import type { ActionRecord } from "#lib/build/index.js";
import { sumOf } from "#lib/build/record-text.js";
import { namesIn } from "#lib/names-in.js";

export type FoundRecord =
  | {
      readonly kind: "record";
      readonly key: string;
      readonly record: ActionRecord;
      /** The key that the record's own parts give: another one when these were altered. */
      readonly partsKey: string;
      /** The checksum that it was written with, and that of what it says now. */
      readonly sum: { readonly written: string | undefined; readonly now: string };
    }
  /** `error`: the system's code where it refuses the file, which may be whole. */
  | { readonly kind: "unreadable"; readonly key: string; readonly error?: string };

/** Undefined: no file. */
export function readRecord(folder: string, key: string): FoundRecord | undefined {
  let text: string;
  try {
    text = readFileSync(recordFile(folder, key), "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? undefined : { kind: "unreadable", key, ...(code === undefined ? {} : { error: code }) };
  }
  try {
    const { sum: written, ...record } = JSON.parse(text) as ActionRecord & { readonly sum?: string };
    const whole = record.format === 1 && record.outputs.every(isOutput) && typeof record.provenance.label === "string";
    if (!whole) return { kind: "unreadable", key };
    return { kind: "record", key, record, partsKey: actionKey(record), sum: { written, now: sumOf(record) } };
  } catch {
    return { kind: "unreadable", key };
  }
}

/** What of a record is not as it was written; undefined where nothing shows. */
export function alterationOf({ key, record, partsKey, sum }: FoundRecord & { kind: "record" }) {
  if (partsKey !== key || record.key !== key) {
    const what = "record was altered: what it says does not give the key that it is kept under.";
    return { what, recorded: key, now: partsKey === key ? record.key : partsKey };
  }
  if (sum.written === sum.now) return undefined;
  const what = "record was altered: its checksum is not that of what it says.";
  return { what, ...(sum.written === undefined ? {} : { recorded: sum.written }), now: sum.now };
}

/** Of each target's label the record that was made for it last. */
export function recordsByLabel(folder: string): Map<string, FoundRecord & { kind: "record" }> {
  const byLabel = new Map<string, FoundRecord & { kind: "record" }>();
  for (const name of namesIn(folder).flatMap((part) => namesIn(join(folder, part)))) {
    const found = readRecord(folder, name.replace(/\.json$/, ""));
    if (found?.kind !== "record") continue;
    const { label, startedAt } = found.record.provenance;
    const other = byLabel.get(label);
    if (!other || startedAt > other.record.provenance.startedAt) byLabel.set(label, found);
  }
  return byLabel;
}

/** `folder` is `.lfads/actions`. */
export function recordFile(folder: string, key: string): string {
  return join(folder, key.slice(0, 2), `${key}.json`);
}

function isOutput({ path, digest, size }: ActionRecord["outputs"][number]): boolean {
  return typeof path === "string" && /^[0-9a-f]{64}$/.test(digest) && typeof size === "number";
}
