// The scripts of a run and of a collection, run by a real shell with programs that only tell how they were called.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Json } from "#lib/build/target.js";
import { planTargets } from "#rules/plan.js";
import { scripts } from "#rules/scripts.js";
import { summary } from "#rules/summary.js";
import { folder } from "./saved-states.js";
import { projectOf, runRule } from "./train-run.js";

const RUN = "lfads project's $runs/c/param_aaaaaa/all";
const scriptNames = ["lfads_train.sh", "lfads_posterior_mean_sample.sh", "lfads_write_model_params.sh"];

/** A project's folder with programs `bin/npx`, `bin/python` and `bin/tensorboard` that print where and how they are called. */
function projectFolder(): string {
  const dir = folder();
  mkdirSync(join(dir, "bin"));
  for (const name of ["npx", "python", "tensorboard", "run_lfads.py"]) {
    const file = join(dir, "bin", name);
    writeFileSync(file, `#!/bin/sh\npwd\nprintf '%s\\n' ${name} "$@"\n`);
    chmodSync(file, 0o755);
  }
  return dir;
}

/** Writes the scripts of a run into its folder, `RUN` below the project's. */
async function written(dir: string, values: Record<string, number | string | boolean> = {}, datasets = 2) {
  const names = Array.from({ length: datasets }, (_, index) => `day${index + 1}`);
  const target = planTargets(projectOf(names, values)).find(({ rule }) => rule === "scripts")!;
  const out = join(dir, RUN);
  mkdirSync(out, { recursive: true });
  const params = { ...(target.params as object), project: "../../../.." } as unknown as Json;
  await runRule(scripts, { params, inputs: {}, out });
  return { out, target };
}

/** What a script prints, with the project's folder as DIR. */
function run(dir: string, file: string, ...args: string[]) {
  const env = { ...process.env, PATH: `${join(dir, "bin")}:${process.env.PATH}` };
  const { status, stdout, stderr } = spawnSync(file, args, { cwd: "/", encoding: "utf8", env });
  return { status, stderr, lines: stdout.replaceAll(dir, "DIR").trimEnd().split("\n") };
}

describe("a run's scripts", () => {
  test("are programs that a POSIX shell takes", async () => {
    const { out } = await written(projectFolder());
    for (const name of scriptNames) {
      expect(spawnSync("sh", ["-n", join(out, name)], { encoding: "utf8" }).stderr).toBe("");
      expect(statSync(join(out, name)).mode & 0o555).toBe(0o555);
    }
  });

  test("build their step from the lfadsfile's folder, wherever they are called from", async () => {
    const dir = projectFolder();
    const { out } = await written(dir);
    const labels = ["train", "posterior_sample_and_average", "model-params"].map(
      (rule) => `c/param_aaaaaa/all:${rule}`,
    );
    scriptNames.forEach((name, index) => {
      const lines = ["DIR", "npx", "lfads", "build", labels[index]!, "--jobs", "1 2"];
      expect(run(dir, join(out, name), "--jobs", "1 2")).toEqual({ status: 0, stderr: "", lines });
    });
  });

  test("sample the kind that posterior_mean_kind names", async () => {
    const dir = projectFolder();
    const { out } = await written(dir, { posterior_mean_kind: "posterior_push_mean" });
    const script = join(out, "lfads_posterior_mean_sample.sh");
    expect(run(dir, script).lines.at(-1)).toBe("c/param_aaaaaa/all:posterior_push_mean");
    expect(run(dir, script, "--original").lines).toContain("--kind=posterior_push_mean");
  });

  test("give the original its own command line, in a folder of its own", async () => {
    const dir = projectFolder();
    const values = {
      c_batch_size: 5,
      c_kl_increase_steps: 100,
      c_l2_start_step: 7,
      c_learning_rate_stop: 1e-9,
      c_device: "it's $HOME `here`",
      c_do_causal_controller: true,
      c_temporal_spike_jitter_width: 3,
      num_samples_posterior: 64,
    };
    const { out } = await written(dir, values);
    const [trained, sampled, written_] = scriptNames.map((name) => run(dir, join(out, name), "--original"));
    expect(trained!.stderr + sampled!.stderr + written_!.stderr).toBe("");
    expect(trained!.lines).toEqual([
      "/",
      "python",
      "DIR/bin/run_lfads.py",
      `--data_dir=DIR/${RUN}/lfadsInput`,
      "--data_filename_stem=lfads",
      `--lfads_save_dir=DIR/${RUN}/lfadsOutput_original`,
      ...trainFlags.trim().split(/\n +/),
    ]);
    const model = trained!.lines.slice(6);
    const lve = "--checkpoint_pb_load_name=checkpoint_lve";
    expect(written_!.lines.slice(6)).toEqual([...model, "--kind=write_model_params", lve]);
    const dropped = ["--batch_size=5", "--temporal_spike_jitter_width=3"];
    expect(sampled!.lines.slice(6)).toEqual([
      ...model.filter((flag) => !dropped.includes(flag)),
      "--kind=posterior_sample_and_average",
      "--batch_size=64",
      lve,
    ]);
    expect(run(dir, join(out, "lfads_train.sh"), "--original", "/else where").lines).toContain(
      "--lfads_save_dir=/else where",
    );
  });

  test("multiply no ramp where the parameters say so, and one dataset may set the input factors", async () => {
    const dir = projectFolder();
    const { out } = await written(dir, { scaleIncreaseStepsWithDatasets: false });
    const { lines } = run(dir, join(out, "lfads_train.sh"), "--original");
    expect(lines).toEqual(expect.arrayContaining(["--kl_increase_steps=900", "--in_factors_dim=50"]));
    const one = await written(dir, { setInFactorsMatchDataForSingleDataset: true }, 1);
    expect(run(dir, join(one.out, "lfads_train.sh"), "--original").lines).toContain("--in_factors_dim=0");
  });

  test("say where the original is not to be found, and what it does not know", async () => {
    const dir = projectFolder();
    const { out } = await written(dir, { seed: 4, maxEpochs: 2, c_cd_rate: 0.3 });
    const script = join(out, "lfads_train.sh");
    const { status, stdout, stderr } = spawnSync(script, ["--original"], { encoding: "utf8" });
    const what = "lfads_train.sh: run_lfads.py is not on the PATH\n";
    expect({ status, stdout, stderr }).toEqual({ status: 127, stdout: "", stderr: what });
    const { stdout: text } = spawnSync("cat", [script], { encoding: "utf8" });
    expect(text).toContain("\n#       The original does not know seed, maxEpochs, c_cd_rate.\n");
  });

  test("change with parameters that the training does not know, and leave it fresh", async () => {
    const params = (rule: string, values: Record<string, number>) =>
      planTargets(projectOf(["day1"], values)).find((target) => target.rule === rule)!.params;
    expect(params("train", { num_samples_posterior: 9 })).toEqual(params("train", {}));
    expect(params("scripts", { num_samples_posterior: 9 })).not.toEqual(params("scripts", {}));
    expect(params("scripts", {})).toEqual({ project: "../../../..", nDatasets: 1, params: {} });
  });
});

test("launch_tensorboard.sh shows the collection's folder, on a port if one is given", async () => {
  const dir = projectFolder();
  const out = join(dir, "a collection");
  mkdirSync(out);
  await runRule(summary, { params: { text: "" }, inputs: {}, out });
  const script = join(out, "launch_tensorboard.sh");
  expect(run(dir, script).lines).toEqual(["/", "tensorboard", "--logdir=DIR/a collection"]);
  expect(run(dir, script, "6010").lines).toEqual(["/", "tensorboard", "--logdir=DIR/a collection", "--port=6010"]);
  expect(spawnSync("/bin/sh", [script], { encoding: "utf8", env: { PATH: "/nowhere" } })).toMatchObject({
    status: 127,
    stderr: expect.stringMatching(
      /launch_tensorboard\.sh: tensorboard is not on the PATH \(pip install tensorboard\)\n$/,
    ),
  });
});

/** Of two datasets. */
const trainFlags = `
  --allow_gpu_growth=true
  --max_ckpt_to_keep=5
  --max_ckpt_to_keep_lve=5
  --device=it's $HOME \`here\`
  --learning_rate_init=0.010000
  --learning_rate_decay_factor=0.980000
  --learning_rate_n_to_compare=6
  --learning_rate_stop=1e-9
  --max_grad_norm=200.000000
  --batch_size=5
  --cell_clip_value=5.000000
  --temporal_spike_jitter_width=3
  --keep_prob=0.950000
  --l2_gen_scale=500.000000
  --l2_con_scale=500.000000
  --co_mean_corr_scale=0.000000
  --kl_ic_weight=1.000000
  --kl_co_weight=1.000000
  --kl_start_step=0
  --kl_increase_steps=200
  --l2_start_step=14
  --l2_increase_steps=1800
  --ext_input_dim=0
  --inject_ext_input_to_gen=false
  --co_dim=4
  --prior_ar_atau=10.000000
  --do_train_prior_ar_atau=true
  --prior_ar_nvar=0.100000
  --do_train_prior_ar_nvar=true
  --do_causal_controller=true
  --do_feed_factors_to_controller=true
  --feedback_factors_or_rates=factors
  --controller_input_lag=1
  --ci_enc_dim=128
  --con_dim=128
  --co_prior_var_scale=0.100000
  --num_steps_for_gen_ic=4294967295
  --ic_dim=64
  --ic_enc_dim=128
  --ic_prior_var_min=0.100000
  --ic_prior_var_scale=0.100000
  --ic_prior_var_max=0.100000
  --ic_post_var_min=0.000100
  --cell_weight_scale=1.000000
  --gen_dim=100
  --gen_cell_input_weight_scale=1.000000
  --gen_cell_rec_weight_scale=1.000000
  --factors_dim=50
  --output_dist=poisson
  --do_train_readin=true
  --tf_debug_cli=false
  --tf_debug_tensorboard=false
  --tf_debug_tensorboard_hostport=localhost:6064
  --tf_debug_dump_root=
  --debug_verbose=false
  --debug_print_each_step=false
  --in_factors_dim=50
`;
