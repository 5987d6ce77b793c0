// One build, its files compared to the byte: any number of threads, any folder, Node 20 and a current one, killed and resumed.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { beforeAll, describe, expect, it } from "vitest";
import { results } from "../bad-input/own-recordings.js";
import { inFolder, lfads, lfadsMain } from "../cli/run-lfads.js";

/** A stitched model, with every part of the model, whose training takes a few seconds. */
const lfadsfile = `
import { datasetCollection, defineLfads, lorenz, runCollection, runParams, runSpec } from "lfads";
const datasets = datasetCollection("made-up", {
  path: "datasets",
  datasets: lorenz({ count: 2, conditions: 5, trialsPerCondition: 20, channels: [11, 14], durationMs: 400 }),
});
const params = runParams({
  spikeBinMs: 10, maxEpochs: 110, c_learning_rate_stop: 1e-9, c_batch_size: 24, c_factors_dim: 6, c_gen_dim: 24,
  c_ic_dim: 8, c_ic_enc_dim: 16, c_co_dim: 2, c_ci_enc_dim: 12, c_con_dim: 14, c_controller_input_lag: 1,
  c_temporal_spike_jitter_width: 2, c_cd_rate: 0.2, c_sv_rate: 0.1, c_kl_increase_steps: 40, c_l2_increase_steps: 40,
  num_samples_posterior: 12, numSamplesPrior: 12,
});
export default defineLfads({
  root: "runs",
  collections: [runCollection("bits", { datasets, runSpecs: [runSpec.all()], params: [params] })],
});
`;

/** SHA-256 of each file below runs; lfads.out, the log of every try, is none of the results. */
function digests(dir: string): Record<string, string> {
  const of = (bytes: string) => createHash("sha256").update(bytes, "latin1").digest("hex");
  return Object.fromEntries([...results(dir)].map(([name, bytes]) => [name, of(bytes)]));
}

function built(dir: string, jobs: number, node = process.execPath): Record<string, string> {
  const { status, stderr } = spawnSync(node, [lfadsMain, "build", "--jobs", String(jobs)], {
    cwd: dir,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return digests(dir);
}

let expected: Record<string, string>;
beforeAll(() => {
  expected = inFolder(lfadsfile, (dir) => built(dir, 1));
});

it("what is compared are the files of a whole run", () => {
  const run = Object.keys(expected).filter((name) => /^runs\/bits\/param_[^/]+\/all\/lfadsOutput\//.test(name));
  const names = run.map((name) => name.slice(name.lastIndexOf("/") + 1).replace(/-\d+$/, "-*"));
  const posteriors = ["dataset001", "dataset002"].flatMap((dataset) =>
    ["train", "valid"].flatMap((side) =>
      ["push_mean", "sample_and_average"].map((kind) => `model_runs_${dataset}.h5_${side}_posterior_${kind}`),
    ),
  );
  const priors = ["dataset001", "dataset002"].map((dataset) => `model_runs_${dataset}.h5_prior_sample`);
  expect([...new Set(names)].sort()).toEqual(
    [
      ...["checkpoint", "checkpoint_lve", "fitlog.csv", "hyperparameters-0.txt", "lfads_vae.ckpt-*"],
      ...["lfads_vae_lve.ckpt-*", "events.out.tfevents.0000000000.lfads", "model_params", ...priors, ...posteriors],
    ].sort(),
  );
});

describe("the same bits come", () => {
  it.each([2, 3, 4])("from %i threads as from one", (jobs) => {
    inFolder(lfadsfile, (dir) => expect(built(dir, jobs)).toEqual(expected));
  });

  it("in another folder", () => {
    inFolder(undefined, (dir) => {
      const other = join(dir, "ein anderer Ordner", "Gehirn äöü");
      mkdirSync(other, { recursive: true });
      writeFileSync(join(other, "lfadsfile.ts"), lfadsfile);
      expect(built(other, 2)).toEqual(expected);
    });
  });

  /** Path of another Node's binary; .ci/run gives a current one. */
  const otherNode = process.env.LFADS_TEST_OTHER_NODE;
  it.skipIf(!otherNode)("from another version of Node", () => {
    const version = spawnSync(otherNode!, ["--version"], { encoding: "utf8" }).stdout;
    expect(version).not.toBe(`${process.version}\n`);
    inFolder(lfadsfile, (dir) => expect(built(dir, 2, otherNode)).toEqual(expected));
  });

  it("after SIGKILL of all its processes at random steps", async () => {
    await inFolder(lfadsfile, async (dir) => {
      const upTo = (most: number) => 1 + Math.floor(most * Math.random());
      // The second has a checkpoint to go on from: the next one comes only after it is written.
      const killedAt = [upTo(20), 20 + upTo(20), upTo(20), 20 + upTo(20)];
      for (const epochs of killedAt) await killWhileTraining(dir, epochs);
      const message = `killed after ${killedAt} epochs`;
      expect(built(dir, 2), message).toEqual(expected);
      expect(lfads(dir, "logs", ":train").out, message).toMatch(/^Going on after epoch /);
    });
  });
});

/** Kills a build with all its processes somewhere in the epoch after so many. */
function killWhileTraining(dir: string, epochs: number): Promise<void> {
  const child = spawn(process.execPath, [lfadsMain, "build", "--jobs", "2", "--json"], {
    cwd: dir,
    detached: true, // a process group of its own
    stdio: ["ignore", "pipe", "inherit"],
  });
  let seen = 0;
  createInterface(child.stdout).on("line", (line) => {
    const event = JSON.parse(line);
    if (event.type !== "log" || !event.line.startsWith("epoch,")) return;
    if (++seen === epochs) setTimeout(() => process.kill(-child.pid!, "SIGKILL"), 15 * Math.random());
  });
  return new Promise((resolve, reject) => {
    child.on("close", (_, signal) => {
      if (signal === "SIGKILL") resolve();
      else reject(new Error("The build ended before it was killed."));
    });
  });
}
