import { coerceParam } from "#lib/params/coerce-param.js";
import { type Affects, ownDefinition, ownNameProblem } from "#lib/params/own-param.js";
import type { ParamDefinition } from "#lib/params/param-definition.js";
import { paramNames } from "#lib/params/param-names.js";
import type { ParamValue } from "#lib/params/param-value.js";
import { runParamsTable } from "#lib/params/run-params-table.js";
import type { RunParamsDefinition } from "./definition.js";
import type { Problem } from "./problem.js";
import type { RunParams } from "./project.js";
import { shownValue } from "./shown-value.js";

const defaults: Readonly<Record<string, ParamValue>> = Object.fromEntries(
  runParamsTable.map(({ name, default: value }) => [name, value]),
);
const places = new Map(runParamsTable.map(({ name }, place) => [name, place]));

/**
 * One setting with every default filled in, coerced and named.
 * @param isBroken Whether the value of a built-in parameter was already found wrong; it keeps its default here.
 */
export function resolveRunParams(
  definition: RunParamsDefinition,
  place: readonly string[],
  isBroken: (name: string) => boolean,
  problems: Problem[],
): RunParams {
  const values = { ...defaults };
  const nonDefault: Record<string, ParamValue> = {};
  const take = (param: ParamDefinition, given: unknown): void => {
    const value = given === undefined ? param.default : coerced(param, given, param.name, place, problems);
    values[param.name] = value;
    if (!isSame(value, param.default)) nonDefault[param.name] = value;
  };

  for (const param of givenOf(definition)) if (!isBroken(param.name)) take(param, definition.values[param.name]);

  const own = new Map<string, ParamDefinition>();
  const affects: Record<string, Affects> = {};
  for (const [name, declared] of Object.entries(definition.own)) {
    const bad = ownNameProblem(name);
    if (bad) {
      problems.push({ place: [...place, "custom"], what: bad });
      continue;
    }
    const bare = ownDefinition(name, declared);
    const param = {
      ...bare,
      default: coerced(bare, declared.default, `The default of ${name}`, [...place, "custom"], problems),
    };
    own.set(name, param);
    affects[name] = declared.affects ?? "data";
    take(param, definition.ownValues[name]);
  }
  return { name: String(values.name), values, nonDefault, ...paramNames(nonDefault, own, affects), affects };
}

/** Built-in parameters that have a value, in the order of the table: most settings of a sweep have few. */
function givenOf({ values }: RunParamsDefinition): ParamDefinition[] {
  const given = Object.keys(values).flatMap((name) => places.get(name) ?? []);
  return given.sort((a, b) => a - b).map((place) => runParamsTable[place]!);
}

function coerced(
  param: ParamDefinition,
  given: unknown,
  subject: string,
  place: readonly string[],
  problems: Problem[],
): ParamValue {
  const result = coerceParam(param, given);
  if (result.ok) return result.value;
  const at = subject === param.name ? [...place, param.name] : place;
  problems.push({ place: at, what: `${subject} is ${shownValue(given)}, but must be ${result.error}.` });
  return param.default;
}

/** Equal as MATLAB's isequal has it: 0 and −0 are. */
function isSame(a: ParamValue, b: ParamValue): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((element, i) => isSame(element, b[i]));
}
