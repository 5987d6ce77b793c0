import { join } from "node:path";
import type { Rule } from "#lib/build/rule.js";
import type { Json } from "#lib/build/target.js";
import { isCondition } from "#lib/sources/condition.js";
import type { DatasetReader } from "#lib/sources/dataset-reader.js";
import { divideTrials } from "#lib/sources/divide-trials.js";
import { openDataset } from "#lib/sources/open-dataset.js";
import type { SourceSpec } from "#lib/sources/source-spec.js";
import type { TrialSplit } from "#lib/sources/split-trials.js";
import { hasEvaluationData, writeEvaluationData } from "#lib/sources/write-evaluation-data.js";
import { writeInputInfo } from "#lib/sources/write-input-info.js";
import { writeLfadsInput } from "#lib/sources/write-lfads-input.js";
import { readAlignment } from "./alignment-file.js";
import { ruleVersions } from "./versions.js";

interface ExportParams {
  /** Name of the dataset. */
  readonly dataset: string;
  readonly source: SourceSpec;
  readonly spikeBinMs: number;
  readonly trainToTestRatio: number;
  /** The 6 characters of `data_<HASH>`. */
  readonly dataHash: string;
  /** The user's own parameters that affect data: they are in the key, and do nothing here. */
  readonly dataParams: { readonly [name: string]: Json };
}

/**
 * Writes a dataset as LFADS reads it. Inputs `file`, the recording, and where there is one `align`, the alignment of its
 * run; outputs `lfads_<dataset>.h5`, `inputInfo_<dataset>.mat` and, where the recording has what only an evaluation reads,
 * `evaluation_<dataset>.h5`. No training reads the latter two.
 */
export const exportRule: Rule = {
  name: "export",
  version: ruleVersions.export,
  async run({ params, inputs, out, signal, log, warn, progress }) {
    const { dataset, source, spikeBinMs, trainToTestRatio, dataHash } = params as unknown as ExportParams;
    const reader = await openDataset(dataset, source, inputs.file![0]!.path);
    try {
      const [aligned] = inputs.align ?? [];
      const checked = await writeLfadsInput(reader, join(out, `lfads_${dataset}.h5`), {
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
      const divided = divideTrials(reader, { spikeBinMs, trainToTestRatio });
      if (!reader.split && conditionsAreApart(reader, divided.split)) {
        warn(
          `No validation trial of ${dataset} has the condition of a training trial, as conditions come in step with trainToTestRatio: measures of PSTHs say nothing. Another trainToTestRatio divides them better.`,
        );
      }
      const notes = await writeInputInfo(reader, join(out, `inputInfo_${dataset}.mat`), {
        ...divided,
        checked,
        dataHash,
        onSlice: () => signal.throwIfAborted(),
      });
      for (const note of [...checked.notes, ...notes]) log(`Warning: ${note}`);
      log(`${dataset}: ${reader.info.nTrials} trials in bins of ${spikeBinMs} ms.`);
    } finally {
      reader.close();
    }
  },
};

/** Validation trials have conditions, and training trials have none of these. */
function conditionsAreApart({ conditions = [] }: DatasetReader, { train, valid }: TrialSplit): boolean {
  const of = (numbers: readonly number[]) => numbers.map((number) => conditions[number - 1] ?? "").filter(isCondition);
  const trained = new Set(of(train));
  const held = of(valid);
  return held.length > 0 && !held.some((condition) => trained.has(condition));
}
