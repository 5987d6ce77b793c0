/** A record as JSON, with a SHA-256 of itself as its last member, `sum`. */
import { createHash } from "node:crypto";
import type { ActionRecord } from "./action-record.js";

export function formatRecord(record: ActionRecord, indent = 0): string {
  return JSON.stringify({ ...record, sum: sumOf(record) }, null, indent);
}

/** Undefined where it is of another key or format, or was altered. Throws where the text is no JSON. */
export function parseRecord(text: string, key: string): ActionRecord | undefined {
  const { sum, ...record } = JSON.parse(text) as ActionRecord & { sum?: string };
  // Those of earlier versions have no sum.
  const isWhole = sum === undefined || sum === sumOf(record);
  return isWhole && record.format === 1 && record.key === key ? record : undefined;
}

/** Of a record without its `sum`, members in the order in which the file has them. */
export function sumOf(record: ActionRecord): string {
  return createHash("sha256").update(JSON.stringify(record)).digest("hex");
}
