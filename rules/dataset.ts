import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Rule } from "#lib/build/rule.js";
import { DatasetCheck } from "#lib/sources/dataset-check.js";
import type { DatasetInfo } from "#lib/sources/dataset-info.js";
import { trialsAtOnce } from "#lib/sources/dataset-reader.js";
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
      const { info } = reader;
      const check = new DatasetCheck(reader);
      const step = trialsAtOnce(info);
      for (let start = 0; start < info.nTrials; start += step) {
        signal.throwIfAborted();
        check.add(start, reader.readTrials(start, Math.min(step, info.nTrials - start)));
        progress({ done: Math.min(1, (start + step) / info.nTrials) });
      }
      for (const note of [...reader.notes, ...check.finish()]) warn(note);
      log(`${name}: ${info.nTrials} trials × ${info.nBins} bins of ${info.binMs} ms × ${info.nChannels} channels.`);
      writeFileSync(join(out, `${name}.json`), infoText(info));
    } finally {
      reader.close();
    }
  },
};

function infoText(info: DatasetInfo): string {
  const { name, nTrials, nChannels, nBins, binMs, hasTruth, hasConditions, nExternalInputs, split } = info;
  const ordered = { name, nTrials, nChannels, nBins, binMs, hasTruth, hasConditions, nExternalInputs, split };
  return `${JSON.stringify(ordered, null, 2)}\n`;
}
