/** Records as they are on disk, believed in nothing. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { actionKey } from "#lib/build/action-key.js";
import type { ActionRecord } from "#lib/build/index.js";
import { namesIn } from "#lib/names-in.js";

export type FoundRecord =
  | { readonly kind: "record"; readonly key: string; readonly record: ActionRecord; readonly partsKey: string }
  | { readonly kind: "unreadable"; readonly key: string };

/** `partsKey` is the key that the record's own parts give: another one when it was altered. Undefined: no file. */
export function readRecord(folder: string, key: string): FoundRecord | undefined {
  let text: string;
  try {
    text = readFileSync(recordFile(folder, key), "utf8");
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? undefined : { kind: "unreadable", key };
  }
  try {
    const record = JSON.parse(text) as ActionRecord;
    const whole = record.format === 1 && record.outputs.every(isOutput) && typeof record.provenance.label === "string";
    return whole ? { kind: "record", key, record, partsKey: actionKey(record) } : { kind: "unreadable", key };
  } catch {
    return { kind: "unreadable", key };
  }
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
