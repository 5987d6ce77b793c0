/**
 * The exact parameters of a setting: of all that its values may have been, those whose hash is the folder's name.
 */
import type { MatlabClass } from "#lib/params/matlab-value.js";
import { type Affects, ownDefinition } from "#lib/params/own-param.js";
import { type ParamNames, paramNames } from "#lib/params/param-names.js";
import type { ParamValue } from "#lib/params/param-value.js";
import type { Candidate, ParamChoice } from "./param-choices.js";

export interface RecoveredParams {
  /** Those that differ from their defaults. */
  readonly values: Readonly<Record<string, ParamValue>>;
  /** The user's own parameters among them. */
  readonly own: Readonly<Record<string, { readonly class: MatlabClass; readonly affects: Affects }>>;
  /** The values give the folder's name. */
  readonly confirmed: boolean;
  /** Names of parameters that may have another value or class, or whose value cannot be read. */
  readonly unsure: readonly string[];
}

/** More combinations than this are not tried. */
const MOST_TRIES = 100_000;

export function recoverParams(paramName: string, choices: readonly ParamChoice[]): RecoveredParams {
  const known = choices.filter(({ candidates }) => candidates.length > 0);
  const places = known.map(() => 0);
  const tries = known.reduce((product, { candidates }) => product * candidates.length, 1);
  for (let i = 0; i < Math.min(tries, MOST_TRIES); i++) {
    const found = paramsOf(known, places);
    if (namesOf(found).paramName === paramName) return { ...found, confirmed: true, unsure: [] };
    advance(known, places);
  }
  const unsure = choices.filter(({ isOwn, candidates }) => isOwn || candidates.length !== 1);
  return {
    ...paramsOf(
      known,
      known.map(() => 0),
    ),
    confirmed: false,
    unsure: unsure.map(({ name }) => name),
  };
}

/** The same with each of the user's own parameters said to reach the data or the model only, as the data folder's name has it. */
export function withDataName(params: RecoveredParams, dataName: string): RecoveredParams {
  const hashed = Object.keys(params.own).filter((name) => params.own[name]!.affects !== "nothing");
  for (let subset = 0; subset < 2 ** Math.min(hashed.length, 12); subset++) {
    const own = { ...params.own };
    for (const [bit, name] of hashed.entries()) {
      own[name] = { ...own[name]!, affects: (subset >> bit) % 2 === 0 ? "data" : "model" };
    }
    if (dataNames({ ...params, own }).includes(dataName)) return { ...params, own };
  }
  return params;
}

/** Of the data folder: since 20171107, when it began to depend on c_factors_dim, and before. */
export function dataNames(params: Pick<RecoveredParams, "values" | "own">): [now: string, before: string] {
  const { c_factors_dim: _, ...others } = params.values;
  return [namesOf(params).dataName, namesOf({ ...params, values: others }).dataName];
}

function namesOf({ values, own }: Pick<RecoveredParams, "values" | "own">): ParamNames {
  const definitions = Object.entries(own).map(([name, { class: className }]) => {
    return [name, ownDefinition(name, { class: className, default: null })] as const;
  });
  const affects = Object.fromEntries(Object.entries(own).map(([name, each]) => [name, each.affects]));
  return paramNames(values, new Map(definitions), affects);
}

function paramsOf(known: readonly ParamChoice[], places: readonly number[]) {
  const values: Record<string, ParamValue> = {};
  const own: Record<string, { class: MatlabClass; affects: Affects }> = {};
  for (const [i, { name, isOwn, candidates }] of known.entries()) {
    const { class: className, value, affects = "data" } = candidates[places[i]!] as Candidate;
    if (value === undefined) continue;
    values[name] = value;
    if (isOwn) own[name] = { class: className!, affects };
  }
  return { values, own };
}

/** To the next combination; what was first stays longest. */
function advance(known: readonly ParamChoice[], places: number[]): void {
  for (let k = 0; k < places.length; k++) {
    places[k] = (places[k]! + 1) % known[k]!.candidates.length;
    if (places[k] !== 0) return;
  }
}
