import type { Json } from "./target.js";

/** Dotted path → JSON text; a list is one value. */
export type FlatParams = ReadonlyMap<string, string>;

export function flatParams(params: Json): FlatParams {
  const flat = new Map<string, string>();
  collect("", params, flat);
  return flat;
}

function collect(path: string, json: Json, flat: Map<string, string>): void {
  if (typeof json !== "object" || json === null || Array.isArray(json)) flat.set(path, JSON.stringify(json));
  else for (const [name, value] of Object.entries(json)) collect(path === "" ? name : `${path}.${name}`, value, flat);
}

/** How many paths do not have the same value in both; `most` where it is that or more. */
export function countDifferences(a: FlatParams, b: FlatParams, most: number): number {
  let count = 0;
  for (const [path, value] of a) if (b.get(path) !== value && ++count >= most) return most;
  for (const path of b.keys()) if (!a.has(path) && ++count >= most) return most;
  return count;
}
