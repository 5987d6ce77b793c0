/** What options of training do to its files and its log, through the plan and the rule. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parameterTable, readVariable } from "#lib/engine/parameters.js";
import { readCheckpoint } from "#rules/checkpoint-file.js";
import { planTargets } from "#rules/plan.js";
import { folder } from "./saved-states.js";
import { alignment, projectOf, trainRun } from "./train-run.js";

/** Variable → values of the newest LVE checkpoint in a run's folder. */
async function lveVariables(dir: string): Promise<Map<string, Float32Array>> {
  const output = join(dir, "out", "lfadsOutput");
  const steps = readdirSync(output).flatMap((name) => /^lfads_vae_lve.ckpt-(\d+)$/.exec(name)?.[1] ?? []);
  const newest = Math.max(...steps.map(Number));
  const { model, state } = await readCheckpoint(join(output, `lfads_vae_lve.ckpt-${newest}`));
  const table = parameterTable(model);
  return new Map(table.variables.map((variable) => [variable.name, readVariable(table, variable, state.params)]));
}

/** So small that nothing moves. */
const still = { c_learning_rate_init: 1e-30, c_learning_rate_stop: 1e-35, seed: 5 };

describe("the plan of a training", () => {
  const planned = (values: Record<string, string | number | boolean>) =>
    planTargets(projectOf(["day1"], values)).find(({ rule }) => rule === "train")!;

  test("has the checkpoints of the run that initFrom names as an input, not its name as a parameter", () => {
    const target = planned({ initFrom: "c/param_aaaaaa", seed: 4 });
    expect(target.inputs).toContainEqual({
      name: "initial/checkpoint",
      target: "c/param_aaaaaa/all:train",
      select: ["lfadsOutput/checkpoint_lve", "lfadsOutput/lfads_vae_lve.*"],
    });
    expect(target.params).toEqual({ datasets: ["day1"], params: { seed: 4 } });
    expect(planned({}).inputs).toHaveLength(1);
  });

  test("has what only the log depends on outside its key", () => {
    const target = planned({ c_debug_verbose: true, c_debug_print_each_step: 1 });
    expect(target.params).toEqual({ datasets: ["day1"], params: {} });
    expect(target.settings).toEqual({ verbose: true, eachStep: true });
  });
});

describe("initFrom", () => {
  test("starts from the LVE checkpoint of the other run, which the log says", async () => {
    const [first, second] = [folder(), folder()];
    await trainRun(first, { datasets: 2 });
    const { log } = await trainRun(second, { datasets: 2, values: still, initial: join(first, "out/lfadsOutput") });
    const before = await lveVariables(first);
    expect(await lveVariables(second)).toEqual(before);
    expect(log[0]).toMatch(
      new RegExp(`^Starting from step \\d+ of the run that initFrom names, with ${before.size} of its variables\\.$`),
    );
  });

  test("starts what the other run had not anew, which the log says", async () => {
    const [first, second, fresh] = [folder(), folder(), folder()];
    await trainRun(first, { datasets: 2 });
    const { log } = await trainRun(second, { datasets: 3, values: still, initial: join(first, "out/lfadsOutput") });
    await trainRun(fresh, { datasets: 3, values: still });
    const [was, is, random] = [await lveVariables(first), await lveVariables(second), await lveVariables(fresh)];
    for (const [name, values] of is) {
      const start = was.get(name) ?? random.get(name)!;
      expect([name, values.every((value, i) => Math.abs(value - start[i]!) < 1e-25)]).toEqual([name, true]);
    }
    expect(log[0]).toContain(
      "; not in it, and started anew: LFADS_x_2_infac_day3.h5_W, LFADS_x_2_infac_day3.h5_b, " +
        "LFADS_glm_fac_2_logrates_day3.h5_W, LFADS_glm_fac_2_logrates_day3.h5_b.",
    );
  });

  test.each([
    ["encoders", /^LFADS_(ic_enc|ci_enc|z_ic_enc_2_post)_/],
    ["readinReadout", /^LFADS_(x_2_infac|glm_fac)_/],
  ])("with trainOnly %j leaves everything else as it was", async (trainOnly, trained) => {
    const [first, second] = [folder(), folder()];
    await trainRun(first, { datasets: 2 });
    await trainRun(second, { datasets: 2, values: { trainOnly }, initial: join(first, "out/lfadsOutput") });
    const [before, after] = [await lveVariables(first), await lveVariables(second)];
    for (const [name, values] of after) {
      expect([name, values.some((value, i) => value !== before.get(name)![i])]).toEqual([name, trained.test(name)]);
    }
  });
});

describe("an alignment that a recording brings", () => {
  const readIn = "LFADS_x_2_infac_day1.h5_W";

  test("is where read-in and read-out start", async () => {
    const dir = folder();
    await trainRun(dir, { values: still, aligned: true });
    const variables = await lveVariables(dir);
    expect(variables.get(readIn)).toEqual(Float32Array.from(alignment.matrix));
    const bias = variables.get("LFADS_glm_fac_2_logrates_day1.h5_b")!;
    bias.forEach((value, channel) => {
      expect(value).toBeCloseTo(alignment.bias[channel]!, 20);
    });
  });

  test("stays the read-in with c_do_train_readin false, while the read-out is trained", async () => {
    const dir = folder();
    await trainRun(dir, { values: { c_do_train_readin: false }, aligned: true });
    const variables = await lveVariables(dir);
    expect(variables.get(readIn)).toEqual(Float32Array.from(alignment.matrix));
    const [, second] = variables.get("LFADS_glm_fac_2_logrates_day1.h5_b")!;
    expect(second).not.toBe(alignment.bias[1]);
  });

  test("is left out of a run of one dataset with setInFactorsMatchDataForSingleDataset, not of a stitched one", async () => {
    const [one, two] = [folder(), folder()];
    const values = { setInFactorsMatchDataForSingleDataset: true };
    await trainRun(one, { values, aligned: true });
    expect((await lveVariables(one)).has(readIn)).toBe(false);
    await trainRun(two, { values: { ...values, ...still }, datasets: 2, aligned: true });
    expect((await lveVariables(two)).get(readIn)).toEqual(Float32Array.from(alignment.matrix));
  });
});

describe("a training that diverges", () => {
  const values = { maxEpochs: 12, c_learning_rate_init: 4 };

  test("goes on with half the learning rate where asked, and ends as if it had started with that", async () => {
    const halved = await trainRun(folder(), { values: { ...values, onDivergence: "halveLearningRate" } });
    const [epoch1, warning] = halved.log;
    expect(epoch1).toMatch(/^epoch,1,/);
    expect(warning).toBe(
      "Training diverged in step 4 (epoch 2, learning rate 4): the gradient of LFADS_ic_enc_fwd_ic_enc_t0_fwd is no " +
        "longer finite. It goes on from the start with learning rate 2.",
    );
    const half = await trainRun(folder(), { values: { ...values, c_learning_rate_init: 2 } });
    expect({ ...halved, log: halved.log.slice(2) }).toEqual(half);
  });

  test("fails where not asked", async () => {
    await expect(trainRun(folder(), { values })).rejects.toMatchObject({
      failure: { kind: "diverged", what: expect.stringContaining("Training diverged in step 4 (epoch 2, ") },
    });
  });
});

describe("the log says why training ended:", () => {
  test.each([
    [{}, 2, "that is maxEpochs"],
    [
      { maxEpochs: 0, c_learning_rate_n_to_compare: 1, c_learning_rate_init: 0.3, c_learning_rate_stop: 0.299 },
      null,
      "the learning rate has fallen below 0.299",
    ],
    [{ maxEpochs: 0, patience: 3, c_learning_rate_init: 0.3 }, null, "the validation cost has not fallen for 3 epochs"],
  ])("%j", async (values, epochs, reason) => {
    const { log, fitlog } = await trainRun(folder(), { values });
    const lines = fitlog.trimEnd().split("\n");
    expect(log.at(-1)).toBe(`Training ends after ${epochs ?? lines.length} epochs: ${reason}.`);
  });

  test("patience counts from the epoch of lowest validation cost", async () => {
    const { fitlog } = await trainRun(folder(), { values: { maxEpochs: 0, patience: 3, c_learning_rate_init: 0.3 } });
    // columns 7 and 17, from 1, are the total of validation and the weight of the KL
    const lines = fitlog.trimEnd().split("\n");
    const costs = lines
      .map((line) => line.split(","))
      .map((fields) => (fields[16] === "1.00" ? Number(fields[6]) : Infinity));
    expect(lines.length).toBe(costs.indexOf(Math.min(...costs)) + 1 + 3);
  });
});

test("c_debug_verbose logs the terms of every epoch, c_debug_print_each_step every step", async () => {
  const { log } = await trainRun(folder(), { values: { c_debug_verbose: true, c_debug_print_each_step: true } });
  const terms = (text: string) => new RegExp(`^  ${text.replaceAll("#", "-?[0-9.e-]+")}$`);
  const step = terms("step \\d: total #, recon #, kl of g0 #, kl of u #, corr #, gradient norm #");
  const costs = terms("recon # #, kl of g0 # #, kl of u # #, l2 #, corr # #, gradient norm #, learning rate 0.01");
  const kinds = log.map((line) => (step.test(line) ? "step" : costs.test(line) ? "costs" : line.split(",")[0]));
  const epoch = ["step", "step", "epoch", "costs"];
  expect(kinds).toEqual([...epoch, ...epoch, "Training ends after 2 epochs: that is maxEpochs."]);
});

test("external inputs that the model does not get are warned of", async () => {
  const { log } = await trainRun(folder(), { externalInputs: 2 });
  expect(log[0]).toBe("The model does not get the external inputs of day1, because c_ext_input_dim is 0.");
});

test("sample validation adds its cost to every line of fitlog.csv", async () => {
  const { fitlog } = await trainRun(folder(), { values: { c_sv_rate: 0.2 } });
  expect(fitlog).toMatch(/^(epoch,\d, .*, l2weight,[0-9.]+, sv,\d+\.\d{5}\n){2}$/);
});
