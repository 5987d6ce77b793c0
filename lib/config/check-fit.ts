import { basename } from "node:path";
import { counted } from "#lib/counted.js";
import type { Failure } from "#lib/failure.js";
import type { DatasetInfo } from "#lib/sources/dataset-info.js";
import { checkAlignment } from "./check-alignment.js";
import { isEmpty } from "./check-settings.js";
import { type Problem, problemFailures } from "./problem.js";
import type { Collection, Project, RunParams, RunSpec } from "./project.js";
import { recordingName } from "./recording-name.js";
import { usesAlignment } from "./uses-alignment.js";

/**
 * Whether the recordings fit the parameters of the runs that use them.
 * @param infos By the name of the recording: what its recording holds; those that are absent are not checked.
 */
export function checkFit(project: Project, infos: ReadonlyMap<string, DatasetInfo>): Failure[] {
  const problems: Problem[] = [];
  for (const [i, collection] of project.collections.entries()) {
    if (collection.imported) continue;
    const used = new Set(collection.runSpecs.flatMap((spec) => spec.datasets));
    for (const [j, params] of collection.params.entries()) {
      const place = [`collections[${i}] "${collection.name}"`, `params[${j}]`];
      for (const info of infosOf(collection, params, [...used], infos))
        problems.push(...checkDataset(info, params, place));
      for (const spec of collection.runSpecs) {
        const members = infosOf(collection, params, spec.datasets, infos);
        for (const check of [checkStitched, checkAlignment, checkTrainOnly]) {
          problems.push(...check(spec, members, params, place));
        }
      }
    }
  }
  return problemFailures(basename(project.file), problems);
}

function infosOf(
  { datasets }: Collection,
  params: RunParams,
  names: readonly string[],
  infos: ReadonlyMap<string, DatasetInfo>,
): DatasetInfo[] {
  return names.flatMap((name) => infos.get(recordingName(datasets, name, params)) ?? []);
}

function checkDataset(info: DatasetInfo, { values }: RunParams, place: readonly string[]): Problem[] {
  const problems: Problem[] = [];
  const spikeBinMs = Number(values.spikeBinMs);
  const merged = mergedBins(info, spikeBinMs);
  if (merged === null) {
    problems.push({
      place: [...place, "spikeBinMs"],
      what: `spikeBinMs is ${spikeBinMs}, but must be a multiple of ${info.binMs}, the bin width of ${info.name} in ms.`,
      hint: `Use spikeBinMs: ${nearestMultiple(spikeBinMs, info.binMs)}.`,
    });
  } else if (merged < 1) {
    problems.push({
      place: [...place, "spikeBinMs"],
      what: `spikeBinMs is ${spikeBinMs}, but ${info.name} lasts ${info.nBins * info.binMs} ms only.`,
      hint: `Use a multiple of ${info.binMs} up to that.`,
    });
  }
  const ratio = Number(values.trainToTestRatio);
  const { train, valid } = info.split ?? splitOf(info.nTrials, ratio);
  const batch = Number(values.c_batch_size);
  if (train < 1 || valid < 1) {
    problems.push({
      place: [...place, "trainToTestRatio"],
      what: `${info.name} has ${counted(info.nTrials, "trial")}: none is left for ${train < 1 ? "training" : "validation"}.`,
      ...(info.split ? {} : { hint: `trainToTestRatio is ${ratio}; at least 2 trials are needed.` }),
    });
  } else if (batch > train) {
    problems.push({
      place: [...place, "c_batch_size"],
      what: `c_batch_size is ${batch}, but ${info.name} has ${counted(train, "training trial")}.`,
      hint: `Use c_batch_size: ${train} or less.`,
    });
  }
  const first = values.c_debug_reduce_timesteps_to;
  if (merged !== null && merged > 0 && !isEmpty(first) && Number(first) > merged) {
    problems.push({
      place: [...place, "c_debug_reduce_timesteps_to"],
      what: `c_debug_reduce_timesteps_to is ${first}, but ${info.name} has ${counted(merged, "time bin")}.`,
      hint: `Use c_debug_reduce_timesteps_to: ${merged} or less, or [] for all of them.`,
    });
  }
  return [...problems, ...checkValues(info, values, place)];
}

function checkValues(info: DatasetInfo, values: RunParams["values"], place: readonly string[]): Problem[] {
  const problems: Problem[] = [];
  const inputs = Number(values.c_ext_input_dim);
  if (inputs > 0 && inputs !== info.nExternalInputs) {
    const has = info.nExternalInputs === 0 ? "none" : `${info.nExternalInputs}`;
    problems.push({
      place: [...place, "c_ext_input_dim"],
      what: `c_ext_input_dim is ${inputs}, but the recording of ${info.name} has ${has}.`,
      hint:
        info.nExternalInputs === 0
          ? "Say where they are with externalInputs in the lfadsfile, or use c_ext_input_dim: 0."
          : `Use c_ext_input_dim: ${info.nExternalInputs}.`,
    });
  }
  if (values.c_output_dist === "poisson" && info.notCounts !== null) {
    problems.push({
      place: [...place, "c_output_dist"],
      what: `c_output_dist is "poisson", but ${info.name} does not hold spike counts. ${info.notCounts}`,
      hint: 'Trials, bins and channels are counted from 1. Mend these values, leave their trials out, or use c_output_dist: "gaussian".',
    });
  }
  return problems;
}

/** A run of one dataset may have neither a read-in nor a read-out to train. */
function checkTrainOnly(
  spec: RunSpec,
  [info]: readonly DatasetInfo[],
  params: RunParams,
  place: readonly string[],
): Problem[] {
  const { values } = params;
  if (values.trainOnly !== "readinReadout" || spec.datasets.length > 1 || !info) return [];
  const hasMatrix = info.alignmentFactors !== null || usesAlignment(params, spec);
  const isAligned = hasMatrix && values.setInFactorsMatchDataForSingleDataset !== true;
  const factors = Number(values.c_factors_dim);
  if (isAligned || info.nChannels !== factors || values.c_output_dist === "gaussian") return [];
  const what = `trainOnly is "readinReadout", but with the ${factors} channels of ${info.name} and as many factors a run of one dataset has neither.`;
  return [{ place: [...place, "trainOnly"], what }];
}

function checkStitched(
  spec: RunSpec,
  infos: readonly DatasetInfo[],
  params: RunParams,
  place: readonly string[],
): Problem[] {
  const { values } = params;
  if (!isEmpty(values.c_debug_reduce_timesteps_to) && !usesAlignment(params, spec)) return [];
  const bins = infos.map((info) => ({ name: info.name, T: mergedBins(info, Number(values.spikeBinMs)) }));
  const [first] = bins;
  const other = bins.find(({ T }) => T !== null && first?.T != null && T !== first.T);
  if (!first || !other) return [];
  return [
    {
      place: [...place.slice(0, 1), `run spec "${spec.name}"`],
      what: `Datasets of a stitched run need the same number of time bins, but ${first.name} has ${first.T} and ${other.name} has ${other.T}.`,
      hint: "Give the recordings one length, or train a model for each: ...runSpec.eachDataset().",
    },
  ];
}

/** Time bins after merging; null when the source's bins cannot be merged into bins of that width. */
export function mergedBins({ nBins, binMs }: DatasetInfo, spikeBinMs: number): number | null {
  const each = Math.round(spikeBinMs / binMs);
  const isMultiple = each >= 1 && Math.abs(spikeBinMs / binMs - each) <= 1e-6 * each;
  return isMultiple ? Math.floor(nBins / each) : null;
}

/** Not 0. */
function nearestMultiple(value: number, of: number): number {
  return Number((Math.max(1, Math.round(value / of)) * of).toPrecision(9));
}

/** Trials 1, 1+(r+1), 1+2(r+1), … are for validation. */
function splitOf(nTrials: number, ratio: number): { train: number; valid: number } {
  const valid = Math.ceil(nTrials / (ratio + 1));
  return { train: nTrials - valid, valid };
}
