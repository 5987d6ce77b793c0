import { matlabHash } from "./matlab-hash.js";
import type { MatlabValue } from "./matlab-value.js";
import type { Affects } from "./own-param.js";
import type { ParamDefinition } from "./param-definition.js";
import type { ParamValue } from "./param-value.js";
import { runParamsByName } from "./run-params-table.js";
import { toMatlab } from "./to-matlab.js";

/** Folder names of a setting, MATLAB's own: `param_` and `data_` before the hash. */
export interface ParamNames {
  readonly paramName: string;
  readonly dataName: string;
}

const neverHashed =
  /^(name|version|num_samples_posterior|numSamplesPrior|posterior_mean_kind|c_tf_debug_.*|c_debug_.*)$/;
/** This project's own parameters: they change the model, never the exported data. */
export const modelExtensions: ReadonlySet<string> = new Set([
  "seed",
  "maxEpochs",
  "patience",
  "onDivergence",
  "initFrom",
  "trainOnly",
]);

/**
 * @param nonDefault Values that differ from their frozen default.
 * @param own Definitions of the user's own parameters, by name.
 */
export function paramNames(
  nonDefault: Readonly<Record<string, ParamValue>>,
  own: ReadonlyMap<string, ParamDefinition> = new Map(),
  affects: Readonly<Record<string, Affects>> = {},
): ParamNames {
  const hashed: Record<string, MatlabValue> = {};
  const hashedForData: Record<string, MatlabValue> = {};
  for (const [name, value] of Object.entries(nonDefault)) {
    const definition = own.get(name) ?? runParamsByName.get(name);
    if (!definition || isNeverHashed(name, own, affects)) continue;
    hashed[name] = toMatlab(definition.class, value);
    if (reachesData(name, own, affects)) hashedForData[name] = hashed[name];
  }
  return {
    paramName: `param_${matlabHash({ class: "struct", fields: hashed })}`,
    dataName: `data_${matlabHash({ class: "struct", fields: hashedForData })}`,
  };
}

function isNeverHashed(
  name: string,
  own: ReadonlyMap<string, unknown>,
  affects: Readonly<Record<string, Affects>>,
): boolean {
  return own.has(name) ? affects[name] === "nothing" : neverHashed.test(name);
}

function reachesData(
  name: string,
  own: ReadonlyMap<string, unknown>,
  affects: Readonly<Record<string, Affects>>,
): boolean {
  if (own.has(name)) return affects[name] === "data";
  if (modelExtensions.has(name)) return false;
  return !name.startsWith("c_") || name === "c_factors_dim";
}
