import { join } from "node:path";
import type { Rule } from "#lib/build/rule.js";
import type { GeneratedSpec } from "#lib/sources/source-spec.js";
import { writeChaoticRnn } from "#lib/sources/write-chaotic-rnn.js";
import { writeLorenz } from "#lib/sources/write-lorenz.js";
import { ruleVersions } from "./versions.js";

interface GenerateParams {
  readonly source: GeneratedSpec;
  /** Name of the file to make. */
  readonly file: string;
}

/** Makes up one dataset. No inputs; output `<file>`. */
export const generate: Rule = {
  name: "generate",
  version: ruleVersions.generate,
  async run({ params, out, log }) {
    const { source, file } = params as unknown as GenerateParams;
    if (source.kind === "lorenz") await writeLorenz(source, join(out, file));
    else await writeChaoticRnn(source, join(out, file));
    log(`${file}: ${source.conditions} conditions × ${source.trialsPerCondition} trials of ${source.durationMs} ms.`);
  },
};
