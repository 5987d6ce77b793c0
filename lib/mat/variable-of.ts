import { closestNames } from "#lib/closest-names.js";
import type { MatContents, MatEntry } from "./mat-entry.js";
import { unusable } from "./mat-failure.js";

/** Reads a variable; where there is none, says which there are, or what keeps them from being known. */
export function variableOf(file: string, { variables, damage }: MatContents, name: string): MatEntry {
  const read = variables.get(name);
  if (read) return read();
  if (damage) throw damage;
  const there = closestNames(name, [...variables.keys()]);
  const shown = there.slice(0, 8).join(", ") + (there.length > 8 ? `, and ${there.length - 8} more` : "");
  const hint = there.length > 0 ? `It holds, closest first: ${shown}.` : "It holds no variable at all.";
  throw unusable(`${file}:${name}`, "The MAT file has no such variable.", hint);
}
