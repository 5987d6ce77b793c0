// Compiled by lfadsfile-types.test.ts: every line after @ts-expect-error must be an error.
import {
  choice,
  command,
  datasetCollection,
  defineLfads,
  h5,
  integer,
  type LoadedTrials,
  type LoaderContext,
  loader,
  logUniform,
  lorenz,
  runCollection,
  runParams,
  runSpec,
  sweep,
  uniform,
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
const swept = sweep(base)
  .zip({ c_gen_dim: [64, 128], alignEvent: ["cue", "move"] })
  .draw(20, { c_learning_rate_init: logUniform(1e-3, 0.1), c_l2_gen_scale: uniform(0, 1) }, { seed: 1 })
  .draw(5, { c_output_dist: choice(["poisson", "gaussian"]), lags: choice([[1], [2, 3]]), isCorrect: (u) => u > 0.3 })
  .grid({ seed: [1, 2], alignmentApproach: ["regressGlobalPCs"] })
  .where((p) => p.c_gen_dim >= p.c_factors_dim && p.alignEvent.length > 2);
runCollection("swept", {
  datasets: datasetCollection("demo", { path: "data", datasets: lorenz() }),
  runSpecs: [runSpec.all()],
  params: [...swept, ...sweep(runParams({ c_gen_dim: 3 })).draw(3, { c_ic_dim: integer(8, 64) })],
});
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
// @ts-expect-error text for a number in a grid
sweep(base, { c_factors_dim: ["4"] });
// @ts-expect-error a misspelt name in a zip
sweep(base).zip({ c_gen_dims: [64] });
// @ts-expect-error a number for text in a zip
sweep(base).zip({ c_gen_dim: [64], alignEvent: [3] });
// @ts-expect-error a misspelt name in a draw
sweep(base).draw(2, { c_gen_dims: integer(1, 2) });
// @ts-expect-error a list in a draw
sweep(base).draw(2, { c_gen_dim: [1, 2] });
// @ts-expect-error numbers for text in a draw
sweep(base).draw(2, { c_output_dist: uniform(0, 1) });
// @ts-expect-error not one of the two
sweep(base).draw(2, { c_output_dist: choice(["poisson", "binomial"]) });
// @ts-expect-error draws without their number
sweep(base).draw({ c_gen_dim: integer(1, 2) });
// @ts-expect-error a misspelt option of a draw
sweep(base).draw(2, { c_gen_dim: integer(1, 2) }, { sed: 1 });
// @ts-expect-error a misspelt name in a condition
sweep(base).where((p) => p.c_gen_dims > 3);
// @ts-expect-error a condition says true or false
sweep(base).where((p) => p.c_gen_dim);
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
