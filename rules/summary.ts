import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Rule } from "#lib/build/rule.js";
import { launchTensorboard } from "./launch-tensorboard.js";
import { ruleVersions } from "./versions.js";

/** Writes the text that the plan made of names and hashes; outputs `summary.txt` and `launch_tensorboard.sh`. */
export const summary: Rule = {
  name: "summary",
  version: ruleVersions.summary,
  async run({ params, out }) {
    writeFileSync(join(out, "summary.txt"), (params as { text: string }).text);
    writeFileSync(join(out, "launch_tensorboard.sh"), launchTensorboard, { mode: 0o755 });
  },
};
