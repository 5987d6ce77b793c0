import { constants, copyFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Rule, RuleContext } from "#lib/build/rule.js";
import type { Json } from "#lib/build/target.js";
import { EngineLimitError } from "#lib/engine/run-threads.js";
import { type TrainingData, trainModel } from "#lib/engine/train-model.js";
import type { EpochReport, TrainerState } from "#lib/engine/trainer-state.js";
import { FailureError } from "#lib/failure.js";
import { CheckpointFolder } from "./checkpoint-folder.js";
import { EpochClock } from "./epoch-clock.js";
import { fitlogLine } from "./fitlog-line.js";
import { joinCounts, type LfadsInput, onlyFile, readLfadsInput } from "./lfads-input.js";
import { costWeightsOf, hyperparametersText, modelSpecOf, trainingSpecOf, withDefaults } from "./model-spec-of.js";
import { divergenceText, endText, termsText } from "./training-log.js";
import { ruleVersions } from "./versions.js";

interface TrainParams {
  readonly datasets: readonly string[];
  readonly params: Readonly<Record<string, Json>>;
}

interface TrainSettings {
  /** Log every term of an epoch's costs. */
  readonly verbose: boolean;
  /** Log every step. */
  readonly eachStep: boolean;
}

/**
 * Trains one model. Inputs: the export of each dataset, named for it. Outputs in `lfadsOutput/`: checkpoints and the
 * files that name them, fitlog.csv, hyperparameters-0.txt. After a kill it goes on from its last checkpoint.
 */
export const train: Rule = {
  name: "train",
  version: ruleVersions.train,
  async run(context) {
    const { datasets, params } = context.params as unknown as TrainParams;
    const { verbose } = context.settings as unknown as TrainSettings;
    const values = withDefaults(params);
    const firstBins = values.c_debug_reduce_timesteps_to;
    const inputs: LfadsInput[] = [];
    for (const name of datasets) {
      const file = onlyFile(context.inputs[name], name);
      inputs.push(await readLfadsInput(file, typeof firstBins === "number" ? firstBins : undefined));
    }
    const dims = datasets.map((name, index) => ({ name, channels: inputs[index]!.channels }));
    const model = modelSpecOf(values, inputs[0]!.bins, dims);
    const training = trainingSpecOf(values, datasets.length);
    const content = { model, weights: costWeightsOf(values) };
    const folder = new CheckpointFolder(context.scratch, content, {
      regular: training.maxCkptToKeep,
      lve: training.maxCkptToKeepLve,
    });

    const resumed = await folder.resume();
    const fitlog = resumed?.fitlog ?? [];
    if (resumed) context.log(`Going on after epoch ${resumed.state.epoch}, from its checkpoint.`);
    const clock = new EpochClock(training, resumed?.state.epoch ?? 0);
    const lve: TrainerState[] = [];
    let last = resumed?.state ?? null;
    const end = await trainModel(model, training, inputs.map(trainingData), {
      threads: context.threads,
      signal: context.signal,
      start: last,
      onEpoch(report) {
        fitlog.push(fitlogLine(report));
        say(context, report, clock);
        if (verbose) context.log(termsText(report));
      },
      onLve(state) {
        lve.push(state);
        if (lve.length > Math.max(training.maxCkptToKeepLve, 1)) lve.shift();
      },
      async onCheckpoint(state) {
        last = state;
        await folder.save(state, lve.splice(0), fitlog);
      },
    }).catch((error: unknown) => {
      throw error instanceof EngineLimitError ? tooLarge(error) : error;
    });
    if (end.kind === "aborted") context.signal.throwIfAborted();
    if (end.kind === "diverged") {
      throw new FailureError({
        kind: "diverged",
        what: divergenceText(end.divergence),
        hint: "Lower c_learning_rate_init or c_max_grad_norm, or check the recording for channels with extreme counts.",
      });
    }
    if (last) context.log(endText(training, last));
    if (last && last.lowestValidCost === Number.POSITIVE_INFINITY) {
      context.warn(
        "Training ended before the KL and L2 weights had reached 1, so no epoch could be the best; the last one is used.",
      );
      await folder.save(last, [last], fitlog);
    }

    const out = join(context.out, "lfadsOutput");
    mkdirSync(out);
    writeFileSync(join(out, "hyperparameters-0.txt"), hyperparametersText(values, model));
    for (const name of readdirSync(context.scratch))
      copyFileSync(join(context.scratch, name), join(out, name), constants.COPYFILE_FICLONE);
  },
};

function trainingData({ train: training, valid }: LfadsInput): TrainingData {
  return { counts: joinCounts(training, valid), trials: { train: training.trials, valid: valid.trials } };
}

function say(context: RuleContext, report: EpochReport, clock: EpochClock): void {
  const { epoch, total, learningRate } = report;
  context.log(fitlogLine(report));
  const { done, secondsLeft } = clock.epoch(epoch, learningRate);
  context.progress({
    done,
    secondsLeft,
    fields: [
      ["epoch", epoch],
      ["train", Number(total[0].toPrecision(5))],
      ["valid", Number(total[1].toPrecision(5))],
      ["lr", Number(learningRate.toPrecision(3))],
    ],
  });
}

function tooLarge(error: EngineLimitError): FailureError {
  const hint = "Use wider bins, fewer trials in a batch, or smaller layers.";
  return new FailureError({ kind: "config", what: `The model is too large: ${error.message}.`, hint });
}
