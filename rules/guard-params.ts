import { closestNames } from "#lib/closest-names.js";
import { FailureError } from "#lib/failure.js";
import type { ParamValue } from "#lib/params/param-value.js";
import { runParamsByName } from "#lib/params/run-params-table.js";

export interface GuardedParams {
  readonly params: Readonly<{ spikeBinMs: number } & Record<string, unknown>>;
  /** The first wrong reading, also where its error was caught. */
  misread(): FailureError | undefined;
}

/** What JavaScript itself asks any object for. */
const asked: ReadonlySet<PropertyKey> = new Set(["toJSON", "then", ...Object.getOwnPropertyNames(Object.prototype)]);

/**
 * Parameters as a loader reads them. What does not affect data is in no key of it, so reading that throws there and then,
 * as does a parameter that there is not.
 * @param values Those that affect data.
 * @param withheld The user's own that do not.
 */
export function guardParams(values: Readonly<Record<string, ParamValue>>, withheld: readonly string[]): GuardedParams {
  let first: FailureError | undefined;
  const refuse = (what: string, hint: string): never => {
    const error = new FailureError({ kind: "config", what, hint });
    first ??= error;
    throw error;
  };
  const check = (name: string): void => {
    if (withheld.includes(name)) {
      const what = `The loader reads ${name}, which is declared not to affect data: a change of it would not run the loader again.`;
      refuse(what, `Declare ${name} with affects: "data" in custom, or do not read it.`);
    }
    if (runParamsByName.has(name)) {
      const what = `The loader reads ${name}, which does not affect data.`;
      refuse(what, "A loader gets spikeBinMs, and the parameters of your own that affect data.");
    }
    const [closest] = closestNames(name, Object.keys(values), 3);
    const hint = closest === undefined ? `Declare it in custom of runParams.` : `Did you mean ${closest}?`;
    refuse(`The loader reads the parameter ${name}, which is not declared.`, hint);
  };
  const isThere = (name: PropertyKey) => typeof name === "symbol" || Object.hasOwn(values, name) || asked.has(name);
  const params = new Proxy(structuredClone(values) as { spikeBinMs: number }, {
    get(target, name, receiver) {
      if (!isThere(name)) check(name as string);
      return Reflect.get(target, name, receiver);
    },
    has(target, name) {
      if (withheld.includes(name as string)) check(name as string);
      return Reflect.has(target, name);
    },
    set: () => refuse("The loader changes a parameter.", "Parameters are set in the lfadsfile."),
  });
  return { params, misread: () => first };
}
