import { expect, test } from "vitest";
import { initialParams } from "#lib/engine/initial-params.js";
import type { ModelSpec } from "#lib/engine/model-spec.js";
import { type ParameterTable, parameterTable, readVariable, writeVariable } from "#lib/engine/parameters.js";
import { KernelMemory } from "./kernel-memory.js";
import { smallModel } from "./small-models.js";

/** Sizes at which a standard deviation is known to a few percent. */
const model: ModelSpec = {
  ...smallModel,
  datasets: [
    { name: "one", channels: 51 },
    { name: "two", channels: 43 },
  ],
  factorsDim: 30,
  genDim: 70,
  icDim: 50,
  icEncDim: 60,
  cellWeightScale: 3,
  genCellRecWeightScale: 2,
  icPriorVarScale: 0.25,
  icPriorVarMin: 0.01,
  icPriorVarMax: 1,
};
const table = parameterTable(model);

function start(of: ParameterTable, seed: number): Float32Array {
  const space = new KernelMemory();
  const params = initialParams(of, seed, space.kernels, space.memory, space.floats(100_000).at);
  expect(space.intact).toBe(true);
  return params;
}

function variablesOf(seed: number): Map<string, Float32Array> {
  const params = start(table, seed);
  return new Map(table.variables.map((variable) => [variable.name, readVariable(table, variable, params)]));
}

const rms = (values: ArrayLike<number>) =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0) / values.length);

test("matrices start normal with the standard deviations of docs/model.md, everything else at its constant", () => {
  const variables = variablesOf(1);
  const std = (inputs: number, scale = 1) => scale / Math.sqrt(inputs);
  const expected: Record<string, number> = {
    "LFADS_x_2_infac_one.h5_W": std(51),
    "LFADS_x_2_infac_two.h5_W": std(43),
    LFADS_ic_enc_fwd_GRU_Gates_xh_2_ru_W: std(90, 3),
    LFADS_ic_enc_fwd_GRU_Candidate_xrh_2_c_W: std(90),
    LFADS_ic_enc_rev_GRU_Gates_xh_2_ru_W: std(90, 3),
    LFADS_ic_enc_rev_GRU_Candidate_xrh_2_c_W: std(90),
    LFADS_z_ic_enc_2_post_g0_mean_W: std(120),
    LFADS_z_ic_enc_2_post_g0_logvar_W: std(120),
    LFADS_gen_g0_2_gen_ic_W: std(50),
    LFADS_gen_GenGRU_Gates_h_2_ru_W: std(70, 2),
    LFADS_gen_GenGRU_Candidate_rh_2_c_W: std(70, 2),
    LFADS_gen_gen_2_fac_W: std(70),
    "LFADS_glm_fac_2_logrates_one.h5_W": std(30),
    "LFADS_glm_fac_2_logrates_two.h5_W": std(30),
  };
  for (const [name, values] of variables) {
    const want = expected[name];
    if (want !== undefined) {
      const error = 5 / Math.sqrt(2 * values.length);
      expect(Math.abs(rms(values) / want - 1), name).toBeLessThan(error);
      expect(Math.abs(values.reduce((a, b) => a + b, 0) / values.length / want), name).toBeLessThan(2 * error);
    } else {
      const constant = name === "LFADS_z_prior_g0_logvar" ? Math.fround(Math.log(0.25)) : 0;
      expect(new Set(values), name).toEqual(new Set([constant]));
    }
  }
  expect([...variables.keys()]).toEqual(expect.arrayContaining(Object.keys(expected)));
});

test("both parts of a gate matrix, of inputs and of the state, have the same deviation", () => {
  const gates = variablesOf(1).get("LFADS_ic_enc_fwd_GRU_Gates_xh_2_ru_W")!;
  const [inputs, state] = [gates.subarray(0, 30 * 120), gates.subarray(30 * 120)];
  expect(Math.abs(rms(inputs) / rms(state) - 1)).toBeLessThan(0.1);
});

test("no two matrices share their values, and another seed gives other ones", () => {
  const shapes = (seed: number) => {
    const variables = [...variablesOf(seed).values()].filter(
      (values) => values[0] !== 0 && rms(values) !== Math.abs(values[0]!),
    );
    // scaled to the first value: equal draws of different deviations would be equal
    return variables.map((values) => [1, 2, 3].map((i) => (values[i]! / values[0]!).toFixed(4)).join());
  };
  const all = [...shapes(1), ...shapes(2)];
  expect(all.length).toBe(28);
  expect(new Set(all).size).toBe(28);
});

test("the padding starts at zero", () => {
  const odd = { ...smallModel, datasets: model.datasets };
  const oddTable = parameterTable(odd);
  const params = start(oddTable, 1);
  for (const variable of oddTable.variables) {
    writeVariable(oddTable, variable, new Float32Array(variable.shape[0] * variable.shape[1]), params);
  }
  expect(params.every((value) => value === 0)).toBe(true);
});
