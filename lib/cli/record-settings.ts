/** How stored results of runs are told apart by a reader, from their records alone. */
import type { ActionRecord } from "#lib/build/index.js";

/** Run → `c_factors_dim 4, c_keep_prob 0.9`: what differs among the stored trainings of its collection. */
export function recordSettings(records: Iterable<ActionRecord>): Map<string, string> {
  const byCollection = new Map<string, Map<string, Values>>();
  for (const { rule, params, provenance } of records) {
    if (rule !== "train") continue;
    const run = provenance.label.slice(0, provenance.label.lastIndexOf(":"));
    const collection = run.slice(0, run.indexOf("/"));
    const runs = byCollection.get(collection) ?? new Map<string, Values>();
    byCollection.set(collection, runs.set(run, (params as { readonly params: Values }).params));
  }
  const settings = new Map<string, string>();
  for (const runs of byCollection.values()) {
    const names = new Set([...runs.values()].flatMap((values) => Object.keys(values)));
    const differing = [...names].filter((name) => new Set([...runs.values()].map((v) => shown(v, name))).size > 1);
    for (const [run, values] of runs)
      settings.set(run, differing.map((name) => `${name} ${shown(values, name)}`).join(", "));
  }
  return settings;
}

type Values = Readonly<Record<string, unknown>>;

/** Records have what differs from its default only. */
function shown(values: Values, name: string): string {
  const value = values[name];
  if (value === undefined) return "default";
  return typeof value === "string" ? value : JSON.stringify(value);
}
