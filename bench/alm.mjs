// Claim: on a recorded session (../shared/data/alm, 66 units) a model with a controller has a better validation
// likelihood than the PSTH of each trial's condition, at the PSTH's best smoothing.
//   npm run build && node bench/alm.mjs [--go-on] [--write]
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { psthNll } from "#lib/metrics/psth-nll.js";
import { freshBuild } from "./fresh-build.mjs";
import { reportTable } from "./report-table.mjs";

const SESSION = "anm372904_20170619";
const BIN_MS = 20;
const SMOOTH_MS = [30, 60, 100];
const MODELS = {
  noController: "without controller",
  controller: "with controller",
  stitchedController: "with controller, stitched with the session of 4 units",
};

parseArgs({ options: { "go-on": { type: "boolean" }, write: { type: "boolean" } } });
if (!existsSync(new URL("../../shared/data/alm", import.meta.url))) {
  console.log("skipped: ../shared/data/alm is not here");
  process.exit(0);
}
const runs = freshBuild("./alm/").map((run) => ({ ...run, fit: run.datasets.find(({ name }) => name === SESSION) }));
const psths = await psthNlls(join(runs[0].dir, "lfadsInput", `lfads_${SESSION}.h5`));
const bestPsth = Math.min(...psths);
const none = ["", "", ""];
reportTable(
  "bench/alm.mjs",
  ["model", "validation NLL", "better than the best PSTH by", "epochs", "best epoch", "minutes"],
  [
    ["each unit's mean rate", runs[0].fit.meanRateNll.toFixed(5), "", ...none],
    ...SMOOTH_MS.map((ms, index) => [
      `PSTH of the condition, smoothed with ${ms} ms`,
      psths[index].toFixed(5),
      "",
      ...none,
    ]),
    ...runs.map(({ label, fit, epochs, lveEpoch, trainSeconds }) => [
      MODELS[collectionOf(label)],
      fit.nll.toFixed(5),
      (bestPsth - fit.nll).toFixed(5),
      epochs,
      lveEpoch,
      (trainSeconds / 60).toFixed(1),
    ]),
  ],
  [`Nats a bin of ${BIN_MS} ms and unit of ${SESSION}, mean over the validation trials; seed 0.`],
);
const met = runs.some(({ label, fit }) => collectionOf(label) !== "noController" && fit.nll < bestPsth);
console.log(met ? "reached" : "NOT reached");
process.exit(met ? 0 : 1);

function collectionOf(label) {
  return label.slice(0, label.indexOf("/"));
}

async function psthNlls(input) {
  const h5 = await openHdf5(input);
  try {
    const [, nBins, nChannels] = h5.shape("train_data");
    const side = (name) => [
      { counts: h5.readFloat64(`${name}_data`), conditions: [...h5.readFloat64(`${name}_condition`)] },
    ];
    const [train, valid] = [side("train"), side("valid")];
    return SMOOTH_MS.map((smoothMs) => psthNll(train, valid, { nBins, nChannels, binMs: BIN_MS, smoothMs }));
  } finally {
    h5.close();
  }
}
