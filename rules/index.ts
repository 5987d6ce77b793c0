/** All rules: what a child process imports. */
import type { RuleTable } from "#lib/build/rule.js";
import { align } from "./align.js";
import { command } from "./command.js";
import { dataset } from "./dataset.js";
import { evaluate } from "./evaluate.js";
import { exportRule } from "./export.js";
import { generate } from "./generate.js";
import { load } from "./load.js";
import { modelParams } from "./model-params.js";
import { posterior } from "./posterior.js";
import { prior } from "./prior.js";
import { report } from "./report.js";
import { results } from "./results.js";
import { scripts } from "./scripts.js";
import { summary } from "./summary.js";
import { train } from "./train.js";

export const rules: RuleTable = {
  generate,
  load,
  command,
  dataset,
  align,
  export: exportRule,
  train,
  posterior,
  prior,
  "model-params": modelParams,
  evaluate,
  results,
  scripts,
  summary,
  report,
};
