/** What a training says in its log, beside the lines of fitlog.csv. */
import type { TrainingSpec } from "#lib/engine/model-spec.js";
import type { JobEnd } from "#lib/engine/run-threads.js";
import type { Divergence, EpochReport, StepReport } from "#lib/engine/trainer-state.js";
import type { InitialValues } from "./initial-values.js";

export function startText({ values, fresh, step }: InitialValues): string {
  const taken = `Starting from step ${step} of the run that initFrom names, with ${values.size} of its variables`;
  return fresh.length === 0 ? `${taken}.` : `${taken}; not in it, and started anew: ${fresh.join(", ")}.`;
}

/** The terms of an epoch's costs, of training and validation trials where there are two. */
export function termsText({ gradientNorm, recon, kl, klCo, l2, correlation, learningRate }: EpochReport): string {
  const pair = ([train, valid]: readonly [number, number]) => `${digits(train)} ${digits(valid)}`;
  const g0 = pair([kl[0] - klCo[0], kl[1] - klCo[1]]);
  return (
    `  recon ${pair(recon)}, kl of g0 ${g0}, kl of u ${pair(klCo)}, l2 ${digits(l2)}, corr ${pair(correlation)}, ` +
    `gradient norm ${digits(gradientNorm)}, learning rate ${digits(learningRate)}`
  );
}

export function stepText({ step, total, recon, kl, klCo, correlation, gradientNorm }: StepReport): string {
  return (
    `  step ${step}: total ${digits(total)}, recon ${digits(recon)}, kl of g0 ${digits(kl - klCo)}, ` +
    `kl of u ${digits(klCo)}, corr ${digits(correlation)}, gradient norm ${digits(gradientNorm)}`
  );
}

export function divergenceText({ step, epoch, learningRate, tensor }: Divergence): string {
  return `Training diverged in step ${step} (epoch ${epoch}, learning rate ${digits(learningRate)}): the ${tensor} is no longer finite.`;
}

/** Training goes on from the state after `epoch`. */
export function halvedText(divergence: Divergence, epoch: number, learningRate: number): string {
  const from = epoch === 0 ? "the start" : `epoch ${epoch}`;
  return `${divergenceText(divergence)} It goes on from ${from} with learning rate ${digits(learningRate)}.`;
}

type Why = Extract<JobEnd, { kind: "finished" }>["why"];

export function endText(why: NonNullable<Why>, epochs: number, training: TrainingSpec): string {
  const reasons = {
    learningRate: `the learning rate has fallen below ${training.learningRateStop}`,
    maxEpochs: "that is maxEpochs",
    patience: `the validation cost has not fallen for ${training.patience} epochs`,
  };
  return `Training ends after ${epochs} epochs: ${reasons[why]}.`;
}

const digits = (value: number) => String(Number(value.toPrecision(5)));
