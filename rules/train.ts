import { constants, copyFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Rule, RuleContext } from "#lib/build/rule.js";
import type { Json } from "#lib/build/target.js";
import type { ModelSpec } from "#lib/engine/model-spec.js";
import { EngineLimitError } from "#lib/engine/run-threads.js";
import { trainModel } from "#lib/engine/train-model.js";
import type { EpochReport, TrainerState } from "#lib/engine/trainer-state.js";
import { FailureError } from "#lib/failure.js";
import { CheckpointFolder, newestLve } from "./checkpoint-folder.js";
import { EpochClock } from "./epoch-clock.js";
import { fitlogLine } from "./fitlog-line.js";
import { initialValues } from "./initial-values.js";
import { type LfadsInput, onlyFile, readLfadsInput } from "./lfads-input.js";
import { costWeightsOf, hyperparametersText, modelSpecOf, trainingSpecOf, withDefaults } from "./model-spec-of.js";
import { INITIAL } from "./plan.js";
import { modelDatasets, trainingData } from "./training-data.js";
import { divergenceText, endText, halvedText, startText, stepText, termsText } from "./training-log.js";
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
 * Trains one model. Inputs: the export of each dataset, named for it, and the checkpoints of the run to start from, if
 * any. Outputs in `lfadsOutput/`: checkpoints and the files that name them, fitlog.csv, hyperparameters-0.txt. After a
 * kill it goes on from its last checkpoint.
 */
export const train: Rule = {
  name: "train",
  version: ruleVersions.train,
  async run(context) {
    const { datasets, params } = context.params as unknown as TrainParams;
    const { verbose, eachStep } = context.settings as unknown as TrainSettings;
    const values = withDefaults(params);
    const firstBins = values.c_debug_reduce_timesteps_to;
    const inputs: LfadsInput[] = [];
    for (const name of datasets) {
      const file = onlyFile(context.inputs[name], name);
      inputs.push(await readLfadsInput(file, typeof firstBins === "number" ? firstBins : undefined));
    }
    const model = modelSpecOf(values, inputs[0]!.bins, modelDatasets(datasets, inputs, values));
    warnOfUnused(context, model, datasets, inputs);
    const training = trainingSpecOf(values, datasets.length);
    const content = { model, weights: costWeightsOf(values) };
    const folder = new CheckpointFolder(context.scratch, content, {
      regular: training.maxCkptToKeep,
      lve: training.maxCkptToKeepLve,
    });

    const resumed = await folder.resume();
    const fitlog = resumed?.fitlog ?? [];
    if (resumed) context.log(`Going on after epoch ${resumed.state.epoch}, from its checkpoint.`);
    const others = context.inputs[INITIAL];
    const initial = others && !resumed ? await initialValues(newestLve(others), model) : null;
    if (initial) context.log(startText(initial));
    let clock = new EpochClock(training);
    const lve: TrainerState[] = [];
    let last = resumed?.state ?? null;
    const data = inputs.map((input, index) => trainingData(input, index, model));
    const end = await trainModel(model, training, data, {
      threads: context.threads,
      signal: context.signal,
      start: last,
      ...(initial ? { initial: initial.values } : {}),
      ...(eachStep ? { onStep: (report) => context.log(stepText(report)) } : {}),
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
      onHalved(diverged, epoch, learningRate) {
        context.warn(halvedText(diverged, epoch, learningRate));
        fitlog.length = epoch;
        lve.length = 0;
        clock = new EpochClock({ ...training, learningRateInit: learningRate });
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
    if (end.kind === "finished" && end.why) context.log(endText(end.why, fitlog.length, training));
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

function warnOfUnused(
  { warn }: RuleContext,
  { extInputDim }: ModelSpec,
  names: readonly string[],
  inputs: readonly LfadsInput[],
): void {
  const unused = names.filter((_, index) => extInputDim === 0 && inputs[index]!.externalInputs);
  if (unused.length === 0) return;
  warn(`The model does not get the external inputs of ${unused.join(", ")}, because c_ext_input_dim is 0.`);
}

function say(context: RuleContext, report: EpochReport, clock: EpochClock): void {
  const { epoch, total, learningRate } = report;
  context.log(fitlogLine(report));
  const { done, secondsLeft, epochsPerSecond } = clock.epoch(epoch, learningRate);
  context.progress({
    done,
    secondsLeft,
    fields: [
      ["epoch", epoch],
      ["train", Number(total[0].toPrecision(5))],
      ["valid", Number(total[1].toPrecision(5))],
      ["lr", Number(learningRate.toPrecision(3))],
      ["epochs/s", String(Number(epochsPerSecond.toPrecision(3)))],
    ],
  });
}

function tooLarge(error: EngineLimitError): FailureError {
  const hint = "Use wider bins, fewer trials in a batch, or smaller layers.";
  return new FailureError({ kind: "config", what: `The model is too large: ${error.message}.`, hint });
}
