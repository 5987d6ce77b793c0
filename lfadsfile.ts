// What `npx lfads build` makes. An editor completes the names and shows what they mean.
import { datasetCollection, defineLfads, lorenz, runCollection, runParams, runSpec, sweep } from "lfads";

// A collection of recordings. These are made up: a Lorenz attractor seen through spiking channels.
const sessions = datasetCollection("lorenz_example", { path: "datasets", datasets: lorenz({ count: 3 }) });

// Your own HDF5 files, spike counts as trials × bins × channels (import h5):
// const sessions = datasetCollection("my_sessions", {
//   path: "data",
//   datasets: h5("session*.h5", { counts: "spikes", condition: "conditionId", binMs: 1 }),
// });

// NWB files, trials cut around an event (import nwb). Columns of `align` are added:
// const sessions = datasetCollection("my_sessions", {
//   path: "data",
//   datasets: nwb("*.nwb", {
//     trials: { where: { is_good: true } },
//     align: ["start_time", "cue_start_time"],
//     window: [-2.4, 2.0],
//     condition: ["type", "response"],
//     binMs: 20,
//   }),
// });

// One setting of the parameters; what is not named has the Run Manager's default. These are chosen for a demo that is
// done in minutes: for your own data start from the defaults of everything below c_co_dim, and wait longer.
const base = runParams({
  name: "demo",
  spikeBinMs: 10, // a multiple of the recording's bin width
  c_co_dim: 0, // no controller, so no inferred inputs
  c_factors_dim: 8,
  c_gen_dim: 48,
  c_ic_dim: 16,
  c_ic_enc_dim: 32,
  c_batch_size: 48, // at most the number of training trials
  c_keep_prob: 0.98,
  c_kl_increase_steps: 800,
  c_learning_rate_init: 0.03,
  c_learning_rate_decay_factor: 0.7,
  c_learning_rate_n_to_compare: 8,
  c_learning_rate_stop: 3e-3,
  num_samples_posterior: 64,
});

export default defineLfads({
  root: "runs",
  collections: [
    // A model for one recording, for each of several numbers of factors.
    runCollection("exampleSingleSession", {
      datasets: sessions,
      runSpecs: [runSpec.single("dataset001")],
      params: sweep(base, { c_factors_dim: [4, 8] }), // more names make a full grid
    }),
    // One model for all recordings: shared dynamics, a read-in and read-out for each.
    runCollection("exampleStitching", {
      datasets: sessions,
      runSpecs: [runSpec.all()], // a model each: ...runSpec.eachDataset(); some: runSpec.of(["dataset001", "dataset002"])
      params: [base],
    }),
  ],
});
