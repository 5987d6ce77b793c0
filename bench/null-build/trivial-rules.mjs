/**
 * Rules that take no time: the names, inputs and outputs of the real ones, every file small. What a build costs with them
 * is what the build engine costs.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const DATASET_INFO = {
  nTrials: 500,
  nChannels: 30,
  nBins: 100,
  binMs: 10,
  hasTruth: false,
  hasConditions: false,
  nExternalInputs: 0,
  alignmentFactors: null,
  split: null,
  notCounts: null,
};

const FIT = {
  nll: 0.1,
  meanRateNll: 0.2,
  psthNll: null,
  bitsPerSpike: 0.3,
  coSmoothing: null,
  r2: null,
  psthR2: null,
  states: null,
  behavior: null,
};

/**
 * Rule → what a target writes: [path, text]. `made` are the parameters and the digests of what it reads: no two runs' files
 * are equal, and they change with what they are made from.
 */
const files = {
  dataset: ({ name }) => [[`${name}.json`, JSON.stringify({ name, ...DATASET_INFO })]],
  export: ({ dataset }, made) => [[`lfads_${dataset}.h5`, made]],
  train: (_, made) =>
    [
      "checkpoint",
      "checkpoint_lve",
      "fitlog.csv",
      "hyperparameters-0.txt",
      "lfads_vae.ckpt-9",
      "lfads_vae_lve.ckpt-9",
      "lfads_log/events.out.tfevents.0000000000.lfads",
    ].map((name) => [`lfadsOutput/${name}`, `${name} of ${made}`]),
  posterior: ({ kind, datasets }, made) =>
    datasets.flatMap((name) =>
      ["train", "valid"].map((side) => [`lfadsOutput/model_runs_${name}.h5_${side}_${kind}`, `${side} of ${made}`]),
    ),
  "model-params": (_, made) => [["lfadsOutput/model_params", made]],
  evaluate: ({ datasets }, made) => [
    ["evaluation.json", JSON.stringify({ made, all: FIT, datasets: datasets.map((name) => ({ name, ...FIT })) })],
  ],
  results: (_, made) => [
    ["results.json", JSON.stringify({ made, ...RESULTS })],
    ["lfads.done", ""],
  ],
  scripts: (_, made) =>
    ["train", "posterior_mean_sample", "write_model_params"].map((step) => [`lfads_${step}.sh`, `${step} of ${made}`]),
  summary: ({ text }) => [
    ["summary.txt", text],
    ["launch_tensorboard.sh", ""],
  ],
};

const RESULTS = { epochs: 1, lveEpoch: 1, trainCost: 100, validCost: 100, svNll: null, all: FIT, datasets: [] };

/**
 * What a target writes: [path below its folder, text].
 * @param digests Of all that it reads, input by input in the order of the plan, the files of an input by path.
 */
export function contentsOf({ rule, params }, digests) {
  return files[rule](params, [JSON.stringify(params), ...digests].join(" "));
}

/** Paths below a target's folder. */
export function outputsOf(target) {
  return contentsOf(target, []).map(([path]) => path);
}

export const rules = Object.fromEntries(
  Object.keys(files).map((rule) => [
    rule,
    {
      name: rule,
      // Versions come from the real rules' versions.ts; this field is not read.
      version: "1",
      async run({ params, inputs, out }) {
        const digests = Object.values(inputs).flatMap((given) => given.map(({ digest }) => digest));
        for (const [path, text] of contentsOf({ rule, params }, digests)) {
          mkdirSync(dirname(join(out, path)), { recursive: true });
          writeFileSync(join(out, path), text);
        }
      },
    },
  ]),
);
