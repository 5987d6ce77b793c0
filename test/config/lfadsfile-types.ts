// Compiled by lfadsfile-types.test.ts: every line after @ts-expect-error must be an error.
import {
  command,
  datasetCollection,
  defineLfads,
  h5,
  type LoadedTrials,
  type LoaderContext,
  loader,
  lorenz,
  runParams,
  sweep,
} from "lfads";

const base = runParams({
  name: "base",
  c_gen_dim: 64,
  custom: {
    alignEvent: { class: "char", default: "cue", affects: "data" },
    lags: { class: "int16", default: [1, 2] },
    isCorrect: { class: "logical", default: true },
  },
  alignEvent: "move",
  lags: [3],
});
runParams(base, { c_keep_prob: 0.9, alignEvent: "cue", isCorrect: false });
sweep(base, { c_factors_dim: [4, 8], alignEvent: ["cue", "move"], lags: [[1], [2, 3]] });
sweep(runParams({}), { c_output_dist: ["poisson"], maxEpochs: [1, 2], seed: [1, 2, 3] });
defineLfads({ store: { maxSize: "50GB", hardLinks: true }, collections: [] });

datasetCollection("own", {
  path: "data",
  datasets: loader("./load.ts", { datasets: { a: "a.csv", b: [] }, files: ["x.csv"] }),
})
  .filter((ds) => ds.nTrials >= 500 && ds.subject === "m1" && ds.region !== "V1")
  .filter((ds) => ds.name !== "a");
command("python prep.py {file} {out}", { datasets: "*.csv", counts: "spikes", binMs: 1, timeout: "10min" });
export async function load({ params, dataset, mode }: LoaderContext<{ alignEvent: string }>): Promise<LoadedTrials> {
  const text: string = `${params.alignEvent} ${dataset.file} ${mode === "alignment"}`;
  return { counts: { data: new Uint8Array(text.length), shape: [1, 1, text.length] }, binMs: params.spikeBinMs };
}

// @ts-expect-error a misspelt parameter
runParams({ c_gen_dims: 64 });
// @ts-expect-error text for a number
runParams({ c_gen_dim: "64" });
// @ts-expect-error not one of the two
runParams({ c_output_dist: "binomial" });
// @ts-expect-error a parameter that was not declared
runParams({ alignEvent: "move" });
// @ts-expect-error a misspelt one beside one that was declared
runParams({ custom: { alignEvent: { class: "char", default: "cue" } }, alignEvents: "move" });
// @ts-expect-error a number for text
runParams(base, { alignEvent: 3 });
// @ts-expect-error a misspelt override
runParams(base, { c_keep_probs: 0.9 });
// @ts-expect-error a misspelt name in a grid
sweep(base, { c_factor_dim: [4, 8] });
// @ts-expect-error a grid takes lists
sweep(base, { c_factors_dim: 4 });
// @ts-expect-error no MATLAB class
runParams({ custom: { alignEvent: { class: "string", default: "cue" } } });
// @ts-expect-error a misspelt option of a source
lorenz({ counts: 3 });
// @ts-expect-error counts are needed
h5("*.h5", { binMs: 1 });
// @ts-expect-error a misspelt option of the store
defineLfads({ store: { maxsize: "50GB" }, collections: [] });
// @ts-expect-error a loader needs datasets
loader("./load.ts", {});
// @ts-expect-error a filter says true or false
datasetCollection("own", { path: "data", datasets: lorenz() }).filter((ds) => ds.nTrials);
// @ts-expect-error where the counts are in the file that the command writes
command("prep {out}", { datasets: "*.csv", binMs: 1 });
export const typed = ({ params }: LoaderContext<{ alignEvent: string }>) => {
  // @ts-expect-error a parameter that it does not say it has
  return params.alignEvnt;
};
