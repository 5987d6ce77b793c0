import { describe, expect, test } from "vitest";
import { trialConstants } from "#lib/engine/constants.js";
import { parameterTable, readVariable } from "#lib/engine/parameters.js";
import { priorOf } from "#lib/engine/prior.js";
import { relativeError } from "./numbers.js";
import { referenceCost } from "./reference/cost.js";
import { parameterVector, randomVariables, smallCounts, smallModel } from "./small-models.js";
import { sampleSmall } from "./train-small.js";

const model = smallModel;
const counts = smallCounts(model, 22);
const table = parameterTable(model);

describe("posterior sampling", () => {
  const variables = randomVariables(model);
  const params = parameterVector(table, variables);
  const [first] = counts;

  test("posterior means pushed through give the reference's costs without dropout and noise", async () => {
    const fields = await sampleSmall(model, params, first!, { samples: 0 });
    const { bins: T, icDim: Z, genDim: G, icEncDim: H } = model;
    const ones = (length: number) => new Float64Array(length).fill(1);
    const trials = Array.from({ length: 22 }, (_, trial) => trial);
    const values = referenceCost(
      {
        model,
        dataset: 0,
        counts: trials.map((trial) => Float64Array.from(first!.values.subarray(trial * T * 5, (trial + 1) * T * 5))),
        masks: trials.map(() => ({ input: ones(T * 5), encoder: ones(2 * H), generator: ones(T * G) })),
        noise: trials.map(() => new Float64Array(Z)),
        klWeight: 1,
        l2Weight: 10,
      },
      variables,
    );
    const constants = trialConstants(model, first!.values, 22).seen;
    const nll = trials.map((trial) => values.recon[trial]! + values.kl[trial]! + constants[trial]!);
    expect(relativeError(fields.get("nll_bound_vaes")!, nll)).toBeLessThan(1e-6);
    expect(relativeError(fields.get("nll_bound_iwaes")!, nll)).toBeLessThan(1e-6);
    const mean = (each: ArrayLike<number>) => Array.from(each).reduce((a, b) => a + b, 0) / each.length;
    const l2 = values.cost - mean(values.recon) - mean(values.kl);
    const costs = nll.map((value) => value + l2);
    expect(relativeError(fields.get("costs")!, costs)).toBeLessThan(1e-6);
  });

  test("outputs have a value for every trial, bin and unit, the rates being those of the factors", async () => {
    const fields = await sampleSmall(model, params, first!, { samples: 0 });
    const { bins: T, factorsDim: F, genDim: G, icDim: Z } = model;
    expect(Object.fromEntries([...fields].map(([name, values]) => [name, values.length / 22]))).toEqual({
      post_g0_mean: Z,
      post_g0_logvar: Z,
      gen_ics: G,
      gen_states: T * G,
      factors: T * F,
      output_dist_params: T * 5,
      costs: 1,
      nll_bound_vaes: 1,
      nll_bound_iwaes: 1,
    });
    const [W, b] = ["W", "b"].map((part) => variables.get(`LFADS_glm_fac_2_logrates_one.h5_${part}`)!);
    const factors = fields.get("factors")!;
    const rates = Float64Array.from({ length: 22 * T * 5 }, (_, i) => {
      const [row, n] = [Math.floor(i / 5), i % 5];
      let logit = b![n]!;
      for (let f = 0; f < F; f++) logit += factors[row * F + f]! * W![f * 5 + n]!;
      return Math.exp(logit);
    });
    expect(relativeError(fields.get("output_dist_params")!, rates)).toBeLessThan(1e-6);
  });

  test("averages of many samples approach the posterior mean, and a trial's do not depend on the other trials", async () => {
    const means = await sampleSmall(model, params, first!, { samples: 0 });
    const sampled = await sampleSmall(model, params, first!, { samples: 4000 });
    const [W, b] = ["W", "b"].map((part) => variables.get(`LFADS_gen_g0_2_gen_ic_${part}`)!);
    // gen_ics are linear in z: their mean is that of the posterior mean, their error std/√samples
    const { icDim: Z, genDim: G } = model;
    const error = sampled.get("gen_ics")!.map((value, i) => {
      const [trial, g] = [Math.floor(i / G), i % G];
      let mean = b![g]!;
      let variance = 0;
      for (let z = 0; z < Z; z++) {
        mean += means.get("post_g0_mean")![trial * Z + z]! * W![z * G + g]!;
        variance += Math.exp(means.get("post_g0_logvar")![trial * Z + z]!) * W![z * G + g]! ** 2;
      }
      return (value - mean) / Math.sqrt(variance / 4000);
    });
    expect(Math.max(...error.map(Math.abs))).toBeLessThan(4.5);
    const spread = Math.sqrt(error.reduce((sum, value) => sum + value * value, 0) / error.length);
    expect(spread).toBeGreaterThan(0.7);
    expect(spread).toBeLessThan(1.3);

    const three = { ...first!, values: first!.values.subarray(0, 3 * model.bins * 5), trials: 3 };
    const some = await sampleSmall(model, params, three, { samples: 37 });
    const all = await sampleSmall(model, params, first!, { samples: 37 });
    for (const [name, values] of some) expect([...values]).toEqual([...all.get(name)!.subarray(0, values.length)]);
  });

  test("samples differ between trials of the same counts, by the key of their noise", async () => {
    const size = model.bins * 5;
    const same = Uint8Array.from({ length: 4 * size }, (_, i) => first!.values[i % size]!);
    const four = { ...first!, values: same, trials: 4 };
    const fields = await sampleSmall(model, params, four, { samples: 5, noiseTrials: [0, 1, 0x40000000, 1] });
    const ics = fields.get("gen_ics")!;
    const [a, b, c, d] = [0, 1, 2, 3].map((trial) =>
      ics.subarray(trial * model.genDim, (trial + 1) * model.genDim).join(),
    );
    expect(d).toBe(b);
    expect(new Set([a, b, c]).size).toBe(3);
  });

  test("the importance-weighted bound is not above the variational one", async () => {
    const fields = await sampleSmall(model, params, first!, { samples: 50 });
    const [vae, iwae] = [fields.get("nll_bound_vaes")!, fields.get("nll_bound_iwaes")!];
    for (let trial = 0; trial < 22; trial++) expect(iwae[trial]).toBeLessThan(vae[trial]!);
  });
});

test("the prior of the parameters is the fixed one, or σ(exp(v))·(max − min) + min", () => {
  expect([...priorOf(model, parameterVector(table, randomVariables(model))).logvar]).toEqual(
    Array(3).fill(Math.log(0.1)),
  );
  const learned = { ...model, icPriorVarMin: 0.01, icPriorVarMax: 2 };
  const learnedTable = parameterTable(learned);
  const params = parameterVector(learnedTable, randomVariables(learned));
  const prior = priorOf(learned, params);
  const v = readVariable(
    learnedTable,
    learnedTable.variables.find(({ name }) => name === "LFADS_z_prior_g0_logvar")!,
    params,
  );
  const variances = Array.from(v, (value) => (1 / (1 + Math.exp(-Math.exp(value)))) * 1.99 + 0.01);
  expect(relativeError(prior.logvar, variances.map(Math.log))).toBeLessThan(1e-12);
});
