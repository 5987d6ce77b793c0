import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const lfadsMain = fileURLToPath(new URL("../../dist/lib/cli/main.js", import.meta.url));

/** Runs the real command in `dir`, without a terminal. */
export function lfads(dir: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [lfadsMain, ...args], {
    cwd: dir,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  return { code: status, out: stdout, err: stderr };
}

/**
 * Runs `use` in a new folder, which is removed afterwards; with the text of a lfadsfile.ts it has one.
 */
export function inFolder<T>(lfadsfile: string | undefined, use: (dir: string) => T): T {
  const dir = mkdtempSync(join(tmpdir(), "lfads-test-"));
  const remove = () => rmSync(dir, { recursive: true, force: true });
  if (lfadsfile !== undefined) writeFileSync(join(dir, "lfadsfile.ts"), lfadsfile);
  let result: T;
  try {
    result = use(dir);
  } catch (error) {
    remove();
    throw error;
  }
  if (result instanceof Promise) return result.finally(remove) as T;
  remove();
  return result;
}

/** A project of made-up recordings whose build takes seconds. `overrides` is TypeScript, as `c_keep_prob: 0.9`. */
export function tinyLfadsfile(overrides = ""): string {
  return `
import { datasetCollection, defineLfads, lorenz, runCollection, runParams, runSpec, sweep } from "lfads";
const datasets = datasetCollection("tiny", {
  path: "datasets",
  datasets: lorenz({ count: 2, conditions: 4, trialsPerCondition: 6, channels: [6, 8], durationMs: 100 }),
});
const base = runParams({
  name: "tiny", spikeBinMs: 10, maxEpochs: 2, c_co_dim: 0, c_batch_size: 8, c_factors_dim: 2, c_gen_dim: 8,
  c_ic_dim: 4, c_ic_enc_dim: 8, num_samples_posterior: 4, ${overrides}
});
export default defineLfads({
  root: "runs",
  collections: [
    runCollection("single", { datasets, runSpecs: [runSpec.single("dataset001")], params: sweep(base, { c_factors_dim: [2, 3] }) }),
    runCollection("stitched", { datasets, runSpecs: [runSpec.all()], params: [base] }),
  ],
});
`;
}

/** A project whose exports take little time. `bins` are settings: an export for each. */
export function exportsLfadsfile(bins: readonly number[], store = "{}", collection = "look"): string {
  return `
import { datasetCollection, defineLfads, lorenz, runCollection, runParams, runSpec, sweep } from "lfads";
const datasets = datasetCollection("tiny", {
  path: "datasets",
  datasets: lorenz({ count: 1, conditions: 4, trialsPerCondition: 6, channels: [6, 8], durationMs: 100 }),
});
const base = runParams({ name: "tiny", c_co_dim: 0, c_batch_size: 8, c_factors_dim: 2, c_gen_dim: 8 });
export default defineLfads({
  store: ${store},
  collections: [
    runCollection("${collection}", { datasets, runSpecs: [runSpec.all()], params: sweep(base, { spikeBinMs: ${JSON.stringify(bins)} }) }),
  ],
});
`;
}
