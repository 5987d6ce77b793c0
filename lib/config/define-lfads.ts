import type { LfadsDefinition, RunCollectionDefinition, StoreDefinition } from "./definition.js";

/** A lfadsfile.ts: `export default defineLfads({ … })`. */
export function defineLfads(project: {
  /** Folder of all results, from the lfadsfile's folder; `runs` when absent. */
  root?: string;
  store?: StoreDefinition;
  collections: readonly RunCollectionDefinition[];
}): LfadsDefinition {
  return { kind: "lfads", root: "runs", ...project };
}
