/**
 * Tries whether this machine gives the package's bits: a tiny project is built in a temporary folder by the engine,
 * rules and child processes of every build, and digests of its files are compared with those that the package brings.
 */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGraph, openSession } from "#lib/build/index.js";
import { resolveProject } from "#lib/config/resolve-project.js";
import { FailureError } from "#lib/failure.js";
import { datasetCollection, defineLfads, lorenz, runCollection, runParams, runSpec } from "#lib/index.js";
import { planTargets } from "#rules/plan.js";
import { ruleVersions } from "#rules/versions.js";
import { rulesModule } from "../rules-module.js";
import { expectedDigests } from "./expected-digests.js";

/** What is compared, by the end of its targets' labels. */
const PARTS = {
  recordings: ":generate",
  exports: ":export",
  checkpoints: ":train",
  "posterior samples": ":posterior_sample_and_average",
  "posterior means": ":posterior_push_mean",
  "prior samples": ":prior_sample",
  "model parameters": ":model-params",
  evaluations: ":evaluate",
  results: ":results",
} as const;

/** Numbers of threads that are tried. */
export const TRIED_THREADS = [1, 2] as const;

export interface PartReport {
  readonly part: string;
  readonly expected: string;
  /** One for each of TRIED_THREADS. */
  readonly digests: readonly string[];
  readonly same: boolean;
}

export async function selfTest(): Promise<PartReport[]> {
  const tries: Record<string, string>[] = [];
  for (const threads of TRIED_THREADS) tries.push(await digestsWith(threads));
  return Object.keys(PARTS).map((part) => {
    const expected = expectedDigests[part]!;
    const digests = tries.map((each) => each[part]!);
    return { part, expected, digests, same: digests.every((digest) => digest === expected) };
  });
}

/** SHA-256 of each part: of the names and digests of the files that its targets make. */
export async function digestsWith(threads: number): Promise<Record<string, string>> {
  const dir = mkdtempSync(join(tmpdir(), "lfads-selftest-"));
  try {
    const { project, problems } = await resolveProject(join(dir, "lfadsfile.ts"), tinyProject(), () => false);
    if (problems.length > 0) throw new Error(JSON.stringify(problems));
    const graph = createGraph(planTargets(project));
    if (!graph.ok) throw new Error(JSON.stringify(graph.error));
    const session = openSession({ graph: graph.value, dir, ruleVersions, rulesModule, jobs: threads });
    try {
      const [failure] = (await session.run()).failures;
      if (failure) throw new FailureError(failure);
      const labels = graph.value.nodes.map((node) => node.target.label);
      const digestOf = (end: string) => {
        const hash = createHash("sha256");
        for (const label of labels.filter((each) => each.endsWith(end)).sort()) {
          for (const { path, digest } of session.show(label).record!.outputs) hash.update(`${path} ${digest}\n`);
        }
        return hash.digest("hex");
      };
      return Object.fromEntries(Object.entries(PARTS).map(([part, end]) => [part, digestOf(end)]));
    } finally {
      await session.close();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A stitched model with everything that draws random numbers, two recordings of different size. */
function tinyProject() {
  const datasets = datasetCollection("lorenz", {
    path: "datasets",
    datasets: lorenz({ count: 2, conditions: 5, trialsPerCondition: 8, channels: [10, 13], durationMs: 300 }),
  });
  const params = runParams({
    spikeBinMs: 10,
    maxEpochs: 6,
    c_batch_size: 12,
    c_factors_dim: 5,
    c_gen_dim: 20,
    c_ic_dim: 6,
    c_ic_enc_dim: 14,
    c_ic_prior_var_max: 0.2,
    c_co_dim: 3,
    c_ci_enc_dim: 9,
    c_con_dim: 11,
    c_controller_input_lag: 1,
    c_temporal_spike_jitter_width: 2,
    c_cd_rate: 0.2,
    c_cd_pass_rate: 0.1,
    c_sv_rate: 0.1,
    c_kl_increase_steps: 6,
    c_l2_increase_steps: 6,
    num_samples_posterior: 10,
    numSamplesPrior: 10,
  });
  return defineLfads({
    collections: [runCollection("selftest", { datasets, runSpecs: [runSpec.all()], params: [params] })],
  });
}
