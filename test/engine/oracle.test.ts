// The whole engine, in float32, against the PyTorch model of test/oracle in float64: cost terms, every gradient, the
// parameters after ten steps, and samples of posterior and prior. test/slow/oracle.test.ts keeps the goldens up to date.
import { beforeAll, describe, expect, test } from "vitest";
import { parameterTable, readVariable } from "#lib/engine/parameters.js";
import { type SampleOptions, samplePosterior, samplePrior } from "#lib/engine/sample-posterior.js";
import { trainModel } from "#lib/engine/train-model.js";
import type { EpochReport, TrainerState } from "#lib/engine/trainer-state.js";
import { largestError, relativeError } from "./numbers.js";
import { ORACLE_CASES } from "./oracle-cases.js";
import { GOLDEN_FILE, type Golden, type OracleReport, readGoldens, UPDATE_COMMAND } from "./oracle-goldens.js";
import { type OracleInputs, oracleInputs } from "./oracle-inputs.js";
import type { OracleRun } from "./oracle-runs.js";

/**
 * Relative errors in the L2 norm, of each variable's gradient, of its values after ten steps, and of each output of all
 * trials; costs relative to themselves, or to 1 nat where they are below that.
 */
const TOLERANCE = { gradient: 1e-5, params: 1e-5, costs: 1e-6, outputs: 1e-6 };

const goldens = await readGoldens(GOLDEN_FILE);

test("there is a golden for every configuration and no other", () => {
  expect([...goldens.keys()].sort()).toEqual(ORACLE_CASES.map(({ title }) => title).sort());
});

describe.each(ORACLE_CASES)("$title", (each) => {
  const inputs = oracleInputs(each);
  const golden = goldens.get(each.title)!;

  test("the golden is of these inputs", () => {
    expect(golden?.digest, `The inputs changed. Run ${UPDATE_COMMAND}`).toBe(inputs.digest);
  });

  describe("one step", () => {
    let trained: Trained;
    beforeAll(async () => {
      trained = await train(inputs, inputs.runs.gradient);
    });

    test(`costs agree within ${TOLERANCE.costs}`, () => {
      expect(costErrors(trained.reports, golden.reports.gradient)).toEqual({});
    });

    test(`the gradient of every variable agrees within ${TOLERANCE.gradient}`, () => {
      // Adam's first moment after the first step, unclipped: 0.1 of the gradient
      const gradient = trained.state.moment1.map((value) => value / 0.1);
      expect(errors(inputs, gradient, golden.gradient, TOLERANCE.gradient)).toEqual({});
    });
  });

  describe("ten steps", () => {
    let trained: Trained;
    beforeAll(async () => {
      trained = await train(inputs, inputs.runs.tenSteps);
    });

    test(`costs of all epochs agree within ${TOLERANCE.costs}`, () => {
      expect(costErrors(trained.reports, golden.reports.tenSteps)).toEqual({});
    });

    test(`every variable agrees within ${TOLERANCE.params}`, () => {
      expect(trained.state.step - inputs.runs.tenSteps.start.step).toBe(10);
      expect(errors(inputs, trained.state.params, golden.params, TOLERANCE.params)).toEqual({});
    });
  });

  test.each(["posterior", "pushMean"] as const)("%s: every output of all trials agrees", async (kind) => {
    const got = await allTrials((options) => samplePosterior(inputs.model, inputs.sampling[kind], options));
    expect(outputErrors(got, golden.sampled[kind])).toEqual({});
  });

  test("prior: every output of all samples agrees", async () => {
    const got = await allTrials((options) => samplePrior(inputs.model, inputs.sampling.prior, options));
    expect(outputErrors(got, golden.sampled.prior)).toEqual({});
  });
});

interface Trained {
  readonly reports: readonly EpochReport[];
  readonly state: TrainerState;
}

async function train({ model }: OracleInputs, { training, datasets, start }: OracleRun): Promise<Trained> {
  const reports: EpochReport[] = [];
  const states: TrainerState[] = [];
  await trainModel(model, training, datasets, {
    threads: 1,
    start,
    signal: new AbortController().signal,
    onEpoch: (report) => reports.push(report),
    onLve: () => {},
    onCheckpoint: (state) => {
      states.push(state);
    },
  });
  return { reports, state: states.at(-1)! };
}

/** Variables that are further apart than the tolerance. */
function errors(
  { model }: OracleInputs,
  vector: Float32Array,
  want: Golden["gradient"],
  tolerance: number,
): Record<string, number> {
  const table = parameterTable(model);
  expect([...want.keys()].sort()).toEqual(table.variables.map(({ name }) => name).sort());
  const all = table.variables.map((variable) => {
    const { name } = variable;
    return [name, relativeError(readVariable(table, variable, vector), want.get(name)!)] as const;
  });
  return Object.fromEntries(all.filter(([, error]) => !(error < tolerance)));
}

/** All trials of every field, in their order. */
async function allTrials(sample: (options: SampleOptions) => Promise<unknown>): Promise<Map<string, number[]>> {
  const fields = new Map<string, number[]>();
  await sample({
    threads: 1,
    signal: new AbortController().signal,
    onTrials(_first, _trials, some) {
      for (const [name, values] of some) fields.set(name, [...(fields.get(name) ?? []), ...values]);
    },
  });
  return fields;
}

/** Outputs of the golden that are further apart than the tolerance. */
function outputErrors(got: ReadonlyMap<string, number[]>, want: Golden["gradient"]): Record<string, number> {
  const all = [...want].map(([name, values]) => [name, relativeError(got.get(name)!, values)] as const);
  return Object.fromEntries(all.filter(([, error]) => !(error < TOLERANCE.outputs)));
}

/** Costs that are further apart than the tolerance, by the place of the epoch. */
function costErrors(reports: readonly EpochReport[], want: readonly OracleReport[]): Record<string, readonly number[]> {
  expect(reports.length).toBe(want.length);
  const pairs = reports.flatMap((got, epoch) => {
    const { train, valid, gradient_norm, learning_rate } = want[epoch]!;
    const terms: [name: string, got: number, want: number, tolerance?: number][] = [
      ["total of training", got.total[0], train.total],
      ["total of validation", got.total[1], valid.total],
      ["recon of training", got.recon[0], train.recon],
      ["recon of validation", got.recon[1], valid.recon],
      ["held-out elements", got.heldOut ?? 0, valid.held_out ?? 0],
      ["kl of g0 of training", got.kl[0] - got.klCo[0], train.kl_g0],
      ["kl of g0 of validation", got.kl[1] - got.klCo[1], valid.kl_g0],
      ["kl of u of training", got.klCo[0], train.kl_co],
      ["kl of u of validation", got.klCo[1], valid.kl_co],
      ["correlation of training", got.correlation[0], train.corr],
      ["correlation of validation", got.correlation[1], valid.corr],
      ["l2", got.l2, valid.l2],
      ["gradient norm", got.gradientNorm, gradient_norm, TOLERANCE.gradient],
      ["learning rate", got.learningRate, learning_rate],
    ];
    return terms
      .filter(([, a, b, tolerance = TOLERANCE.costs]) => !(largestError([a], [b]) < tolerance))
      .map(([name, ...values]) => [`${name}, epoch ${epoch + 1}`, values] as const);
  });
  return Object.fromEntries(pairs);
}
