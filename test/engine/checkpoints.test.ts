import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { RuleContext } from "#lib/build/rule.js";
import type { ModelSpec } from "#lib/engine/model-spec.js";
import { parameterTable, readVariable } from "#lib/engine/parameters.js";
import type { TrainerState } from "#lib/engine/trainer-state.js";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { readCheckpoint, writeCheckpoint } from "#rules/checkpoint-file.js";
import { CheckpointFolder, newestLve } from "#rules/checkpoint-folder.js";
import { modelParams } from "#rules/model-params.js";
import { content, epochReport, folder, stateAt } from "./saved-states.js";
import { smallModel, twoDatasets } from "./small-models.js";

describe("a checkpoint", () => {
  test("is read as it was written, to the bit", async () => {
    for (const model of [smallModel, { ...smallModel, datasets: twoDatasets, icPriorVarMax: 1 }]) {
      const file = join(folder(), "checkpoint");
      const state = { ...stateAt(30, model), lowestValidCost: Number.POSITIVE_INFINITY };
      await writeCheckpoint(file, { ...content, model }, state);
      expect(await readCheckpoint(file)).toEqual({ ...content, model, state });
    }
  });

  test("has the same bytes for the same state", async () => {
    const dir = folder();
    const state = stateAt(30);
    await writeCheckpoint(join(dir, "a"), content, state);
    await writeCheckpoint(join(dir, "b"), content, state);
    expect(readFileSync(join(dir, "a")).equals(readFileSync(join(dir, "b")))).toBe(true);
  });
});

describe("a folder of checkpoints", () => {
  let dir: string;
  let out: string;
  let checkpoints: CheckpointFolder;
  const reports = (epochs: number) => Array.from({ length: epochs }, (_, index) => epochReport(index + 1));
  const reopened = () => new CheckpointFolder(dir, content, { regular: 2, lve: 3 });
  const path = (name: string) => join(dir, name);
  const bytesIn = (folder_: string) =>
    Object.fromEntries(readdirSync(folder_).map((name) => [name, readFileSync(join(folder_, name), "latin1")]));
  beforeEach(() => {
    dir = folder();
    out = folder();
    checkpoints = reopened();
  });

  test("keeps the newest, and hands them out with the files that name them, oldest first", async () => {
    const lve = [5, 12, 15, 26].map((step) => stateAt(step));
    await checkpoints.save(stateAt(10), lve.slice(0, 1), reports(1));
    await checkpoints.save(stateAt(20), lve.slice(1, 3), reports(2));
    await checkpoints.save(stateAt(30), lve.slice(3), reports(3));
    const names = [".ckpt-20", ".ckpt-30", "_lve.ckpt-12", "_lve.ckpt-15", "_lve.ckpt-26"].map(
      (name) => `lfads_vae${name}`,
    );
    expect(readdirSync(dir).sort()).toEqual([...names, "saved"]);
    checkpoints.copyTo(out);
    expect(readdirSync(out).sort()).toEqual(["checkpoint", "checkpoint_lve", ...names]);
    for (const name of names) expect(readFileSync(join(out, name)).equals(readFileSync(path(name)))).toBe(true);
    expect(readFileSync(join(out, "checkpoint"), "utf8")).toBe(
      'model_checkpoint_path: "lfads_vae.ckpt-30"\n' +
        'all_model_checkpoint_paths: "lfads_vae.ckpt-20"\n' +
        'all_model_checkpoint_paths: "lfads_vae.ckpt-30"\n',
    );
    expect(readFileSync(join(out, "checkpoint_lve"), "utf8")).toBe(
      'model_checkpoint_path: "lfads_vae_lve.ckpt-26"\n' +
        'all_model_checkpoint_paths: "lfads_vae_lve.ckpt-12"\n' +
        'all_model_checkpoint_paths: "lfads_vae_lve.ckpt-15"\n' +
        'all_model_checkpoint_paths: "lfads_vae_lve.ckpt-26"\n',
    );
    const files = readdirSync(out).map((name) => ({ name: `lfadsOutput/${name}`, path: join(out, name), digest: "" }));
    expect(newestLve(files)).toBe(join(out, "lfads_vae_lve.ckpt-26"));
  });

  test("resumes from the newest checkpoint with what was reported until then", async () => {
    expect(await checkpoints.resume()).toBe(null);
    const newest = stateAt(20);
    await checkpoints.save(stateAt(10), [], reports(1));
    await checkpoints.save(newest, [], reports(2));
    expect(await reopened().resume()).toEqual({ state: newest, epochs: reports(2) });
  });

  const cut = (name: string) => writeFileSync(path(name), readFileSync(path(name)).subarray(0, 3000));
  const change = (name: string) => {
    const bytes = readFileSync(path(name));
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(path(name), bytes);
  };
  const remove = (name: string) => rmSync(path(name));

  test.each([
    ["cut off", cut, "lfads_vae.ckpt-20"],
    ["with one other bit", change, "lfads_vae.ckpt-20"],
    ["that is gone", remove, "lfads_vae.ckpt-20"],
    ["whose LVE checkpoint is cut off", cut, "lfads_vae_lve.ckpt-18"],
    ["whose LVE checkpoint has one other bit", change, "lfads_vae_lve.ckpt-18"],
    ["whose LVE checkpoint is gone", remove, "lfads_vae_lve.ckpt-18"],
  ])(
    "passes over a newest checkpoint %s, and forgets what came after the one it resumes from",
    async (_, harm, name) => {
      const older = stateAt(10);
      const [newest, lve] = [stateAt(20), stateAt(18)];
      await checkpoints.save(older, [stateAt(9)], reports(1));
      await checkpoints.save(newest, [lve], reports(2));
      checkpoints.copyTo(out);
      harm(name);
      const again = reopened();
      expect(await again.resume()).toEqual({ state: older, epochs: reports(1) });
      expect(readdirSync(dir).sort()).toEqual(["lfads_vae.ckpt-10", "lfads_vae_lve.ckpt-9", "saved"]);
      await again.save(newest, [lve], reports(2));
      const same = folder();
      again.copyTo(same);
      expect(bytesIn(same)).toEqual(bytesIn(out));
    },
  );

  test.each(["lfads_vae_lve.ckpt-9", "saved"])("starts anew, in an empty folder, when %s is damaged", async (name) => {
    await checkpoints.save(stateAt(10), [stateAt(9)], reports(1));
    await checkpoints.save(stateAt(20), [stateAt(18)], reports(2));
    change(name);
    expect(await reopened().resume()).toBe(null);
    expect(readdirSync(dir).filter((each) => each !== "saved")).toEqual([]);
  });

  test("removes what a kill left half written, or did not come to remove", async () => {
    const state = stateAt(10);
    await checkpoints.save(state, [stateAt(9)], reports(1));
    const before = readdirSync(dir);
    writeFileSync(path("lfads_vae_lve.ckpt-12.77-3.tmp"), "half");
    await writeCheckpoint(path("lfads_vae_lve.ckpt-12"), content, stateAt(12));
    await writeCheckpoint(path("lfads_vae.ckpt-20"), content, stateAt(20));
    expect(await reopened().resume()).toEqual({ state, epochs: reports(1) });
    expect(readdirSync(dir)).toEqual(before);
  });

  test("leaves folders beside them alone", async () => {
    mkdirSync(path("somebody"));
    await checkpoints.save(stateAt(10), [stateAt(9)], reports(1));
    await reopened().resume();
    expect(readdirSync(dir)).toContain("somebody");
  });

  test("hands out no checkpoint that is not as it was written", async () => {
    await checkpoints.save(stateAt(10), [stateAt(9)], reports(1));
    change("lfads_vae_lve.ckpt-9");
    expect(() => checkpoints.copyTo(out)).toThrow(
      expect.objectContaining({
        failure: {
          kind: "disk",
          what: "This checkpoint is not as it was written.",
          where: path("lfads_vae_lve.ckpt-9"),
          hint: "Build again: the training goes on from an earlier one. The disk may be failing.",
        },
      }),
    );
  });
});

describe("model_params", () => {
  /** Names and shapes that the rule writes for a model, and the file's values. */
  async function written(model: ModelSpec, state: TrainerState) {
    const dir = folder();
    const out = join(dir, "out");
    mkdirSync(out);
    await writeCheckpoint(join(dir, "lfads_vae_lve.ckpt-40"), { ...content, model }, state);
    copyFileSync(join(dir, "lfads_vae_lve.ckpt-40"), join(dir, "lfads_vae_lve.ckpt-30"));
    writeFileSync(join(dir, "checkpoint_lve"), 'model_checkpoint_path: "lfads_vae_lve.ckpt-40"\n');
    const checkpoint = readdirSync(dir).map((name) => ({
      name: `lfadsOutput/${name}`,
      path: join(dir, name),
      digest: "",
    }));
    const logged: string[] = [];
    await modelParams.run({
      inputs: { checkpoint },
      out,
      log: (line: string) => logged.push(line),
    } as unknown as RuleContext);
    expect(logged).toEqual(["Parameters of step 40."]);
    const h5 = await openHdf5(join(out, "lfadsOutput", "model_params"));
    const paths = h5.paths();
    const shapes = Object.fromEntries(paths.map((path) => [path, h5.shape(path)]));
    const values = new Map(paths.map((path) => [path, h5.readFloat64(path)]));
    h5.close();
    return { shapes, values };
  }

  test("of one dataset: the original's names and shapes", async () => {
    const state = stateAt(40);
    const { shapes, values } = await written(smallModel, state);
    // N 5, F 3, G 6, ic 3, H 3
    expect(shapes).toEqual({
      "LFADS_gen_GenGRU_Candidate_rh_2_c_W:0": [6, 6],
      "LFADS_gen_GenGRU_Candidate_rh_2_c_b:0": [1, 6],
      "LFADS_gen_GenGRU_Gates_h_2_ru_W:0": [6, 12],
      "LFADS_gen_GenGRU_Gates_h_2_ru_b:0": [1, 12],
      "LFADS_gen_g0_2_gen_ic_W:0": [3, 6],
      "LFADS_gen_g0_2_gen_ic_b:0": [1, 6],
      "LFADS_gen_gen_2_fac_W:0": [6, 3],
      "LFADS_glm_fac_2_logrates_one.h5_W:0": [3, 5],
      "LFADS_glm_fac_2_logrates_one.h5_b:0": [1, 5],
      "LFADS_global_step:0": [],
      "LFADS_ic_enc_fwd_GRU_Candidate_xrh_2_c_W:0": [8, 3],
      "LFADS_ic_enc_fwd_GRU_Candidate_xrh_2_c_b:0": [1, 3],
      "LFADS_ic_enc_fwd_GRU_Gates_xh_2_ru_W:0": [8, 6],
      "LFADS_ic_enc_fwd_GRU_Gates_xh_2_ru_b:0": [1, 6],
      "LFADS_ic_enc_fwd_ic_enc_t0_fwd:0": [1, 3],
      "LFADS_ic_enc_rev_GRU_Candidate_xrh_2_c_W:0": [8, 3],
      "LFADS_ic_enc_rev_GRU_Candidate_xrh_2_c_b:0": [1, 3],
      "LFADS_ic_enc_rev_GRU_Gates_xh_2_ru_W:0": [8, 6],
      "LFADS_ic_enc_rev_GRU_Gates_xh_2_ru_b:0": [1, 6],
      "LFADS_ic_enc_rev_ic_enc_t0_rev:0": [1, 3],
      "LFADS_learning_rate:0": [],
      "LFADS_z_ic_enc_2_post_g0_logvar_W:0": [6, 3],
      "LFADS_z_ic_enc_2_post_g0_logvar_b:0": [1, 3],
      "LFADS_z_ic_enc_2_post_g0_mean_W:0": [6, 3],
      "LFADS_z_ic_enc_2_post_g0_mean_b:0": [1, 3],
      "LFADS_z_prior_g0_logvar:0": [1, 3],
      "LFADS_z_prior_g0_mean:0": [1, 3],
    });
    expect([...values.get("LFADS_global_step:0")!]).toEqual([40]);
    expect([...values.get("LFADS_learning_rate:0")!]).toEqual([Math.fround(0.01 / 3)]);
    const fixed = Math.fround(Math.log(0.1));
    expect([...values.get("LFADS_z_prior_g0_logvar:0")!]).toEqual([fixed, fixed, fixed]);
    const table = parameterTable(smallModel);
    for (const variable of table.variables) {
      expect([...values.get(`${variable.name}:0`)!]).toEqual([...readVariable(table, variable, state.params)]);
    }
  });

  test("of two datasets: a read-in and a read-out each, no map where ic_dim = gen_dim", async () => {
    const model = { ...smallModel, datasets: twoDatasets, icDim: 6, icPriorVarMax: 1 };
    const { shapes } = await written(model, stateAt(40, model));
    const own = Object.entries(shapes).filter(([name]) => /\.h5_|gen_ic|prior/.test(name));
    expect(Object.fromEntries(own)).toEqual({
      "LFADS_glm_fac_2_logrates_one.h5_W:0": [3, 5],
      "LFADS_glm_fac_2_logrates_one.h5_b:0": [1, 5],
      "LFADS_glm_fac_2_logrates_two.h5_W:0": [3, 9],
      "LFADS_glm_fac_2_logrates_two.h5_b:0": [1, 9],
      "LFADS_x_2_infac_one.h5_W:0": [5, 3],
      "LFADS_x_2_infac_one.h5_b:0": [1, 3],
      "LFADS_x_2_infac_two.h5_W:0": [9, 3],
      "LFADS_x_2_infac_two.h5_b:0": [1, 3],
      "LFADS_z_prior_g0_logvar:0": [1, 6],
      "LFADS_z_prior_g0_mean:0": [1, 6],
    });
    // the encoders read factors
    expect(shapes["LFADS_ic_enc_fwd_GRU_Gates_xh_2_ru_W:0"]).toEqual([3 + 3, 6]);
  });

  test("of a model with controller, external inputs and gaussian output: the original's names and shapes", async () => {
    const model = {
      ...smallModel,
      outputDist: "gaussian" as const,
      coDim: 2,
      icDim: 0,
      extInputDim: 4,
      injectExtInputToGen: true,
    };
    const { shapes } = await written(model, stateAt(40, model));
    // N 5, F 3, G 6, ci 5, con 7
    expect(
      Object.fromEntries(Object.entries(shapes).filter(([name]) => !/global_step|learning_rate/.test(name))),
    ).toEqual({
      "LFADS_ci_enc_fwd_GRU_Candidate_xrh_2_c_W:0": [10, 5],
      "LFADS_ci_enc_fwd_GRU_Candidate_xrh_2_c_b:0": [1, 5],
      "LFADS_ci_enc_fwd_GRU_Gates_xh_2_ru_W:0": [10, 10],
      "LFADS_ci_enc_fwd_GRU_Gates_xh_2_ru_b:0": [1, 10],
      "LFADS_ci_enc_fwd_ci_enc_t0_fwd:0": [1, 5],
      "LFADS_ci_enc_rev_GRU_Candidate_xrh_2_c_W:0": [10, 5],
      "LFADS_ci_enc_rev_GRU_Candidate_xrh_2_c_b:0": [1, 5],
      "LFADS_ci_enc_rev_GRU_Gates_xh_2_ru_W:0": [10, 10],
      "LFADS_ci_enc_rev_GRU_Gates_xh_2_ru_b:0": [1, 10],
      "LFADS_ci_enc_rev_ci_enc_t0_rev:0": [1, 5],
      "LFADS_con_GenGRU_Candidate_rh_2_c_W:0": [7, 7],
      "LFADS_con_GenGRU_Candidate_rh_2_c_b:0": [1, 7],
      "LFADS_con_GenGRU_Candidate_x_2_c_W:0": [13, 7],
      "LFADS_con_GenGRU_Gates_h_2_ru_W:0": [7, 14],
      "LFADS_con_GenGRU_Gates_h_2_ru_b:0": [1, 14],
      "LFADS_con_GenGRU_Gates_x_2_ru_W:0": [13, 14],
      "LFADS_con_c0:0": [1, 7],
      "LFADS_con_con_to_post_co_logvar_W:0": [7, 2],
      "LFADS_con_con_to_post_co_logvar_b:0": [1, 2],
      "LFADS_con_con_to_post_co_mean_W:0": [7, 2],
      "LFADS_con_con_to_post_co_mean_b:0": [1, 2],
      "LFADS_gen_GenGRU_Candidate_rh_2_c_W:0": [6, 6],
      "LFADS_gen_GenGRU_Candidate_rh_2_c_b:0": [1, 6],
      "LFADS_gen_GenGRU_Candidate_x_2_c_W:0": [6, 6],
      "LFADS_gen_GenGRU_Gates_h_2_ru_W:0": [6, 12],
      "LFADS_gen_GenGRU_Gates_h_2_ru_b:0": [1, 12],
      "LFADS_gen_GenGRU_Gates_x_2_ru_W:0": [6, 12],
      "LFADS_gen_g0:0": [1, 6],
      "LFADS_gen_gen_2_fac_W:0": [6, 3],
      "LFADS_glm_fac_2_logvars_one.h5_W:0": [3, 5],
      "LFADS_glm_fac_2_logvars_one.h5_b:0": [1, 5],
      "LFADS_glm_fac_2_means_one.h5_W:0": [3, 5],
      "LFADS_glm_fac_2_means_one.h5_b:0": [1, 5],
      "LFADS_z_u_prior_ar1_logatau:0": [1, 2],
      "LFADS_z_u_prior_ar1_logevars:0": [1, 2],
    });
  });

  test("of a single dataset with as many channels as factors has no read-out", async () => {
    const model = { ...smallModel, factorsDim: 5 };
    const { shapes } = await written(model, stateAt(40, model));
    expect(Object.keys(shapes).filter((name) => name.includes(".h5_"))).toEqual([]);
  });
});
