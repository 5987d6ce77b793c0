/** JSON text of a part of a definition, for digests: two parts with equal text mean the same. */
export function definitionJson(part: unknown): string {
  return JSON.stringify(part, keepEverything);
}

/** JSON has no word for functions, NaN and the like; without one, two unlike definitions would look the same. */
function keepEverything(_key: string, value: unknown): unknown {
  const isJson =
    typeof value === "number" ? Number.isFinite(value) : ["string", "boolean", "object"].includes(typeof value);
  return isJson ? value : { notJson: typeof value === "function" ? "function" : String(value) };
}
