import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { coerceParam } from "#lib/params/coerce-param.js";
import type { ParamDefinition } from "#lib/params/param-definition.js";
import { runParamsAbout } from "#lib/params/run-params-about.js";
import { runParamsByName, runParamsTable } from "#lib/params/run-params-table.js";

const frozen: { name: string; cls: string | null; default: unknown }[] = JSON.parse(
  readFileSync(new URL("../../fixtures/run-params-defaults.json", import.meta.url), "utf8"),
);

describe("the table of parameters", () => {
  test("has the names, classes and defaults of the MATLAB Run Manager, then our own", () => {
    const ours = [
      { name: "seed", cls: "uint32", default: 0 },
      { name: "maxEpochs", cls: "uint32", default: 0 },
      { name: "patience", cls: "uint32", default: 0 },
      { name: "onDivergence", cls: "char", default: "fail" },
      { name: "initFrom", cls: "char", default: "" },
      { name: "trainOnly", cls: "char", default: "all" },
      { name: "numSamplesPrior", cls: "uint32", default: 0 },
      { name: "c_cd_rate", cls: "double", default: 0 },
      { name: "c_cd_pass_rate", cls: "double", default: 0 },
      { name: "c_sv_rate", cls: "double", default: 0 },
    ];
    expect(runParamsTable.map((p) => ({ name: p.name, cls: p.class, default: p.default }))).toEqual([
      ...frozen.map(({ name, cls, default: value }) => ({ name, cls, default: value })),
      ...ours,
    ]);
  });

  test("describes every parameter", () => {
    expect(Object.keys(runParamsAbout)).toEqual(runParamsTable.map((p) => p.name));
  });

  test("allows every default", () => {
    for (const definition of runParamsTable) {
      expect([definition.name, coerceParam(definition, definition.default)]).toEqual([
        definition.name,
        { ok: true, value: definition.default },
      ]);
    }
  });
});

describe("a value that its class would change", () => {
  const builtIn = (name: string) => runParamsByName.get(name) as ParamDefinition;
  const own = (className: ParamDefinition["class"]): ParamDefinition => ({
    name: "own",
    class: className,
    default: 0,
    limits: {},
    lists: true,
  });
  test.each([
    [builtIn("c_gen_dim"), 64.5, "a whole number from 1 to 65535"],
    [builtIn("c_gen_dim"), 70000, "a whole number from 1 to 65535"],
    [builtIn("c_gen_dim"), "64", "a whole number from 1 to 65535"],
    [builtIn("c_co_dim"), -1, "a whole number from 0 to 65535"],
    [builtIn("c_num_steps_for_gen_ic"), Number.POSITIVE_INFINITY, "a whole number from 1 to 4294967295"],
    [builtIn("c_keep_prob"), 0, "a number above 0 and at most 1"],
    [builtIn("c_learning_rate_init"), Number.NaN, "a number above 0"],
    [builtIn("c_l2_gen_scale"), [1, 2], "a number at least 0"],
    [builtIn("c_do_train_readin"), "yes", "true or false"],
    [builtIn("onDivergence"), "halve", '"fail" or "halveLearningRate"'],
    [builtIn("c_sv_rate"), 1, "a number at least 0 and below 1"],
    [builtIn("c_output_dist"), "binomial", '"poisson" or "gaussian"'],
    [builtIn("alignmentExtraArgs"), "lambda", "a list"],
    [builtIn("num_samples_posterior"), 1.5, "a whole number at least 1"],
    [own("uint8"), [1, 256], "a whole number from 0 to 255, or a list of such"],
    [own("uint64"), "18446744073709551616", "a whole number from 0 to 9007199254740991, or a list of such"],
    [own("int16"), Number.NaN, "a whole number from -32768 to 32767, or a list of such"],
  ])("%o is an error that says what it must be: %o", (definition, value, expected) => {
    expect(coerceParam(definition, value)).toEqual({ ok: false, error: expected });
  });

  test("is taken where nothing is lost", () => {
    expect(coerceParam(builtIn("c_do_train_readin"), 1)).toEqual({ ok: true, value: true });
    expect(coerceParam(own("uint64"), "18446744073709551615")).toEqual({ ok: true, value: "18446744073709551615" });
    expect(coerceParam(own("int64"), "-12")).toEqual({ ok: true, value: -12 });
    expect(coerceParam(own("double"), [1.5])).toEqual({ ok: true, value: 1.5 });
    expect(coerceParam(own("single"), 0.1)).toEqual({ ok: true, value: Math.fround(0.1) });
    expect(coerceParam(builtIn("alignmentExtraArgs"), ["lambda", 0.1, [true]])).toEqual({
      ok: true,
      value: ["lambda", 0.1, [true]],
    });
  });
});
