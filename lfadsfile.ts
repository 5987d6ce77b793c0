// The demo: made-up recordings of a Lorenz attractor, whose true rates are known.
import { datasetCollection, defineLfads, lorenz, runCollection, runParams, runSpec, sweep } from "lfads";

const sessions = datasetCollection("lorenz_example", { path: "datasets", datasets: lorenz({ count: 3 }) });

const base = runParams({
  name: "first_attempt",
  spikeBinMs: 10,
  c_co_dim: 0,
  c_batch_size: 150,
  c_factors_dim: 8,
  c_gen_dim: 64,
  c_ic_dim: 32,
  c_ic_enc_dim: 64,
  c_learning_rate_stop: 1e-3,
});

export default defineLfads({
  root: "runs",
  collections: [
    runCollection("exampleSingleSession", {
      datasets: sessions,
      runSpecs: [runSpec.single("dataset001")],
      params: sweep(base, { c_factors_dim: [4, 8] }),
    }),
    runCollection("exampleStitching", {
      datasets: sessions,
      runSpecs: [runSpec.all()],
      params: [base],
    }),
  ],
});
