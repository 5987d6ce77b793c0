import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Rule } from "#lib/build/rule.js";
import { isCondition } from "#lib/sources/condition.js";
import { checkDataset } from "#lib/sources/dataset-check.js";
import type { DatasetInfo } from "#lib/sources/dataset-info.js";
import { openDataset } from "#lib/sources/open-dataset.js";
import type { SourceSpec } from "#lib/sources/source-spec.js";
import { ruleVersions } from "./versions.js";

interface DatasetParams {
  readonly name: string;
  readonly source: SourceSpec;
}

/** Reads and checks a recording. Input `file`; output `<name>.json`, a DatasetInfo. */
export const dataset: Rule = {
  name: "dataset",
  version: ruleVersions.dataset,
  async run({ params, inputs, out, signal, log, warn, progress }) {
    const { name, source } = params as unknown as DatasetParams;
    const reader = await openDataset(name, source, inputs.file![0]!.path);
    try {
      const { notes, notCounts } = checkDataset(reader, (done) => {
        signal.throwIfAborted();
        progress({ done });
      });
      const nConditions = new Set(reader.conditions?.filter(isCondition)).size;
      const info: DatasetInfo = { ...reader.info, nConditions, notCounts };
      for (const note of [...reader.notes, ...notes]) warn(note);
      log(`${name}: ${info.nTrials} trials × ${info.nBins} bins of ${info.binMs} ms × ${info.nChannels} channels.`);
      if (notCounts !== null) log(`Only a gaussian model can take it. ${notCounts}`);
      writeFileSync(join(out, `${name}.json`), `${JSON.stringify(info, fields, 2)}\n`);
    } finally {
      reader.close();
    }
  },
};

/** Fields of a DatasetInfo, in the order of the file. */
const fields =
  "name subject date nTrials nChannels nBins binMs hasTruth hasConditions nConditions nExternalInputs nHeldOut nStates nBehavior alignmentFactors split train valid notCounts".split(
    " ",
  );
