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

const FIT = { nll: 0.1, meanRateNll: 0.2, psthNll: null, r2: null };

/** Rule → what a target writes: [path, text]. The text of most is the label, so that no two runs' files are equal. */
const files = {
  dataset: ({ name }) => [[`${name}.json`, JSON.stringify({ name, ...DATASET_INFO })]],
  export: ({ dataset }, label) => [[`lfads_${dataset}.h5`, label]],
  train: (_, label) =>
    [
      "checkpoint",
      "checkpoint_lve",
      "fitlog.csv",
      "hyperparameters-0.txt",
      "lfads_vae.ckpt-9",
      "lfads_vae_lve.ckpt-9",
    ].map((name) => [`lfadsOutput/${name}`, `${name} of ${label}`]),
  posterior: ({ kind, datasets }, label) =>
    datasets.flatMap((name) =>
      ["train", "valid"].map((side) => [`lfadsOutput/model_runs_${name}.h5_${side}_${kind}`, `${side} ${label}`]),
    ),
  "model-params": (_, label) => [["lfadsOutput/model_params", label]],
  results: ({ datasets }, label) => [
    ["results.json", JSON.stringify({ label, ...RESULTS, datasets: datasets.map((name) => ({ name, ...FIT })) })],
    ["lfads.done", ""],
  ],
  summary: ({ text }) => [["summary.txt", text]],
};

const RESULTS = { epochs: 1, lveEpoch: 1, trainCost: 100, validCost: 100, svNll: null, all: FIT };

/** Paths below a target's folder. */
export function outputsOf({ rule, params, label }) {
  return files[rule](params, label).map(([path]) => path);
}

export const rules = Object.fromEntries(
  Object.entries(files).map(([name, made]) => [
    name,
    {
      name,
      // Versions come from the real rules' versions.ts; this field is not read.
      version: "1",
      async run({ params, label, out }) {
        for (const [path, text] of made(params, label)) {
          mkdirSync(dirname(join(out, path)), { recursive: true });
          writeFileSync(join(out, path), text);
        }
      },
    },
  ]),
);
