/** States and folders for tests of what is on disk. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { ModelSpec } from "#lib/engine/model-spec.js";
import { parameterTable } from "#lib/engine/parameters.js";
import type { EpochReport, TrainerState } from "#lib/engine/trainer-state.js";
import { parameterVector, randomVariables, smallModel } from "./small-models.js";

/** Empty, and gone when the test is. */
export function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), "lfads-run-files-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** Random parameters and moments after so many steps; ten are an epoch. */
export function stateAt(step: number, model: ModelSpec = smallModel): TrainerState {
  const table = parameterTable(model);
  const vector = () => parameterVector(table, randomVariables(model));
  return {
    params: vector(),
    moment1: vector(),
    moment2: vector(),
    step,
    epoch: step / 10,
    learningRate: 0.01 / 3,
    costs: [3.1, Number.POSITIVE_INFINITY, 1 / 3],
    beta1Power: 0.9 ** step,
    beta2Power: 0.999 ** step,
    lowestValidCost: 1 / 7,
  };
}

/** What a checkpoint says beside the state. */
export const content = {
  model: smallModel,
  weights: { klIcWeight: 0.3, klCoWeight: 0.2, l2GenScale: 2000, l2ConScale: 300, coMeanCorrScale: 1 },
};

/** With a controller of two inferred inputs; two steps an epoch. */
export function epochReport(epoch: number): EpochReport {
  return {
    epoch,
    step: epoch * 2,
    total: [1234.567 / epoch, 1300.004],
    recon: [1230, 1299.995],
    kl: [3.5, 1 / 3],
    klCo: [0.1, 0.2],
    correlation: [0.25, 0.5],
    l2: 0.0123456,
    klWeight: 0.48,
    l2Weight: 1,
    learningRate: 0.01,
    gradientNorm: 17.25,
    arTaus: [10, 12.5],
    arVariances: [0.5, 0.75],
    heldOut: null,
    lve: false,
  };
}
