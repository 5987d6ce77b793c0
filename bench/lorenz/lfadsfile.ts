// The published Lorenz benchmark: 640 training and 160 validation trials, 60 channels, 100 bins of 10 ms.
import { datasetCollection, defineLfads, h5, runCollection, runParams, runSpec, sweep } from "lfads";

const lorenz = datasetCollection("lorenz_benchmark", {
  path: "../../../shared/data/lorenz",
  datasets: h5("lfads_lorenz.h5", {
    counts: { train: "train_data", valid: "valid_data" },
    truth: { train: "train_truth", valid: "valid_truth" },
    truthUnit: "hz",
    indices: { train: "train_inds", valid: "valid_inds", base: 0 },
    binMs: 10,
  }),
});

const base = runParams({
  name: "benchmark",
  spikeBinMs: 10,
  c_co_dim: 0,
  c_factors_dim: 8,
  c_gen_dim: 100,
  c_ic_dim: 64,
  c_ic_enc_dim: 64,
  c_batch_size: 64,
  c_keep_prob: 0.98,
  c_learning_rate_decay_factor: 0.93,
  c_learning_rate_stop: 1e-3,
  num_samples_posterior: 50,
});

export default defineLfads({
  root: "runs",
  collections: [
    runCollection("lorenz", {
      datasets: lorenz,
      runSpecs: [runSpec.single("lfads_lorenz")],
      params: sweep(base, { seed: (process.env.BENCH_SEEDS ?? "0,1").split(",").map(Number) }),
    }),
  ],
});
