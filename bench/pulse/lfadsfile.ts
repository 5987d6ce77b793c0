// A chaotic network of 50 units that a pulse hits at a random time in each trial; the model has to infer the pulse.
import { chaoticRnn, datasetCollection, defineLfads, runCollection, runParams, runSpec, sweep } from "lfads";

const network = datasetCollection("chaotic_rnn", { path: "datasets", datasets: chaoticRnn() });

// Coordinated dropout keeps the inputs from reproducing single spikes, so that their KL cost can be low: with a high one
// they smear over the bins before the pulse, and with a high one of the initial condition they repair the first bins.
const base = runParams({
  name: "pulse",
  spikeBinMs: 10,
  c_co_dim: 1,
  c_con_dim: 32,
  c_ci_enc_dim: 32,
  c_factors_dim: 16,
  c_gen_dim: 64,
  c_ic_dim: 32,
  c_ic_enc_dim: 32,
  c_batch_size: 64,
  c_keep_prob: 0.98,
  c_cd_rate: 0.4,
  c_kl_ic_weight: 0.05,
  c_kl_co_weight: 0.1,
  c_kl_increase_steps: 300,
  c_l2_increase_steps: 300,
  c_prior_ar_atau: 2,
  c_learning_rate_init: 0.02,
  c_learning_rate_decay_factor: 0.85,
  c_learning_rate_stop: 1e-3,
  maxEpochs: 130,
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
