/** Exports the run in a folder and prints what memory that took: node export-child.mjs <folder> <format> <out> */
import { join } from "node:path";
import { averageArrays } from "#lib/export/average-arrays.js";
import { exportWriters } from "#lib/export/export-writers.js";
import { openRunResults } from "#lib/export/open-run-results.js";

const [dir, format, out] = process.argv.slice(2);
const input = join(dir, "lfads_a.h5");
const posterior = { train: join(dir, "train"), valid: join(dir, "valid") };
const opened = await openRunResults({ input, posterior, modelParams: join(dir, "model_params") }, 1);
const facts = { made_by: "lfads", made_at: "2026-11-21T00:00:00Z", run: "c/p/s", dataset: "a" };
const arrays = [...opened.arrays, ...averageArrays(opened.arrays, 2, 1)];
const { conditionNames, variables } = opened;
const all = {
  facts: { ...facts, kind: "posterior_push_mean", bin_ms: 1, params: "{}" },
  arrays,
  conditionNames,
  variables,
  metadata: {},
};
await exportWriters[format].write(out, all, input);
const trials = arrays.find(({ name }) => name === "rates").shape[0];
process.stdout.write(JSON.stringify({ peak: process.resourceUsage().maxRSS * 1024, trials }));
