/** What differs between a target's last build and now. */

import type { KeyParts } from "./action-key.js";
import type { ActionRecord, RecordedInput } from "./action-record.js";
import type { StaleReason } from "./stale-reason.js";
import type { Json } from "./target.js";

/** An input as recorded, with its absolute path where it is at hand. */
type NamedInput = RecordedInput & { readonly path?: string };

/** Why the key differs: the rule first, then parameters, then inputs in order of name and file. */
export function explainKeyChange(
  old: ActionRecord | undefined,
  now: KeyParts & { readonly inputs: readonly NamedInput[] },
): StaleReason[] {
  if (!old) return [{ kind: "unrecorded" }];
  return [...explainOwnChange(old, now), ...compareInputs(old, now.inputs)];
}

/** What changed of the target itself: its rule and its parameters, whatever its inputs are. */
export function explainOwnChange(old: ActionRecord, now: Omit<KeyParts, "inputs">): StaleReason[] {
  const reasons: StaleReason[] = [];
  const oldRule = `${old.rule} ${old.ruleVersion}`;
  const newRule = `${now.rule} ${now.ruleVersion}`;
  if (oldRule !== newRule) reasons.push({ kind: "rule", old: oldRule, new: newRule });
  compareParams("", old.params, now.params, reasons);
  return reasons;
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

interface Slot {
  readonly name: string;
  readonly file: string;
  from: string;
  path?: string;
  old?: string;
  now?: string;
}

function compareInputs(old: ActionRecord, now: readonly NamedInput[]): StaleReason[] {
  const slots = new Map<string, Slot>();
  const slot = ({ name, file, from }: NamedInput, count: Map<string, number>) => {
    const plain = JSON.stringify([name, file]);
    const nth = (count.get(plain) ?? 0) + 1;
    count.set(plain, nth);
    const id = `${plain}${nth}`;
    const found = slots.get(id) ?? { name, file, from };
    slots.set(id, found);
    return found;
  };
  const oldCount = new Map<string, number>();
  for (const input of old.inputs) slot(input, oldCount).old = input.digest;
  const newCount = new Map<string, number>();
  for (const input of now) {
    const { digest, path, from } = input;
    Object.assign(slot(input, newCount), { now: digest, path, from });
  }
  const changed = [...slots.values()].filter((each) => each.old !== each.now);
  // Where a file of an input changed, those that came and went beside it, such as numbered checkpoints, say no more.
  const inPlace = new Set(changed.filter((each) => each.old && each.now).map((each) => each.name));
  return changed
    .filter((each) => (each.old && each.now) || !inPlace.has(each.name))
    .map((each) => ({
      kind: "input" as const,
      name: each.name,
      file: each.file,
      path: each.path,
      oldDigest: each.old,
      newDigest: each.now,
      from: each.from,
    }));
}
