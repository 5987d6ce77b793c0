import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Rule } from "#lib/build/rule.js";
import { type RunScriptsGiven, runScripts } from "./run-scripts.js";
import { ruleVersions } from "./versions.js";

/** Writes a run's scripts from its names and parameters; outputs `lfads_train.sh` and two more. */
export const scripts: Rule = {
  name: "scripts",
  version: ruleVersions.scripts,
  async run({ params, out }) {
    for (const [name, text] of Object.entries(runScripts(params as unknown as RunScriptsGiven))) {
      writeFileSync(join(out, name), text, { mode: 0o755 });
    }
  },
};
