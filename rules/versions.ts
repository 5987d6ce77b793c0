/**
 * The version of each rule, part of every key: raise one whenever what its rule makes changes.
 * Light, so that a null build imports no rule.
 */
import { engineVersion } from "#lib/engine/engine-version.js";

const engine = engineVersion();

export const ruleVersions = {
  generate: "1",
  dataset: "1",
  export: "1",
  train: `1 ${engine}`,
  posterior: `1 ${engine}`,
  "model-params": "1",
  results: "1",
  summary: "1",
} as const;
