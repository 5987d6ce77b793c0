/** What differs between a target's last build and now. */

import type { Action } from "./action-key.js";
import type { ActionRecord } from "./action-record.js";
import type { ResolvedInput } from "./resolve-inputs.js";
import type { StaleReason } from "./stale-reason.js";
import type { Json } from "./target.js";

/** Why the key differs: the rule first, then parameters, then inputs in order of name and file. */
export function explainKeyChange(old: ActionRecord | undefined, now: Action): StaleReason[] {
  if (!old) return [{ kind: "unrecorded" }];
  const reasons: StaleReason[] = [];
  const oldRule = `${old.rule} ${old.ruleVersion}`;
  const newRule = `${now.rule} ${now.ruleVersion}`;
  if (oldRule !== newRule) reasons.push({ kind: "rule", old: oldRule, new: newRule });
  compareParams("", old.params, now.params, reasons);
  reasons.push(...compareInputs(old, now.inputs));
  return reasons.length > 0 ? reasons : [{ kind: "unrecorded" }];
}

function compareParams(path: string, old: Json | undefined, now: Json | undefined, reasons: StaleReason[]): void {
  if (isObject(old) && isObject(now)) {
    for (const name of [...new Set([...Object.keys(old), ...Object.keys(now)])].sort()) {
      compareParams(path === "" ? name : `${path}.${name}`, old[name], now[name], reasons);
    }
  } else if (JSON.stringify(old) !== JSON.stringify(now)) reasons.push({ kind: "param", path, old, new: now });
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function compareInputs(old: ActionRecord, now: readonly ResolvedInput[]): StaleReason[] {
  const slots = new Map<string, { name: string; file: string; path?: string; old?: string; now?: string }>();
  const slot = (name: string, file: string, count: Map<string, number>) => {
    const plain = JSON.stringify([name, file]);
    const nth = (count.get(plain) ?? 0) + 1;
    count.set(plain, nth);
    const id = `${plain}${nth}`;
    const found = slots.get(id) ?? { name, file };
    slots.set(id, found);
    return found;
  };
  const oldCount = new Map<string, number>();
  for (const { name, file, digest } of old.inputs) slot(name, file, oldCount).old = digest;
  const newCount = new Map<string, number>();
  for (const { name, file, digest, path } of now) Object.assign(slot(name, file, newCount), { now: digest, path });
  return [...slots.values()]
    .filter((each) => each.old !== each.now)
    .map((each) => ({
      kind: "input" as const,
      name: each.name,
      file: each.file,
      path: each.path,
      oldDigest: each.old,
      newDigest: each.now,
    }));
}
