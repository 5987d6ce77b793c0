import { describe, expect, test } from "vitest";
import { choice, integer, logUniform, runParams, sweep, uniform } from "#lib/index.js";
import { runParamsTable } from "#lib/params/run-params-table.js";

const base = runParams({ c_co_dim: 0 });
/** What a sweep sets beside the base, setting by setting. */
const changes = (settings: readonly { values: object; ownValues: object }[]) =>
  settings.map(({ values, ownValues }) => {
    const { c_co_dim: _, ...changed } = { ...values, ...ownValues } as Record<string, unknown>;
    return changed;
  });

describe("a sweep", () => {
  test("is the full grid, the last parameter varying fastest", () => {
    expect(changes(sweep(base, { c_gen_dim: [8, 16], c_keep_prob: [0.9, 0.95] }))).toEqual([
      { c_gen_dim: 8, c_keep_prob: 0.9 },
      { c_gen_dim: 8, c_keep_prob: 0.95 },
      { c_gen_dim: 16, c_keep_prob: 0.9 },
      { c_gen_dim: 16, c_keep_prob: 0.95 },
    ]);
  });

  test("links the values of a zip, and takes each with every setting before it", () => {
    const swept = sweep(base, { c_keep_prob: [0.9, 0.95] }).zip({ c_gen_dim: [8, 16], c_ic_enc_dim: [4, 5] });
    expect(changes(swept)).toEqual([
      { c_keep_prob: 0.9, c_gen_dim: 8, c_ic_enc_dim: 4 },
      { c_keep_prob: 0.9, c_gen_dim: 16, c_ic_enc_dim: 5 },
      { c_keep_prob: 0.95, c_gen_dim: 8, c_ic_enc_dim: 4 },
      { c_keep_prob: 0.95, c_gen_dim: 16, c_ic_enc_dim: 5 },
    ]);
  });

  test("keeps what its condition says true of, which sees defaults and own parameters too", () => {
    const own = runParams({ c_co_dim: 0, custom: { lag: { class: "double", default: 3 } } });
    const swept = sweep(own, { c_gen_dim: [8, 16], c_factors_dim: [10, 20] }).where(
      (p) => p.c_gen_dim >= p.c_factors_dim && p.c_con_dim === 128 && p.lag === 3 && p.c_co_dim === 0,
    );
    expect(changes(swept)).toEqual([{ c_gen_dim: 16, c_factors_dim: 10 }]);
    expect(changes(swept.grid({ lag: [1, 2] }))).toEqual([
      { c_gen_dim: 16, c_factors_dim: 10, lag: 1 },
      { c_gen_dim: 16, c_factors_dim: 10, lag: 2 },
    ]);
  });

  test("is a list, and what is made of it is a plain one", () => {
    const swept = sweep(base, { seed: [1, 2] });
    expect(Array.isArray(swept)).toBe(true);
    expect(swept.map(({ values }) => values.seed).constructor).toBe(Array);
    expect([...swept, ...sweep(base, { seed: [3] })]).toHaveLength(3);
  });
});

describe("random draws", () => {
  const distributions = {
    c_learning_rate_init: logUniform(1e-3, 0.1),
    c_keep_prob: uniform(0.8, 1),
    c_gen_dim: integer(32, 128),
    c_output_dist: choice(["poisson", "gaussian"]),
  } as const;
  const drawn = changes(sweep(base).draw(10, distributions, { seed: 1 }));

  test("are these values, on every machine", () => {
    expect(drawn.slice(0, 4)).toEqual([
      { c_learning_rate_init: 0.0516, c_keep_prob: 0.964, c_gen_dim: 116, c_output_dist: "poisson" },
      { c_learning_rate_init: 0.00402, c_keep_prob: 0.957, c_gen_dim: 122, c_output_dist: "gaussian" },
      { c_learning_rate_init: 0.00146, c_keep_prob: 0.879, c_gen_dim: 45, c_output_dist: "gaussian" },
      { c_learning_rate_init: 0.0708, c_keep_prob: 0.835, c_gen_dim: 80, c_output_dist: "gaussian" },
    ]);
  });

  test("stay as they are when more are drawn", () => {
    const more = changes(sweep(base).draw(20, distributions, { seed: 1 }));
    expect(more).toHaveLength(20);
    expect(more.slice(0, 10)).toEqual(drawn);
  });

  test("stay as they are when another parameter is drawn beside them, or their order changes", () => {
    const { c_output_dist, ...others } = distributions;
    const wider = sweep(base).draw(10, { c_l2_gen_scale: logUniform(1, 1e4), c_output_dist, ...others }, { seed: 1 });
    expect(changes(wider).map(({ c_l2_gen_scale: _, ...rest }) => rest)).toEqual(drawn);
  });

  test("are others with another seed", () => {
    const others = changes(sweep(base).draw(10, distributions, { seed: 2 }));
    for (const [i, values] of others.entries()) {
      expect(values.c_learning_rate_init).not.toBe(drawn[i]!.c_learning_rate_init);
    }
    expect(changes(sweep(base).draw(10, distributions))).toEqual(
      changes(sweep(base).draw(10, distributions, { seed: 0 })),
    );
  });

  test("are the same at each point of a grid, so that its points can be compared", () => {
    const swept = changes(sweep(base, { c_factors_dim: [4, 8] }).draw(10, distributions, { seed: 1 }));
    const at = (dim: number) =>
      swept.filter(({ c_factors_dim }) => c_factors_dim === dim).map(({ c_factors_dim: _, ...rest }) => rest);
    expect(at(4)).toEqual(drawn);
    expect(at(8)).toEqual(drawn);
  });

  test("that come out equal are one, at their first place", () => {
    const swept = changes(sweep(base).draw(50, { c_ic_dim: choice([16, 32, 64]) }, { seed: 1 }));
    expect(swept.map(({ c_ic_dim }) => c_ic_dim).sort()).toEqual([16, 32, 64]);
    const more = changes(sweep(base).draw(500, { c_ic_dim: choice([16, 32, 64]) }, { seed: 1 }));
    expect(more).toEqual(swept);
  });

  test("are spread as they should be, whatever the parameter, and parameters do not go together", () => {
    const many = 2000;
    const identity = (u: number) => u;
    const swept = sweep(runParams({})).draw(many, { c_keep_prob: identity, c_cd_rate: identity, c_sv_rate: identity });
    const columns = (["c_keep_prob", "c_cd_rate", "c_sv_rate"] as const).map((name) =>
      swept.map(({ values }) => (values[name] as number) - 0.5),
    );
    const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / many;
    for (const [i, column] of columns.entries()) {
      // Of a uniform variable: mean 0 and variance 1/12, each within 4 standard errors.
      expect(Math.abs(mean(column))).toBeLessThan(4 * Math.sqrt(1 / 12 / many));
      expect(Math.abs(mean(column.map((x) => x * x)) - 1 / 12)).toBeLessThan(4 * Math.sqrt(1 / 180 / many));
      const next = columns[(i + 1) % columns.length]!;
      expect(Math.abs(mean(column.map((x, k) => x * next[k]!)) * 12)).toBeLessThan(4 / Math.sqrt(many));
    }
  });

  test("of one seed differ between all built-in parameters", () => {
    const all = Object.fromEntries(runParamsTable.map(({ name }) => [name, (u: number) => u]));
    const [first] = changes(sweep(runParams({})).draw(1, all as object));
    expect(new Set(Object.values(first!)).size).toBe(runParamsTable.length - 1);
  });
});

describe("a distribution", () => {
  const at = (distribution: (u: number) => unknown, ...us: number[]) => us.map((u) => distribution(u));
  const [least, most] = [2 ** -33, 1 - 2 ** -33];

  test("gives numbers of few digits from one end to the other, both included", () => {
    expect(at(uniform(0.8, 1), least, 0.2511, 0.5, 0.7777, most)).toEqual([0.8, 0.85, 0.9, 0.956, 1]);
    expect(at(uniform(-1, 1), least, 0.499999, most)).toEqual([-1, 0, 1]);
    expect(Object.is(uniform(-1, 1)(0.499999), 0)).toBe(true);
    expect(at(uniform(1000, 9000), least, 0.12345, most)).toEqual([1000, 1990, 9000]);
    expect(at(uniform(0.12345, 0.5), least, 0.5)).toEqual([0.12345, 0.312]);
    expect(at(logUniform(1e-5, 1e-2), least, 0.25, 0.5, 0.75, most)).toEqual([
      0.00001, 0.0000562, 0.000316, 0.00178, 0.01,
    ]);
    expect(at(integer(3, 5), least, 0.33, 0.34, 0.66, 0.67, most)).toEqual([3, 3, 4, 4, 5, 5]);
    expect(at(integer(0, 4294967295), least, most)).toEqual([0, 4294967295]);
    expect(at(choice(["a", "b"]), least, 0.49, 0.51, most)).toEqual(["a", "a", "b", "b"]);
  });

  test("may be any function of a number from 0 to 1", () => {
    const swept = sweep(base).draw(30, { c_gen_dim: (u) => 32 * (1 + Math.floor(u * 3)) });
    expect(changes(swept).map(({ c_gen_dim }) => c_gen_dim)).toEqual(expect.arrayContaining([32, 64, 96]));
    expect(swept).toHaveLength(3);
  });
});

test.each<[what: string, make: () => unknown, message: string]>([
  [
    "a value without a list",
    () => sweep(base, { c_gen_dim: 3 } as object),
    "sweep: c_gen_dim must be a list of one value or more.",
  ],
  [
    "a distribution in a grid",
    () => sweep(base, { c_gen_dim: integer(1, 2) } as object),
    "sweep: c_gen_dim must be a list of one value or more. What is drawn goes into .draw(…).",
  ],
  [
    "lists of unequal lengths in a zip",
    () => sweep(base).zip({ c_gen_dim: [1, 2], c_con_dim: [1, 2], c_ic_dim: [1] }),
    "zip: all lists must have as many values, but c_gen_dim has 2, c_ic_dim has 1.",
  ],
  ["a zip of nothing", () => sweep(base).zip({}), "zip takes the values of one parameter or more."],
  [
    "a parameter in two steps",
    () => sweep(base, { c_gen_dim: [1, 2] }).draw(2, { c_gen_dim: integer(1, 2) }),
    "sweep: c_gen_dim is given values twice.",
  ],
  [
    "a list to draw from",
    () => sweep(base).draw(2, { c_gen_dim: [1, 2] } as object),
    "draw: c_gen_dim must be uniform(…), logUniform(…), integer(…), choice(…) or a function.",
  ],
  ["draws of nothing", () => sweep(base).draw(2, {}), "draw takes a distribution of one parameter or more."],
  [
    "half a draw",
    () => sweep(base).draw(2.5, { c_gen_dim: integer(1, 2) }),
    "draw: the number of draws is 2.5, but must be a whole number at least 1.",
  ],
  [
    "a negative seed",
    () => sweep(base).draw(2, { c_gen_dim: integer(1, 2) }, { seed: -1 }),
    "draw: seed is -1, but must be a whole number from 0 to 4294967295.",
  ],
  [
    "a condition on a misspelt parameter",
    () => sweep(base).where((p) => (p as unknown as { c_gen_dims: number }).c_gen_dims > 3),
    "There is no parameter c_gen_dims: did you mean c_gen_dim?",
  ],
  [
    "a condition that says neither true nor false",
    () => sweep(base).where((p) => p.c_gen_dim as unknown as boolean),
    "where: the condition returns 100, but must say true or false.",
  ],
  [
    "a condition that nothing meets",
    () => sweep(base, { c_gen_dim: [1, 2] }).where((p) => p.c_gen_dim > 2),
    "where: the condition leaves none of the 2 settings.",
  ],
  ["a range backwards", () => uniform(2, 1), "uniform(2, 1): it takes two numbers, the lower one first."],
  ["a logarithm of nothing", () => logUniform(0, 1), "logUniform(0, 1): the lower end must be above 0."],
  ["a broken integer", () => integer(1, 2.5), "integer(1, 2.5): both ends must be whole numbers."],
  ["a choice of nothing", () => choice([]), "choice takes a list of one value or more."],
])("%s is refused by name", (_, make, message) => {
  expect(make).toThrow(new Error(message));
});
