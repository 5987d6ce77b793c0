// Three sessions of the Lorenz demo: the same 65 conditions, other channels. One stitched model, and a model each.
import { datasetCollection, defineLfads, lorenz, runCollection, runParams, runSpec } from "lfads";

const sessions = datasetCollection("lorenz_example", { path: "datasets", datasets: lorenz({ count: 3 }) });

const base = runParams({
  name: "stitching",
  spikeBinMs: 10,
  c_co_dim: 0,
  c_factors_dim: 8,
  c_gen_dim: 64,
  c_ic_dim: 32,
  c_ic_enc_dim: 48,
  c_batch_size: 64,
  c_kl_increase_steps: 200,
  c_l2_increase_steps: 200,
  c_learning_rate_init: 0.02,
  c_learning_rate_decay_factor: 0.85,
  c_learning_rate_stop: 1e-3,
  num_samples_posterior: 50,
});

// An epoch of the stitched model has three times as many steps.
export default defineLfads({
  root: "runs",
  collections: [
    runCollection("stitched", {
      datasets: sessions,
      runSpecs: [runSpec.all()],
      params: [runParams(base, { maxEpochs: 100 })],
    }),
    runCollection("single", {
      datasets: sessions,
      runSpecs: runSpec.eachDataset(),
      params: [runParams(base, { maxEpochs: 200 })],
    }),
  ],
});
