// Recorded sessions: mouse anterior lateral motor cortex, delayed licking (DANDI 000006), 66 and 4 units.
import { datasetCollection, defineLfads, nwb, runCollection, runParams, runSpec } from "lfads";

const sessions = datasetCollection("alm", {
  path: "../../../shared/data/alm",
  datasets: nwb("sub-*.nwb", {
    trials: { where: { is_good: true } },
    align: ["start_time", "cue_start_time"],
    window: [-2.4, 2.0],
    condition: ["type", "response"],
    binMs: 20,
    name: (file) => file.replace(/^.*sub-(.*)_ses-(.*)\.nwb$/, "$1_$2"),
  }),
});

const base = runParams({
  name: "alm",
  spikeBinMs: 20,
  c_co_dim: 0,
  c_batch_size: 64,
  c_factors_dim: 8,
  c_gen_dim: 64,
  c_ic_dim: 32,
  c_ic_enc_dim: 64,
  c_keep_prob: 0.8,
  c_kl_increase_steps: 400,
  c_learning_rate_decay_factor: 0.9,
  c_learning_rate_stop: 1e-3,
});

// Few trials: coordinated dropout lets the KL costs be low without the inputs reproducing single spikes.
const controller = runParams(base, {
  c_co_dim: 2,
  c_con_dim: 32,
  c_ci_enc_dim: 32,
  c_ic_enc_dim: 32,
  c_batch_size: 32,
  c_keep_prob: 0.9,
  c_cd_rate: 0.3,
  c_kl_ic_weight: 0.3,
  c_kl_co_weight: 0.3,
  c_kl_increase_steps: 300,
  c_l2_increase_steps: 300,
  maxEpochs: 200,
  num_samples_posterior: 50,
});
const single = runSpec.single("anm372904_20170619");

export default defineLfads({
  root: "runs",
  collections: [
    runCollection("noController", { datasets: sessions, runSpecs: [single], params: [base] }),
    runCollection("controller", { datasets: sessions, runSpecs: [single], params: [controller] }),
    runCollection("stitchedController", { datasets: sessions, runSpecs: [runSpec.all()], params: [controller] }),
  ],
});
