// Claim: where a pulse hits a chaotic network at a random time in each trial, the energy of the inferred input peaks
// within 3 bins of the pulse in at least 90 % of the validation trials.
//   npm run build && node bench/pulse.mjs [--seeds 0] [--go-on] [--write]
// The energy of a trial's bin is Σ_c (u_c − ū_c)²: u the posterior mean of the inferred inputs, ū_c its mean over all
// validation trials and bins.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { freshBuild } from "./fresh-build.mjs";
import { reportTable } from "./report-table.mjs";
import { spread } from "./spread.mjs";

const ASKED = { share: 0.9, bins: 3 };

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "0" },
    "go-on": { type: "boolean" },
    write: { type: "boolean" },
  },
});
const runs = freshBuild("./pulse/", { BENCH_SEEDS: options.seeds });
const seeds = options.seeds.split(",");
const shares = [];
const rows = [];
for (const [index, run] of runs.entries()) {
  const { all, epochs, lveEpoch, trainSeconds, dir } = run;
  const [data] = await read(join(dir, "lfadsInput", "lfads_dataset001.h5"), ["valid_pulse_bin"]);
  const output = "model_runs_dataset001.h5_valid_posterior_sample_and_average";
  const [inputs] = await read(join(dir, "lfadsOutput", output), ["controller_outputs"]);
  const late = lateness(inputs, data.values);
  const share = late.filter((bins) => Math.abs(bins) <= ASKED.bins).length / late.length;
  shares.push(share);
  const { median, least, most } = spread(late);
  rows.push([
    seeds[index],
    `${(100 * share).toFixed(1)} % of ${late.length} trials`,
    `${median} (${least} to ${most})`,
    all.nll.toFixed(5),
    all.r2.pooled.toFixed(3),
    epochs,
    lveEpoch,
    (trainSeconds / 60).toFixed(1),
  ]);
}
reportTable(
  "bench/pulse.mjs",
  [
    "seed",
    `peak within ${ASKED.bins} bins of the pulse`,
    "peak after the pulse, bins: median (range)",
    "validation NLL",
    "R², pooled",
    "epochs",
    "best epoch",
    "minutes",
  ],
  rows,
  [`Asked: ${100 * ASKED.share} %; a peak in any bin of the middle half would be right in some 14 %.`],
);
const met = shares.every((share) => share >= ASKED.share);
console.log(met ? "reached" : "NOT reached");
process.exit(met ? 0 : 1);

/** For each trial, the bin where the energy of the inferred inputs peaks minus the pulse's. */
function lateness({ values, shape: [trials, bins, width] }, pulseBins) {
  const mean = Array.from({ length: width }, (_, c) => {
    let sum = 0;
    for (let i = c; i < values.length; i += width) sum += values[i];
    return sum / (trials * bins);
  });
  return Array.from({ length: trials }, (_, trial) => {
    const energy = Array.from({ length: bins }, (_, bin) =>
      mean.reduce((sum, m, c) => sum + (values[(trial * bins + bin) * width + c] - m) ** 2, 0),
    );
    return energy.indexOf(Math.max(...energy)) - pulseBins[trial];
  });
}

async function read(file, names) {
  const h5 = await openHdf5(file);
  try {
    return names.map((name) => ({ values: h5.readFloat64(name), shape: h5.shape(name) }));
  } finally {
    h5.close();
  }
}
