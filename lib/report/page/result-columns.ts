/** How results are named, as `lfads status --results` names them, and which way they are better. */

export interface ResultColumn {
  /** As results.json has it. */
  readonly name: string;
  /** In CSV, and in a comparison. */
  readonly csv: string;
  readonly heading: string;
  readonly better: "low" | "high" | undefined;
  /** Shown after the point. */
  readonly decimals: number;
  /** In a sentence. */
  readonly about: string;
}

/** These tell of the data and not of the model: of no interest where all runs have the same. */
const ofData = ["meanRateNll", "psthNll"];

const columns = [
  column("epochs", "epochs", "Epochs", undefined, 0, "epochs trained"),
  column("lveEpoch", "lve_epoch", "LVE epoch", undefined, 0, "epoch of the lowest validation cost"),
  column("trainCost", "train_cost", "Train cost", "low", 2, "cost of a training trial at the LVE, in nats"),
  column("validCost", "valid_cost", "Valid cost", "low", 2, "cost of a validation trial at the LVE, in nats"),
  column("svNll", "sv_nll", "SV NLL", "low", 5, "−log p of a count that sample validation holds out"),
  column("nll", "valid_nll", "Valid NLL", "low", 5, "−log p of a count at the rates, in nats a bin and channel"),
  column("meanRateNll", "mean_rate_nll", "Mean-rate NLL", undefined, 5, "−log p of a count at its channel's mean rate"),
  column("psthNll", "psth_nll", "PSTH NLL", undefined, 5, "−log p of a count at the PSTH of its trial's condition"),
  column("bitsPerSpike", "bits_per_spike", "Bits/spike", "high", 3, "what the rates tell beyond mean rates"),
  column(
    "coSmoothing",
    "co_smoothing_bits_per_spike",
    "Co-smoothing",
    "high",
    3,
    "bits per spike of held-out channels",
  ),
  column("r2.pooled", "r2_pooled", "R²", "high", 3, "R² against true rates, all channels together"),
  column("r2.medianOverChannels", "r2_median_over_channels", "R² median", "high", 3, "median of the channels' R²"),
  column("psthR2", "psth_r2", "PSTH R²", "high", 3, "R² of condition averages against PSTHs"),
];

export function resultColumn(name: string): ResultColumn {
  const known = columns.find((each) => each.name === name);
  if (known) return known;
  const [, of, dimension] = /^(states|behavior)\.(\d+)$/.exec(name) ?? [];
  if (!of) return column(name, name, name, undefined, 4, name);
  const what = of === "states" ? "state" : "behaviour";
  const heading = `${of === "states" ? "State" : "Behaviour"} ${dimension} R²`;
  return column(name, `${of}_${dimension}_r2`, heading, "high", 3, `R² of ${what} ${dimension}, decoded linearly`);
}

export const tellsOfData = (name: string): boolean => ofData.includes(name);

function column(
  name: string,
  csv: string,
  heading: string,
  better: "low" | "high" | undefined,
  decimals: number,
  about: string,
): ResultColumn {
  return { name, csv, heading, better, decimals, about };
}
