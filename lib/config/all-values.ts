import { runParamsTable } from "#lib/params/run-params-table.js";
import type { RunParamsValues } from "#lib/params/run-params-values.js";
import type { RunParamsDefinition } from "./definition.js";
import { didYouMean } from "./did-you-mean.js";
import type { OwnParams, OwnValues } from "./run-params.js";

/** Every parameter of a setting, those with their default included. */
export type AllValues<Own> = Required<RunParamsValues> & Required<OwnValues<Own>>;

/** The values as they were written, defaults filled in. To ask for a parameter that there is not throws. */
export function allValues<Own>({ values, own, ownValues }: RunParamsDefinition<Own>): AllValues<Own> {
  const all: Record<string, unknown> = {};
  for (const param of runParamsTable) all[param.name] = param.default;
  for (const [name, declared] of Object.entries(own as OwnParams)) all[name] = declared.default;
  Object.assign(all, values, ownValues);
  return new Proxy(all, {
    get: (_, name) => {
      if (typeof name === "symbol" || name in all) return Reflect.get(all, name);
      throw new Error(`There is no parameter ${name}${didYouMean(name, Object.keys(all), "")}`);
    },
  }) as AllValues<Own>;
}
