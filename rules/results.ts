import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Rule } from "#lib/build/rule.js";
import { FailureError } from "#lib/failure.js";
import type { Evaluation } from "./evaluation.js";
import { onlyFile } from "./lfads-input.js";
import type { RunResults } from "./run-results.js";
import { ruleVersions } from "./versions.js";

interface ResultsParams {
  /** The run was made elsewhere: whether it is done is not ours to say. */
  readonly imported?: boolean;
}

/**
 * What a run reached: the costs at its LVE checkpoint and the measures of its evaluation. Inputs: the log of the fit, the
 * checkpoint, the evaluation, and all else that a run has; outputs `results.json`, and `lfads.done`, the sign that all is
 * there.
 */
export const results: Rule = {
  name: "results",
  version: ruleVersions.results,
  async run({ params, inputs, out }) {
    const { imported = false } = params as ResultsParams;
    const { all, datasets } = JSON.parse(readFileSync(onlyFile(inputs.evaluation, "evaluation"), "utf8")) as Evaluation;
    const fitlog = readFileSync(onlyFile(inputs.fitlog, "fitlog"), "utf8").trimEnd().split("\n");
    const line = epochOf(onlyFile(inputs.checkpoint, "checkpoint"), fitlog);
    const values: RunResults = {
      epochs: fitlog.length,
      lveEpoch: Number(line[1]),
      trainCost: Number(line[5]),
      validCost: Number(line[6]),
      svNll: line[20] === undefined ? null : Number(line[20]),
      all,
      datasets: datasets.map(({ perChannel: _, heldOut: __, decoder: ___, ...measures }) => measures),
    };
    writeFileSync(join(out, "results.json"), `${JSON.stringify(values, null, 2)}\n`);
    if (!imported) writeFileSync(join(out, "lfads.done"), "");
  },
};

/** The fields of the epoch that the newest LVE checkpoint is of. */
function epochOf(checkpoint: string, fitlog: readonly string[]): string[] {
  const step = /-(\d+)"/.exec(readFileSync(checkpoint, "utf8"))?.[1];
  const line = fitlog.map((text) => text.split(",")).find((fields) => fields[3] === step);
  if (step !== undefined && line) return line;
  const what = `fitlog.csv has no epoch that ends at the step of the checkpoint${step === undefined ? "" : `, ${step}`}.`;
  throw new FailureError({ kind: "data", what, where: checkpoint });
}
