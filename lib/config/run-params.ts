import type { MatlabClass, NumericClass } from "#lib/params/matlab-value.js";
import type { OwnParam } from "#lib/params/own-param.js";
import type { RunParamsValues } from "#lib/params/run-params-values.js";
import type { RunParamsDefinition } from "./definition.js";

export type OwnParams = Readonly<Record<string, OwnParam>>;

/** Values of the user's own parameters, as their classes say. */
export type OwnValues<Own> = {
  [K in keyof Own]?: Own[K] extends { class: infer C extends MatlabClass } ? ValueOf<C> : never;
};

type ValueOf<C extends MatlabClass> = C extends "char"
  ? string
  : C extends "logical"
    ? boolean | readonly boolean[]
    : C extends "cell"
      ? readonly unknown[]
      : C extends "int64" | "uint64"
        ? number | string | readonly (number | string)[]
        : C extends NumericClass
          ? number | readonly number[]
          : never;

/**
 * One setting of the parameters. What is not named has the Run Manager's default.
 *
 * Parameters of your own are declared in `custom`, each with its MATLAB class, its default and what it affects:
 * ```ts
 * runParams({ c_co_dim: 0, custom: { alignEvent: { class: "char", default: "cue", affects: "data" } }, alignEvent: "move" })
 * ```
 */
export function runParams<const Own extends OwnParams = Record<never, OwnParam>>(
  values: RunParamsValues & { custom?: Own } & OwnValues<NoInfer<Own>>,
): RunParamsDefinition<Own>;
/** The setting `base` with some values changed. */
export function runParams<Own>(
  base: RunParamsDefinition<Own>,
  overrides: RunParamsValues & OwnValues<NoInfer<Own>>,
): RunParamsDefinition<Own>;
export function runParams(
  first: Record<string, unknown> | RunParamsDefinition,
  overrides?: object,
): RunParamsDefinition {
  if (overrides) return withValues(first as RunParamsDefinition, overrides);
  const { custom, ...values } = first as Record<string, unknown>;
  return withValues({ values: {}, own: (custom ?? {}) as OwnParams, ownValues: {} }, values);
}

/** `base` with these values changed; those left undefined are not. */
export function withValues<Own>(base: RunParamsDefinition<Own>, changes: object): RunParamsDefinition<Own> {
  const values = { ...base.values };
  const ownValues = { ...base.ownValues };
  for (const [name, value] of Object.entries(changes)) {
    if (value !== undefined) (Object.hasOwn(base.own as object, name) ? ownValues : values)[name] = value;
  }
  return { values, own: base.own, ownValues };
}
