/**
 * What parameters can ask for and this version does not have. Each entry goes when its feature comes.
 */
import type { ParamValue } from "#lib/params/param-value.js";
import type { Problem } from "./problem.js";
import type { RunParams, RunSpec } from "./project.js";

interface Missing {
  readonly param: string;
  readonly isAsked: (value: ParamValue, runSpecs: readonly RunSpec[]) => boolean;
  readonly feature: string;
  readonly instead: string;
}

const missing: readonly Missing[] = [
  { param: "c_co_dim", isAsked: isPositive, feature: "a model with a controller", instead: "c_co_dim: 0" },
  {
    param: "c_ext_input_dim",
    isAsked: isPositive,
    feature: "a model with external inputs",
    instead: "c_ext_input_dim: 0",
  },
  {
    param: "c_output_dist",
    isAsked: (value) => value === "gaussian",
    feature: "gaussian output",
    instead: 'c_output_dist: "poisson"',
  },
  { param: "useAlignmentMatrix", isAsked: isTrue, feature: "alignment", instead: "useAlignmentMatrix: false" },
  {
    param: "useSingleDatasetAlignmentMatrix",
    isAsked: isTrue,
    feature: "alignment",
    instead: "useSingleDatasetAlignmentMatrix: false",
  },
  {
    param: "setInFactorsMatchDataForSingleDataset",
    isAsked: isTrue,
    feature: "another read-in of single datasets",
    instead: "setInFactorsMatchDataForSingleDataset: false",
  },
  {
    param: "c_temporal_spike_jitter_width",
    isAsked: isPositive,
    feature: "spike jitter",
    instead: "c_temporal_spike_jitter_width: 0",
  },
  {
    param: "c_ic_dim",
    isAsked: (value) => value === 0,
    feature: "a model without a latent initial condition",
    instead: "c_ic_dim: 64",
  },
  {
    param: "c_do_train_readin",
    isAsked: (value, runSpecs) => value === false && runSpecs.some((spec) => spec.datasets.length > 1),
    feature: "a frozen read-in of stitched runs",
    instead: "c_do_train_readin: true",
  },
];

/** The features that a setting asks for in vain, with what to write instead. */
export function notYet(
  { values, nonDefault }: RunParams,
  runSpecs: readonly RunSpec[],
  place: readonly string[],
): Problem[] {
  return missing.flatMap(({ param, isAsked, feature, instead }): Problem[] => {
    const value = values[param] as ParamValue;
    if (!isAsked(value, runSpecs)) return [];
    const whence = Object.hasOwn(nonDefault, param) ? "" : ", its default";
    return [
      {
        kind: "not-yet",
        place: [...place, param],
        what: `${param} is ${JSON.stringify(value)}${whence}: this version does not have ${feature} yet.`,
        hint: `Write ${instead}.`,
      },
    ];
  });
}

function isPositive(value: ParamValue): boolean {
  return typeof value === "number" && value > 0;
}

function isTrue(value: ParamValue): boolean {
  return value === true;
}
