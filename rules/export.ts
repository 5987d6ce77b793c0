import { join } from "node:path";
import type { Rule } from "#lib/build/rule.js";
import type { Json } from "#lib/build/target.js";
import { openDataset } from "#lib/sources/open-dataset.js";
import type { SourceSpec } from "#lib/sources/source-spec.js";
import { hasEvaluationData, writeEvaluationData } from "#lib/sources/write-evaluation-data.js";
import { writeLfadsInput } from "#lib/sources/write-lfads-input.js";
import { readAlignment } from "./alignment-file.js";
import { ruleVersions } from "./versions.js";

interface ExportParams {
  /** Name of the dataset. */
  readonly dataset: string;
  readonly source: SourceSpec;
  readonly spikeBinMs: number;
  readonly trainToTestRatio: number;
  /** The user's own parameters that affect data: they are in the key, and do nothing here. */
  readonly dataParams: { readonly [name: string]: Json };
}

/**
 * Writes a dataset as LFADS reads it. Inputs `file`, the recording, and where there is one `align`, the alignment of its
 * run; outputs `lfads_<dataset>.h5` and, where the recording has what only an evaluation reads,
 * `evaluation_<dataset>.h5`: a file of its own, so that it makes no training stale.
 */
export const exportRule: Rule = {
  name: "export",
  version: ruleVersions.export,
  async run({ params, inputs, out, signal, log, progress }) {
    const { dataset, source, spikeBinMs, trainToTestRatio } = params as unknown as ExportParams;
    const reader = await openDataset(dataset, source, inputs.file![0]!.path);
    try {
      const [aligned] = inputs.align ?? [];
      const notes = await writeLfadsInput(reader, join(out, `lfads_${dataset}.h5`), {
        spikeBinMs,
        trainToTestRatio,
        ...(aligned ? { alignment: await readAlignment(aligned.path, dataset) } : {}),
        onProgress: (done) => {
          signal.throwIfAborted();
          progress({ done });
        },
      });
      if (hasEvaluationData(reader)) {
        const file = join(out, `evaluation_${dataset}.h5`);
        await writeEvaluationData(reader, file, { spikeBinMs, trainToTestRatio });
      }
      for (const note of notes) log(`Warning: ${note}`);
      log(`${dataset}: ${reader.info.nTrials} trials in bins of ${spikeBinMs} ms.`);
    } finally {
      reader.close();
    }
  },
};
