/**
 * The version of each rule, part of every key: raise one whenever what its rule makes changes.
 * Light, so that a null build imports no rule.
 */
import { engineVersion } from "#lib/engine/engine-version.js";

const engine = engineVersion();

export const ruleVersions = {
  generate: "1",
  load: "1",
  command: "1",
  dataset: "5",
  align: "1",
  export: "5",
  train: `3 ${engine}`,
  posterior: `2 ${engine}`,
  prior: `1 ${engine}`,
  "model-params": "2",
  evaluate: "1",
  results: "4",
  scripts: "1",
  summary: "3",
  imported: "1",
  report: "1",
} as const;
