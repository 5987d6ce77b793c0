/**
 * What TensorBoard shows of a training: the original's scalars, one step an epoch. Equal trainings have equal bytes, so
 * an event's time is its epoch, in seconds since 1970.
 */

import type { EpochReport } from "#lib/engine/trainer-state.js";
import { scalarRecord, versionRecord } from "#lib/tensorboard/event-record.js";

/** The original has the time and the host's name in it. */
export const EVENT_FILE = "events.out.tfevents.0000000000.lfads";

export const eventFileStart = () => versionRecord(0);

export function epochEvent(report: EpochReport): Buffer {
  const scalars = scalarsOf(report).map(([tag, value]) => [`LFADS/${tag}`, value] as const);
  return scalarRecord({ wallTime: report.epoch, step: report.step, scalars });
}

function scalarsOf(report: EpochReport): (readonly [tag: string, value: number])[] {
  const { total, recon, kl, l2, klWeight, l2Weight, correlation, learningRate, gradientNorm } = report;
  return [
    ["Learning_rate", learningRate],
    ["KL_weight", klWeight],
    ["L2_weight", l2Weight],
    ["Corr_cost", correlation[0]],
    ["Gradient_global_norm", gradientNorm],
    ...report.arTaus.map((tau, i) => [`AR_Autocorrelation_taus_${i}`, tau] as const),
    ...report.arVariances.map((variance, i) => [`AR_Variances_${i}`, variance] as const),
    ["KL_cost__train_", kl[0]],
    ["KL_cost__valid_", kl[1]],
    ["L2_cost", l2],
    ["Reconstruction_cost__train_", recon[0]],
    ["Reconstruction_cost__valid_", recon[1]],
    ["Total_cost__train_", total[0]],
    ["Total_cost__valid_", total[1]],
  ];
}
