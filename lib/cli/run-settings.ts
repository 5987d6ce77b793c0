/** How the settings of a collection are told apart by a reader. */
import type { Collection, RunParams } from "#lib/config/project.js";

/** `c_factors_dim 4, c_keep_prob 0.9`: the values that differ between the collection's settings; else the name. */
export function settingText(collection: Collection, params: RunParams): string {
  const parts = Object.keys(params.values)
    .filter((name) => new Set(collection.params.map((each) => shown(each, name))).size > 1)
    .map((name) => `${name} ${shown(params, name)}`);
  return parts.length > 0 ? parts.join(", ") : params.name;
}

function shown(params: RunParams, name: string): string {
  const value = params.values[name];
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}
