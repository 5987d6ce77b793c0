/** How the settings of a collection are told apart by a reader. */
import { differingParams } from "#lib/config/differing-params.js";
import type { Collection, RunParams } from "#lib/config/project.js";

/** `c_factors_dim 4, c_keep_prob 0.9`: the values that differ between the collection's settings; else the name. */
export function settingText(collection: Collection, params: RunParams): string {
  const names = differing.get(collection) ?? differingParams(collection);
  differing.set(collection, names);
  const parts = names.filter((name) => name in params.values).map((name) => `${name} ${shown(params, name)}`);
  return parts.length > 0 ? parts.join(", ") : params.name;
}

/** Looked for once: a table asks for every run, and each answer takes all settings. */
const differing = new WeakMap<Collection, readonly string[]>();

function shown(params: RunParams, name: string): string {
  const value = params.values[name];
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}
