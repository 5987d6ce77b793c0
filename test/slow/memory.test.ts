// What the scheduler believes of memory, held against what Linux has seen the processes take.
import { describe, expect, it } from "vitest";
import { inFolder, lfads } from "../cli/run-lfads.js";
import { peakMemory } from "./peak-memory.js";

const lfadsfile = ({ data, params }: { data: string; params: string }) => `
import { datasetCollection, defineLfads, lorenz, runCollection, runParams, runSpec } from "lfads";
const datasets = datasetCollection("made-up", { path: "datasets", datasets: lorenz({ ${data} }) });
const params = runParams({
  spikeBinMs: 10, maxEpochs: 1, c_kl_increase_steps: 1, c_l2_increase_steps: 1, num_samples_posterior: 4,
  numSamplesPrior: 100, ${params}
});
export default defineLfads({
  root: "runs",
  collections: [runCollection("run", { datasets, runSpecs: [runSpec.all()], params: [params] })],
});
`;

const cases = [
  {
    title: "a small model",
    data: "count: 1, conditions: 10",
    params: "c_co_dim: 0, c_batch_size: 32, c_factors_dim: 8, c_gen_dim: 32, c_ic_dim: 8, c_ic_enc_dim: 16",
    before: [],
    jobs: 1,
  },
  {
    title: "the default model of long trials",
    data: "count: 1, conditions: 20, trialsPerCondition: 15, channels: [150, 150], durationMs: 1000",
    params: "c_co_dim: 4, c_batch_size: 200, useSingleDatasetAlignmentMatrix: true",
    before: ["align"],
    jobs: 4,
  },
];

describe.skipIf(process.platform !== "linux")("memory that is told before", () => {
  it.each(cases)("is what the targets of $title take, within a third", async ({ jobs, before, ...texts }) => {
    await inFolder(lfadsfile(texts), async (dir) => {
      const rules = ["train", "posterior_sample_and_average", "posterior_push_mean", "prior_sample"];
      for (const rule of [...before, ...rules]) {
        lfads(dir, "build", rule === "align" ? ":dataset" : ":export");
        const plan = JSON.parse(lfads(dir, "build", "--dry-run", "--json", "--jobs", String(jobs), `:${rule}`).out);
        const told = plan.targets.find(({ label }: { label: string }) => label.endsWith(`:${rule}`)).memoryBytes;
        const { child: taken } = await peakMemory(dir, "build", `:${rule}`, "--jobs", String(jobs));
        const message = `${rule}: told ${told / 1e6} MB, taken ${taken / 1e6} MB`;
        expect(told / taken, message).toBeGreaterThan(2 / 3);
        // Samples of the prior leave the encoders' memory untouched; an alignment is told with room for slices of large recordings.
        expect(told / taken, message).toBeLessThan(["prior_sample", "align"].includes(rule) ? 2 : 4 / 3);
      }
    });
  });
});
