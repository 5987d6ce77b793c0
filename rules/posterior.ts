import { join } from "node:path";
import type { Rule, RuleContext } from "#lib/build/rule.js";
import { priorOf } from "#lib/engine/prior.js";
import type { Counts } from "#lib/engine/run-threads.js";
import { samplePosterior } from "#lib/engine/sample-posterior.js";
import { makeFolder } from "#lib/make-folder.js";
import { type CheckpointModel, readCheckpoint } from "./checkpoint-file.js";
import { newestLve } from "./checkpoint-folder.js";
import { onlyFile, readLfadsInput } from "./lfads-input.js";
import { passLayout, type RowLayout, writeModelRuns } from "./model-runs-file.js";
import type { PosteriorKind } from "./plan.js";
import { ruleVersions } from "./versions.js";

interface PosteriorParams {
  readonly kind: PosteriorKind;
  readonly seed: number;
  readonly datasets: readonly string[];
  readonly samples?: number;
}

/**
 * Posterior of every trial from the LVE checkpoint, one kind: `lfadsOutput/model_runs_<dataset>.h5_<train|valid>_<kind>`.
 * Inputs: `checkpoint`, and the export of each dataset, named for it.
 */
export const posterior: Rule = {
  name: "posterior",
  version: ruleVersions.posterior,
  async run(context) {
    const { kind, datasets } = context.params as unknown as PosteriorParams;
    const checkpoint = await readCheckpoint(newestLve(context.inputs.checkpoint ?? []));
    makeFolder(join(context.out, "lfadsOutput"));
    const parts: { file: string; dataset: number; counts: Counts; side: "train" | "valid" }[] = [];
    for (const [dataset, name] of datasets.entries()) {
      const input = await readLfadsInput(onlyFile(context.inputs[name], name), checkpoint.model.bins);
      for (const side of ["train", "valid"] as const) {
        const file = join(context.out, "lfadsOutput", `model_runs_${name}.h5_${side}_${kind}`);
        const externalInputs = checkpoint.model.extInputDim > 0 ? input.externalInputs?.[side] : undefined;
        const counts = { ...input[side], ...(externalInputs ? { externalInputs } : {}) };
        parts.push({ file, dataset, counts, side });
      }
    }
    const trials = parts.reduce((total, part) => total + part.counts.trials, 0);
    const started = performance.now();
    let done = 0;
    for (const part of parts) {
      await writePart(context, checkpoint, part, (count) => {
        done += count;
        const seconds = (performance.now() - started) / 1000;
        const fields = [["trial", `${done}/${trials}`]] as const;
        context.progress({ done: done / trials, secondsLeft: (seconds / done) * (trials - done), fields });
      });
    }
    context.log(`${kind}: ${trials} trials of ${datasets.length} ${datasets.length === 1 ? "dataset" : "datasets"}.`);
  },
};

async function writePart(
  context: RuleContext,
  checkpoint: CheckpointModel & { state: { params: Float32Array; step: number } },
  part: { file: string; dataset: number; counts: Counts; side: "train" | "valid" },
  onTrials: (count: number) => void,
): Promise<void> {
  const { seed, samples = 0 } = context.params as unknown as PosteriorParams;
  const { model, state, weights } = checkpoint;
  const { trials, channels } = part.counts;
  const prior = model.icDim > 0 ? priorOf(model, state.params) : null;
  const g0 = prior ? ["prior_g0_mean", "prior_g0_logvar", "post_g0_mean", "post_g0_logvar"] : [];
  const layout: RowLayout = [
    ...g0.map((name) => [name, [model.icDim]] as const),
    ...passLayout(model, channels),
    ...["costs", "nll_bound_vaes", "nll_bound_iwaes", "train_steps"].map((name) => [name, []] as const),
  ];
  await writeModelRuns(part.file, trials, layout, async (write) => {
    const request = {
      params: state.params,
      seed,
      dataset: part.dataset,
      counts: part.counts,
      noiseTrials: Int32Array.from({ length: trials }, (_, trial) => noiseTrial(trial, part.dataset, part.side)),
      samples,
      weights,
    };
    const end = await samplePosterior(model, request, {
      threads: context.threads,
      signal: context.signal,
      onTrials(first, count, fields) {
        write(first, fields);
        if (prior) {
          write(first, [
            ["prior_g0_mean", repeated(prior.mean, count)],
            ["prior_g0_logvar", repeated(prior.logvar, count)],
          ]);
        }
        write(first, [["train_steps", new Float64Array(count).fill(state.step)]]);
        onTrials(count);
      },
    });
    if (end.kind === "aborted") context.signal.throwIfAborted();
  });
}

/** Trials of training, validation and of every dataset draw different noise. */
function noiseTrial(trial: number, dataset: number, side: "train" | "valid"): number {
  return ((dataset * 2 + (side === "valid" ? 1 : 0)) * 2 ** 20 + trial) | 0;
}

function repeated(row: Float64Array, count: number): Float64Array {
  const rows = new Float64Array(row.length * count);
  for (let i = 0; i < count; i++) rows.set(row, i * row.length);
  return rows;
}
