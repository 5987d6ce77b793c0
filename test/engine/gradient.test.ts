// The whole cost and its gradient: the wasm engine in float32 against the float64 reference and its central
// differences, for every variable of checkpoints and model_params.
import { describe, expect, test } from "vitest";
import type { ModelSpec } from "#lib/engine/model-spec.js";
import { parameterTable, readVariable, writeVariable } from "#lib/engine/parameters.js";
import { centralDifferences, relativeError } from "./numbers.js";
import { engineStep, referenceStep, type Step } from "./one-step.js";
import { type CostGiven, type NamedVariables, referenceCost } from "./reference/cost.js";
import { parameterVector, randomVariables, smallCounts, smallModel, twoDatasets } from "./small-models.js";

/** Relative error in the L2 norm, of each variable's gradient and of the costs of the batch's trials. */
const TOLERANCE = 1e-5;

interface Case {
  readonly title: string;
  readonly model?: Partial<ModelSpec>;
  readonly step?: Partial<Step>;
}

const CASES: Case[] = [
  { title: "one dataset: identity read-in, read-out matrix, map to the generator's initial state" },
  { title: "identity read-out: as many factors as channels", model: { factorsDim: 5 } },
  { title: "identity map: ic_dim = gen_dim", model: { icDim: 6 } },
  { title: "a learned prior variance", model: { icPriorVarMin: 0.01, icPriorVarMax: 2 } },
  { title: "a clip value that bites", model: { cellClipValue: 0.25 } },
  { title: "an encoder that sees the first 3 of 5 bins", model: { numStepsForGenIc: 3 } },
  {
    title: "sizes of 1",
    model: { datasets: [{ name: "one", channels: 1 }], factorsDim: 1, genDim: 1, icDim: 1, icEncDim: 1 },
  },
  { title: "sizes that are multiples of 4", model: { factorsDim: 4, genDim: 8, icDim: 4, icEncDim: 4 } },
  { title: "a batch of one trial", step: { trials: [4] } },
  { title: "a batch of 18 trials, one of them twice", model: { bins: 2 }, step: { trials: [...Array(17).keys(), 7] } },
  { title: "no dropout, a zero KL weight, no L2 cost", step: { keepProb: 1, klWeight: 0, l2Weight: 0 } },
  { title: "two datasets, a batch of the first", model: { datasets: twoDatasets }, step: { dataset: 0 } },
  { title: "two datasets, a batch of the second", model: { datasets: twoDatasets }, step: { dataset: 1 } },
  {
    title: "two datasets, an encoder that sees the first 3 of 5 bins",
    model: { datasets: twoDatasets, numStepsForGenIc: 3, icDim: 6 },
    step: { dataset: 1 },
  },
];

function stepOf({ model: changes, step: change }: Case): { step: Step; variables: Map<string, Float64Array> } {
  const model = { ...smallModel, ...changes };
  const variables = randomVariables(model);
  const step: Step = {
    model,
    counts: smallCounts(model, 18),
    params: parameterVector(parameterTable(model), variables),
    dataset: 0,
    trials: [5, 0, 17],
    seed: 11,
    step: 6,
    keepProb: 0.8,
    klWeight: 0.7,
    l2Weight: 30,
    ...change,
  };
  return { step, variables };
}

/** Of every variable, in float64. */
function gradients(given: CostGiven, variables: NamedVariables): Map<string, Float64Array> {
  const cost = () => referenceCost(given, variables).cost;
  return new Map([...variables].map(([name, values]) => [name, centralDifferences(values, cost)]));
}

describe.each(CASES)("$title", (each) => {
  const { step, variables } = stepOf(each);
  const { model, dataset } = step;
  const given = referenceStep(step);
  const result = engineStep(step);
  const { table } = result;

  test(`each trial's reconstruction cost and KL are the reference's within ${TOLERANCE}`, () => {
    const { recon, kl } = referenceCost(given, variables);
    expect(relativeError(result.recon, recon)).toBeLessThan(TOLERANCE);
    expect(relativeError(result.kl, kl)).toBeLessThan(TOLERANCE);
  });

  test(`every variable's gradient is that of central differences within ${TOLERANCE}`, () => {
    const errors = new Map<string, number>();
    for (const [name, want] of gradients(given, variables)) {
      const variable = table.variables.find((v) => v.name === name)!;
      const got = readVariable(table, variable, result.gradient);
      const others = model.datasets.filter((_, index) => index !== dataset);
      if (others.some((other) => name.includes(`_${other.name}.h5_`))) {
        expect([...got], name).toEqual(Array(got.length).fill(0));
        expect([...want], name).toEqual(Array(got.length).fill(0));
      } else {
        errors.set(name, relativeError(got, want));
      }
    }
    const worst = [...errors].filter(([, error]) => !(error < TOLERANCE));
    expect(Object.fromEntries(worst)).toEqual({});
  });

  test("the padding of the parameter vector has no gradient", () => {
    const padding = result.gradient.slice();
    for (const variable of table.variables) {
      writeVariable(table, variable, new Float32Array(variable.shape[0] * variable.shape[1]), padding);
    }
    expect(padding.every((value) => value === 0)).toBe(true);
  });
});
