import { join } from "node:path";
import type { Rule } from "#lib/build/rule.js";
import type { LorenzSpec } from "#lib/sources/source-spec.js";
import { writeLorenz } from "#lib/sources/write-lorenz.js";
import { ruleVersions } from "./versions.js";

interface GenerateParams {
  readonly source: LorenzSpec;
  /** Name of the file to make. */
  readonly file: string;
}

/** Makes one dataset of the Lorenz demo. No inputs; output `<file>`. */
export const generate: Rule = {
  name: "generate",
  version: ruleVersions.generate,
  async run({ params, out, log }) {
    const { source, file } = params as unknown as GenerateParams;
    await writeLorenz(source, join(out, file));
    log(`${file}: ${source.conditions} conditions × ${source.trialsPerCondition} trials of ${source.durationMs} ms.`);
  },
};
