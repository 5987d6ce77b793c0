import { join } from "node:path";
import type { Rule, RuleInputFile } from "#lib/build/rule.js";
import { samplePrior } from "#lib/engine/sample-posterior.js";
import { makeFolder } from "#lib/make-folder.js";
import { readCheckpoint } from "./checkpoint-file.js";
import { newestLve } from "./checkpoint-folder.js";
import { onlyFile, readLfadsInput } from "./lfads-input.js";
import { passLayout, writeModelRuns } from "./model-runs-file.js";
import { ruleVersions } from "./versions.js";

interface PriorParams {
  readonly seed: number;
  readonly samples: number;
}

/**
 * Samples of the prior from the LVE checkpoint, with the read-out of each dataset:
 * `lfadsOutput/model_runs_<dataset>.h5_prior_sample`. Inputs: `checkpoint`; where the generator gets external inputs also
 * the export of each dataset, named for it, whose training trials' inputs the samples get in turn.
 */
export const prior: Rule = {
  name: "prior",
  version: ruleVersions.prior,
  async run({ params, inputs, out, threads, signal, log, progress }) {
    const { seed, samples } = params as unknown as PriorParams;
    const { model, state } = await readCheckpoint(newestLve(inputs.checkpoint ?? []));
    makeFolder(join(out, "lfadsOutput"));
    const all = samples * model.datasets.length;
    for (const [dataset, { name, channels }] of model.datasets.entries()) {
      const layout = passLayout(model, channels);
      const wanted = new Set(layout.map(([field]) => field));
      const externalInputs = await trainingInputs(inputs[name], name, model.bins);
      const request = { params: state.params, seed, dataset, samples, ...(externalInputs ? { externalInputs } : {}) };
      await writeModelRuns(
        join(out, "lfadsOutput", `model_runs_${name}.h5_prior_sample`),
        samples,
        layout,
        async (write) => {
          const end = await samplePrior(model, request, {
            threads,
            signal,
            onTrials(first, count, fields) {
              write(
                first,
                [...fields].filter(([field]) => wanted.has(field)),
              );
              progress({ done: (dataset * samples + first + count) / all });
            },
          });
          if (end.kind === "aborted") signal.throwIfAborted();
        },
      );
    }
    log(`prior_sample: ${samples} samples.`);
  },
};

async function trainingInputs(files: readonly RuleInputFile[] | undefined, name: string, bins: number) {
  if (!files) return undefined;
  const { train, externalInputs } = await readLfadsInput(onlyFile(files, name), bins);
  return externalInputs && { values: externalInputs.train, trials: train.trials };
}
