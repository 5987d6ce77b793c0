import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Rule, RuleContext } from "#lib/build/rule.js";
import type { Json } from "#lib/build/target.js";
import type { ModelSpec, TrainingSpec } from "#lib/engine/model-spec.js";
import { EngineLimitError } from "#lib/engine/run-threads.js";
import { type TrainOptions, trainModel } from "#lib/engine/train-model.js";
import type { Divergence, EpochReport, TrainerState } from "#lib/engine/trainer-state.js";
import { FailureError } from "#lib/failure.js";
import { makeFolder } from "#lib/make-folder.js";
import { CheckpointFolder, newestLve } from "./checkpoint-folder.js";
import { EpochClock } from "./epoch-clock.js";
import { FitHistory } from "./fit-history.js";
import { fitlogLine } from "./fitlog-line.js";
import { initialValues } from "./initial-values.js";
import { type LfadsInput, onlyFile, readLfadsInput } from "./lfads-input.js";
import {
  costWeightsOf,
  hyperparametersText,
  modelSpecOf,
  type ParamValues,
  trainingSpecOf,
  withDefaults,
} from "./model-spec-of.js";
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
 * any. Outputs in `lfadsOutput/`: checkpoints and the files that name them, fitlog.csv, TensorBoard's lfads_log,
 * hyperparameters-0.txt. After a kill it goes on from its last checkpoint.
 */
export const train: Rule = {
  name: "train",
  version: ruleVersions.train,
  async run(context) {
    const { datasets, params } = context.params as unknown as TrainParams;
    const values = withDefaults(params);
    const inputs = await readInputs(context, datasets, values);
    const model = modelSpecOf(values, inputs[0]!.bins, modelDatasets(datasets, inputs, values));
    warnOfUnused(context, model, datasets, inputs);
    const training = trainingSpecOf(values, datasets.length);
    const folder = new CheckpointFolder(
      context.scratch,
      { model, weights: costWeightsOf(values) },
      { regular: training.maxCkptToKeep, lve: training.maxCkptToKeepLve },
    );
    const resumed = await folder.resume();
    if (resumed) context.log(`Going on after epoch ${resumed.state.epoch}, from its checkpoint.`);
    const others = context.inputs[INITIAL];
    const initial = others && !resumed ? await initialValues(newestLve(others), model) : null;
    if (initial) context.log(startText(initial));

    const recorder = new Recorder(context, training, folder, resumed);
    const data = inputs.map((input, index) => trainingData(input, index, model));
    const end = await trainModel(model, training, data, {
      threads: context.threads,
      signal: context.signal,
      start: resumed?.state ?? null,
      ...(initial ? { initial: initial.values } : {}),
      ...recorder.hooks(),
    }).catch((error: unknown) => {
      throw error instanceof EngineLimitError ? tooLarge(error) : error;
    });
    if (end.kind === "aborted") context.signal.throwIfAborted();
    if (end.kind === "diverged") throw divergence(end.divergence);
    await recorder.finish(end.kind === "finished" ? end.why : null);

    const out = join(context.out, "lfadsOutput");
    makeFolder(out);
    writeFileSync(join(out, "hyperparameters-0.txt"), hyperparametersText(values, model));
    folder.copyTo(out);
    recorder.history.writeTo(out);
  },
};

/** What a training says on its way: into the checkpoints, the log and the progress. */
class Recorder {
  readonly #context: RuleContext;
  readonly #training: TrainingSpec;
  readonly #folder: CheckpointFolder;
  readonly #clock: EpochClock;
  readonly history: FitHistory;
  /** LVE states since the last checkpoint. */
  readonly #lve: TrainerState[] = [];
  #last: TrainerState | null;

  constructor(
    context: RuleContext,
    training: TrainingSpec,
    folder: CheckpointFolder,
    resumed: { readonly state: TrainerState; readonly epochs: readonly EpochReport[] } | null,
  ) {
    this.#context = context;
    this.#training = training;
    this.#folder = folder;
    this.#clock = new EpochClock(training);
    this.history = new FitHistory(resumed?.epochs ?? [], liveFolder(context));
    this.#last = resumed?.state ?? null;
  }

  hooks(): Pick<TrainOptions, "onStep" | "onEpoch" | "onLve" | "onCheckpoint" | "onHalved"> {
    const context = this.#context;
    const { verbose, eachStep } = context.settings as unknown as TrainSettings;
    return {
      ...(eachStep ? { onStep: (report) => context.log(stepText(report)) } : {}),
      onEpoch: (report) => {
        this.history.add(report);
        say(context, report, this.#clock);
        if (verbose) context.log(termsText(report));
      },
      onLve: (state) => {
        this.#lve.push(state);
        if (this.#lve.length > Math.max(this.#training.maxCkptToKeepLve, 1)) this.#lve.shift();
      },
      onCheckpoint: async (state) => {
        this.#last = state;
        await this.#folder.save(state, this.#lve.splice(0), this.history.epochs);
      },
      onHalved: (diverged, epoch, learningRate) => {
        context.warn(halvedText(diverged, epoch, learningRate));
        this.history.goBackTo(epoch);
        this.#lve.length = 0;
      },
    };
  }

  /** Training has ended; where no epoch could be the best, the last one is. */
  async finish(why: Parameters<typeof endText>[0] | null): Promise<void> {
    if (why) this.#context.log(endText(why, this.history.epochs.length, this.#training));
    if (this.#last?.lowestValidCost !== Number.POSITIVE_INFINITY) return;
    this.#context.warn(
      "Training ended before the KL and L2 weights had reached 1, so no epoch could be the best; the last one is used.",
    );
    await this.#folder.save(this.#last, [this.#last], this.history.epochs);
  }
}

/** Where TensorBoard can watch the training, under the run's name. */
function liveFolder({ scratch, label }: RuleContext): string {
  return join(scratch, label.slice(0, label.lastIndexOf(":")));
}

async function readInputs(
  { inputs }: RuleContext,
  datasets: readonly string[],
  values: ParamValues,
): Promise<LfadsInput[]> {
  const firstBins = values.c_debug_reduce_timesteps_to;
  const read: LfadsInput[] = [];
  for (const name of datasets) {
    const file = onlyFile(inputs[name], name);
    read.push(await readLfadsInput(file, typeof firstBins === "number" ? firstBins : undefined));
  }
  return read;
}

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

function divergence(diverged: Divergence): FailureError {
  const hint =
    "Lower c_learning_rate_init or c_max_grad_norm, or check the recording for channels with extreme counts.";
  return new FailureError({ kind: "diverged", what: divergenceText(diverged), hint });
}

function tooLarge(error: EngineLimitError): FailureError {
  const hint = "Use wider bins, fewer trials in a batch, or smaller layers.";
  return new FailureError({ kind: "config", what: `The model is too large: ${error.message}.`, hint });
}
