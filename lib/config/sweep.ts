import type { RunParamsValues } from "#lib/params/run-params-values.js";
import { type AllValues, allValues } from "./all-values.js";
import type { RunParamsDefinition } from "./definition.js";
import type { Distribution } from "./distribution.js";
import { drawValues } from "./draw-values.js";
import { type OwnValues, withValues } from "./run-params.js";
import { shownValue } from "./shown-value.js";

/** Values of each parameter. */
export type Grid<Values> = { readonly [K in keyof Values]?: readonly Exclude<Values[K], undefined>[] };

/** How each parameter is drawn. */
export type Distributions<Values> = {
  readonly [K in keyof Values]?: Distribution<Exclude<Values[K], undefined>>;
};

/**
 * The full grid: `base` with every combination of the values, the last parameter varying fastest.
 * ```ts
 * sweep(base, { c_factors_dim: [4, 8], c_keep_prob: [0.9, 0.95] }) // 4 settings
 * ```
 * It is a list of settings that goes on with `.zip(…)`, `.draw(…)`, `.grid(…)` and `.where(…)`.
 */
export function sweep<Own>(
  base: RunParamsDefinition<Own>,
  values: Grid<RunParamsValues> & Grid<OwnValues<NoInfer<Own>>> = {},
): Sweep<Own> {
  return new Sweep<Own>([base]).grid(values);
}

/** What `sweep` returns: a list of settings. Each step takes all settings so far, and what it adds varies fastest. */
export class Sweep<Own> extends Array<RunParamsDefinition<Own>> {
  /** What `map`, `filter` and the like return is a plain list. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  readonly #swept: ReadonlySet<string>;

  constructor(settings: readonly RunParamsDefinition<Own>[], swept: Iterable<string> = []) {
    super();
    for (const setting of settings) this.push(setting);
    this.#swept = new Set(swept);
  }

  /** Every setting with every combination of the values, the last parameter varying fastest. */
  grid(values: Grid<RunParamsValues> & Grid<OwnValues<NoInfer<Own>>>): Sweep<Own> {
    return this.#times(
      listsOf("sweep", values).reduce<object[]>(
        (rows, [name, list]) => rows.flatMap((row) => list.map((value) => ({ ...row, [name]: value }))),
        [{}],
      ),
    );
  }

  /**
   * Every setting with linked values: the first of each list, the second of each list, and so on.
   * ```ts
   * sweep(base).zip({ c_gen_dim: [64, 128], c_ic_enc_dim: [64, 128] }) // 2 settings
   * ```
   */
  zip(values: Grid<RunParamsValues> & Grid<OwnValues<NoInfer<Own>>>): Sweep<Own> {
    const lists = listsOf("zip", values);
    const [first] = lists;
    if (!first) throw new Error("zip takes the values of one parameter or more.");
    const uneven = lists.find(([, list]) => list.length !== first[1].length);
    if (uneven) {
      const counts = [first, uneven].map(([name, list]) => `${name} has ${list.length}`).join(", ");
      throw new Error(`zip: all lists must have as many values, but ${counts}.`);
    }
    return this.#times(first[1].map((_, i) => Object.fromEntries(lists.map(([name, list]) => [name, list[i]]))));
  }

  /**
   * Every setting with `count` random draws; draws that come out equal are one. With more draws the first stay the same,
   * and so do all others when a parameter is added.
   * ```ts
   * sweep(base).draw(20, { c_learning_rate_init: logUniform(1e-3, 0.1), c_gen_dim: integer(32, 128) }, { seed: 1 })
   * ```
   * @param options.seed Another one draws other values; 0 when absent.
   */
  draw(
    count: number,
    distributions: Distributions<RunParamsValues> & Distributions<OwnValues<NoInfer<Own>>>,
    options: { seed?: number } = {},
  ): Sweep<Own> {
    const { seed = 0 } = options;
    if (!Number.isSafeInteger(count) || count < 1) {
      throw new Error(`draw: the number of draws is ${shownValue(count)}, but must be a whole number at least 1.`);
    }
    if (!Number.isInteger(seed) || seed < 0 || seed > 0xffff_ffff) {
      throw new Error(`draw: seed is ${shownValue(seed)}, but must be a whole number from 0 to 4294967295.`);
    }
    const drawn = Object.entries<unknown>(distributions ?? {});
    if (drawn.length === 0) throw new Error("draw takes a distribution of one parameter or more.");
    for (const [name, distribution] of drawn) {
      if (typeof distribution === "function") continue;
      throw new Error(`draw: ${name} must be uniform(…), logUniform(…), integer(…), choice(…) or a function.`);
    }
    return this.#times(drawValues(count, Object.fromEntries(drawn) as Record<string, Distribution<unknown>>, seed));
  }

  /**
   * The settings that `keep` says true of. It is given every parameter, with its default where it is not set.
   * ```ts
   * sweep(base, { c_gen_dim: [16, 64], c_factors_dim: [8, 32] }).where((p) => p.c_gen_dim >= p.c_factors_dim) // 3 settings
   * ```
   */
  where(keep: (params: AllValues<Own>) => boolean): Sweep<Own> {
    const kept = this.filter((setting) => {
      const answer: unknown = keep(allValues(setting));
      if (typeof answer === "boolean") return answer;
      throw new Error(`where: the condition returns ${shownValue(answer)}, but must say true or false.`);
    });
    if (kept.length === 0) throw new Error(`where: the condition leaves none of the ${this.length} settings.`);
    return new Sweep(kept, this.#swept);
  }

  /** Every setting with each of these changes. */
  #times(changes: readonly object[]): Sweep<Own> {
    const names = Object.keys(changes[0]!);
    const twice = names.find((name) => this.#swept.has(name));
    if (twice !== undefined) throw new Error(`sweep: ${twice} is given values twice.`);
    const settings = this.flatMap((setting) => changes.map((change) => withValues(setting, change)));
    return new Sweep(settings, [...this.#swept, ...names]);
  }
}

function listsOf(step: string, values: object): [name: string, list: readonly unknown[]][] {
  return Object.entries(values as Record<string, unknown>).map(([name, list]) => {
    if (Array.isArray(list) && list.length > 0) return [name, list];
    const hint = typeof list === "function" ? " What is drawn goes into .draw(…)." : "";
    throw new Error(`${step}: ${name} must be a list of one value or more.${hint}`);
  });
}
