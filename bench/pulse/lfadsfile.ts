// A chaotic network of 50 units that a pulse hits at a random time in each trial; the model has to infer the pulse.
import { chaoticRnn, datasetCollection, defineLfads, runCollection, runParams, runSpec, sweep } from "lfads";

const network = datasetCollection("chaotic_rnn", { path: "datasets", datasets: chaoticRnn() });

const base = runParams({
  name: "pulse",
  spikeBinMs: 10,
  c_co_dim: 1,
  c_con_dim: 64,
  c_ci_enc_dim: 64,
  c_factors_dim: 20,
  c_gen_dim: 100,
  c_ic_dim: 64,
  c_ic_enc_dim: 64,
  c_batch_size: 128,
  c_learning_rate_decay_factor: 0.95,
  c_learning_rate_stop: 1e-3,
  num_samples_posterior: 50,
});

export default defineLfads({
  root: "runs",
  collections: [
    runCollection("pulse", {
      datasets: network,
      runSpecs: runSpec.eachDataset(),
      params: sweep(base, { seed: (process.env.BENCH_SEEDS ?? "0").split(",").map(Number) }),
    }),
  ],
});
