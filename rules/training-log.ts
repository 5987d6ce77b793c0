/** What a training says in its log, beside the lines of fitlog.csv. */
import type { TrainingSpec } from "#lib/engine/model-spec.js";
import type { Divergence, EpochReport, TrainerState } from "#lib/engine/trainer-state.js";
import type { InitialValues } from "./initial-values.js";

export function startText({ values, fresh, step }: InitialValues): string {
  const taken = `Starting from step ${step} of the run that initFrom names, with ${values.size} of its variables`;
  return fresh.length === 0 ? `${taken}.` : `${taken}; not in it, and started anew: ${fresh.join(", ")}.`;
}

/** The terms of an epoch's costs, of training and validation trials where there are two. */
export function termsText({ gradientNorm, recon, kl, l2, learningRate }: EpochReport): string {
  const pair = ([train, valid]: readonly [number, number]) => `${digits(train)} ${digits(valid)}`;
  return (
    `  gradient norm ${digits(gradientNorm)}, recon ${pair(recon)}, kl ${pair(kl)}, l2 ${digits(l2)}, ` +
    `learning rate ${digits(learningRate)}`
  );
}

export function divergenceText({ step, epoch, learningRate, tensor }: Divergence): string {
  return `Training diverged in step ${step} (epoch ${epoch}, learning rate ${digits(learningRate)}): the ${tensor} is no longer finite.`;
}

/** Why training ended in this state. */
export function endText(
  { learningRateStop, maxEpochs, patience }: TrainingSpec,
  { epoch, learningRate }: Pick<TrainerState, "epoch" | "learningRate">,
): string {
  return `Training ends after epoch ${epoch}: ${reason()}.`;

  function reason(): string {
    if (learningRate < learningRateStop) return `the learning rate has fallen below ${learningRateStop}`;
    if (maxEpochs > 0 && epoch >= maxEpochs) return "maxEpochs is reached";
    return `the validation cost has not fallen for ${patience} epochs`;
  }
}

const digits = (value: number) => String(Number(value.toPrecision(5)));
