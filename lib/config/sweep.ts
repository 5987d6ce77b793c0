import type { RunParamsValues } from "#lib/params/run-params-values.js";
import type { RunParamsDefinition } from "./definition.js";
import { type OwnValues, withValues } from "./run-params.js";

/** The values that a sweep gives each parameter. */
export type Grid<Values> = { readonly [K in keyof Values]?: readonly Exclude<Values[K], undefined>[] };

/**
 * The full grid: `base` with every combination of the values, the last parameter varying fastest.
 * ```ts
 * sweep(base, { c_factors_dim: [4, 8], c_keep_prob: [0.9, 0.95] }) // 4 settings
 * ```
 */
export function sweep<Own>(
  base: RunParamsDefinition<Own>,
  grid: Grid<RunParamsValues> & Grid<OwnValues<NoInfer<Own>>>,
): RunParamsDefinition<Own>[] {
  let settings: RunParamsDefinition<Own>[] = [base];
  for (const [name, list] of Object.entries<unknown>(grid)) {
    if (!Array.isArray(list) || list.length === 0)
      throw new Error(`sweep: ${name} must be a list of one value or more.`);
    settings = settings.flatMap((setting) => list.map((value) => withValues(setting, { [name]: value })));
  }
  return settings;
}
