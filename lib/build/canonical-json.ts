import type { Json } from "./target.js";

const cache = new WeakMap<object, string>();

/** JSON without spaces, object keys by code units: equal values give equal text. Throws on NaN and Infinity. */
export function canonicalJson(value: Json): string {
  if (typeof value !== "object" || value === null) {
    if (typeof value === "number" && !Number.isFinite(value)) throw new Error(`${value} has no JSON`);
    return JSON.stringify(value);
  }
  const known = cache.get(value);
  if (known !== undefined) return known;
  const text = Array.isArray(value) ? `[${value.map(canonicalJson).join(",")}]` : ofObject(value as JsonObject);
  cache.set(value, text);
  return text;
}

type JsonObject = { readonly [key: string]: Json };

function ofObject(value: JsonObject): string {
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${canonicalJson(member)}`);
  }
  return `{${members.join(",")}}`;
}
