import type { MatlabClass } from "./matlab-value.js";
import type { ParamDefinition } from "./param-definition.js";
import { runParamsByName } from "./run-params-table.js";

/** What changes when a parameter of the user's own changes. */
export type Affects = "data" | "model" | "nothing";

/** A parameter of the user's own, as a lfadsfile declares it. */
export interface OwnParam {
  /** MATLAB class of its values. */
  readonly class: MatlabClass;
  /** Its frozen default: a value equal to it leaves all folder names as they are. */
  readonly default: unknown;
  /** `data` (when absent) renames and rebuilds the exports, `model` the training only, `nothing` neither. */
  readonly affects?: Affects;
}

/** Own names must be names in MATLAB too, and not one of the built-in ones. Returns what is wrong, or null. */
export function ownNameProblem(name: string): string | null {
  if (runParamsByName.has(name)) return `${name} is a built-in parameter and cannot be declared again.`;
  if (name === "custom" || !/^[A-Za-z][A-Za-z0-9_]{0,62}$/.test(name)) {
    return `"${name}" cannot be the name of a parameter: letters, digits and _ after a first letter, at most 63.`;
  }
  return null;
}

/** The definition of an own parameter, its default not coerced yet. */
export function ownDefinition(name: string, own: OwnParam): ParamDefinition {
  return {
    name,
    class: own.class,
    default: own.default as ParamDefinition["default"],
    limits: {},
    lists: own.class !== "char",
  };
}
