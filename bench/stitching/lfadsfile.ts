// Three sessions of the Lorenz demo: the same 65 conditions, other channels. One stitched model, and a model each.
import { datasetCollection, defineLfads, lorenz, runCollection, runParams, runSpec } from "lfads";

const sessions = datasetCollection("lorenz_example", { path: "datasets", datasets: lorenz({ count: 3 }) });

export default defineLfads({
  root: "runs",
  collections: [
    runCollection("stitching", {
      datasets: sessions,
      runSpecs: [runSpec.all(), ...runSpec.eachDataset()],
      params: [
        runParams({
          name: "stitching",
          spikeBinMs: 10,
          c_co_dim: 0,
          c_factors_dim: 8,
          c_gen_dim: 64,
          c_ic_dim: 64,
          c_ic_enc_dim: 64,
          c_batch_size: 128,
          c_learning_rate_decay_factor: 0.9,
          c_learning_rate_stop: 1e-3,
          num_samples_posterior: 50,
        }),
      ],
    }),
  ],
});
