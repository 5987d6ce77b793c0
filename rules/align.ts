import { join } from "node:path";
import { type ConditionAverages, sharedConditions } from "#lib/alignment/condition-averages.js";
import type { Rule } from "#lib/build/rule.js";
import type { Json } from "#lib/build/target.js";
import { counted } from "#lib/counted.js";
import { FailureError } from "#lib/failure.js";
import { averageConditions } from "#lib/sources/average-conditions.js";
import { rebinFactor } from "#lib/sources/divide-trials.js";
import { openDataset } from "#lib/sources/open-dataset.js";
import type { SourceSpec } from "#lib/sources/source-spec.js";
import { mergedTimes } from "#lib/sources/write-lfads-input.js";
import { ALIGNMENT_FILE, writeAlignments } from "./alignment-file.js";
import { ruleVersions } from "./versions.js";

export interface AlignParams {
  readonly datasets: readonly string[];
  /** Of each dataset. */
  readonly sources: readonly SourceSpec[];
  readonly spikeBinMs: number;
  readonly factors: number;
  readonly regression: "leastSquares" | "ridge";
  readonly normalizeEach: boolean;
  /** The user's own parameters that affect data: they are in the key, and do nothing here. */
  readonly dataParams: { readonly [name: string]: Json };
}

/** The part of the work that is reading. */
const READING = 0.8;

/** Computes where the read-ins of a run start. Inputs: the recordings, by dataset; output `alignment.h5`. */
export const align: Rule = {
  name: "align",
  version: ruleVersions.align,
  async run({ params, inputs, out, signal, log, warn, progress }) {
    const { datasets, sources, spikeBinMs, factors, regression, normalizeEach } = params as unknown as AlignParams;
    const averages: ConditionAverages[] = [];
    let timeVecMs = new Float64Array();
    for (const [d, name] of datasets.entries()) {
      const reader = await openDataset(name, sources[d]!, inputs[name]![0]!.path);
      try {
        const own = averageConditions(reader, spikeBinMs, (done) => {
          signal.throwIfAborted();
          progress({ done: (READING * (d + done)) / datasets.length });
        });
        averages.push(own);
        if (d === 0) timeVecMs = Float64Array.from(mergedTimes(reader.timeVecMs, rebinFactor(reader, spikeBinMs)));
        const left = (reader.conditions?.length ?? 0) - own.nTrials;
        log(`${name}: ${counted(own.nTrials, "trial")} of ${counted(own.byCondition.size, "condition")}.`);
        if (left > 0) log(`${name}: ${counted(left, "trial")} without a condition left out.`);
      } finally {
        reader.close();
      }
    }
    checkAverages(averages);
    // Imported here, as loading its linear algebra takes longer than a small target of another rule.
    const { alignDatasets } = await import("#lib/alignment/align-datasets.js");
    const alignments = alignDatasets(averages, { factors, regression, normalizeEach });
    const { nPcs, conditions, explained } = alignments;
    if (nPcs === 0) {
      throw new FailureError({
        kind: "data",
        what: "The condition averages are constant: they have no PCs to align to.",
      });
    }
    if (nPcs < factors) {
      const rest = factors - nPcs === 1 ? "column is" : `${factors - nPcs} columns are`;
      warn(
        `c_factors_dim is ${factors}, but the condition averages have ${counted(nPcs, "dimension")}: the other ${rest} zero.`,
      );
    }
    const shared = sharedConditions(averages).length;
    if (shared < conditions.length) log(`${shared} of ${conditions.length} conditions are in every dataset.`);
    if (alignments.sharedOnly) log("The PCs come from these alone: with the others there is no covariance.");
    const percent = (100 * explained.reduce((sum, part) => sum + part, 0)).toFixed(1);
    log(`${counted(nPcs, "PC")} of all datasets, ${percent}% of the variance of the condition averages.`);
    for (const { name, r2, lambda } of alignments.datasets) {
      const fit = [...r2].map((value) => value.toFixed(3)).join(" ");
      log(`${name}: R² ${fit}${lambda === null ? "" : `, λ ${lambda.toPrecision(3)}`}`);
    }
    await writeAlignments(join(out, ALIGNMENT_FILE), alignments, timeVecMs);
  },
};

function checkAverages(averages: readonly ConditionAverages[]): void {
  const none = averages.filter(({ byCondition }) => byCondition.size === 0).map(({ name }) => name);
  if (none.length > 0) {
    throw failure(
      `No trial of ${none.join(", ")} has a condition.`,
      "Say where conditions are, or do without alignment.",
    );
  }
  const [first, ...others] = averages as [ConditionAverages, ...ConditionAverages[]];
  const length = others.find(({ nBins }) => nBins !== first.nBins);
  if (length) {
    const what = `${first.name} has ${first.nBins} time bins and ${length.name} has ${length.nBins}.`;
    throw failure(what, "Give the recordings one length.");
  }
  const kindOf = ({ byCondition }: ConditionAverages) =>
    new Set([...byCondition.keys()].map((condition) => (typeof condition === "number" ? "numbers" : "texts")));
  const kinds = averages.map((each) => [...kindOf(each)].join(" and "));
  const other = kinds.findIndex((kind) => kind !== kinds[0] || kind.includes(" "));
  if (other >= 0) {
    const what = `The conditions of ${first.name} are ${kinds[0]}, those of ${averages[other]!.name} are ${kinds[other]}.`;
    throw failure(what, "Name the conditions alike in all recordings: the same condition has the same name.");
  }
  if (sharedConditions(averages).length === 0) {
    const what = `No condition is in every dataset of ${averages.map(({ name }) => name).join(", ")}.`;
    throw failure(
      what,
      "A read-in is fitted to the conditions that all have. Leave datasets out, or name conditions alike.",
    );
  }
}

function failure(what: string, hint: string): FailureError {
  return new FailureError({ kind: "data", what, hint });
}
