/** How results are named, and which way they are better. */

export interface ResultColumn {
  readonly heading: string;
  /** In a sentence. */
  readonly about: string;
  readonly better?: "low" | "high";
  /** Tells of the data and not of the model: of no interest where all runs have the same. */
  readonly ofData?: boolean;
  /** Shown after the point. */
  readonly decimals: number;
}

const known: Readonly<Record<string, ResultColumn>> = {
  epochs: { heading: "Epochs", about: "epochs trained", decimals: 0 },
  lveEpoch: { heading: "LVE epoch", about: "epoch of the lowest validation cost", decimals: 0 },
  trainCost: {
    heading: "Train cost",
    about: "cost of a training trial at the LVE, in nats",
    better: "low",
    decimals: 2,
  },
  validCost: {
    heading: "Valid cost",
    about: "cost of a validation trial at the LVE, in nats",
    better: "low",
    decimals: 2,
  },
  svNll: { heading: "SV NLL", about: "−log p of a count that sample validation holds out", better: "low", decimals: 4 },
  nll: {
    heading: "NLL",
    about: "−log p of a count at the rates, in nats a bin and channel",
    better: "low",
    decimals: 4,
  },
  meanRateNll: { heading: "Mean-rate NLL", about: "the same at each channel's mean rate", ofData: true, decimals: 4 },
  psthNll: { heading: "PSTH NLL", about: "the same at the PSTH of the trial's condition", ofData: true, decimals: 4 },
  bitsPerSpike: { heading: "Bits/spike", about: "what the rates tell beyond mean rates", better: "high", decimals: 3 },
  coSmoothing: { heading: "Co-smoothing", about: "bits per spike of held-out channels", better: "high", decimals: 3 },
  "r2.pooled": {
    heading: "R² rates",
    about: "R² against true rates, all channels together",
    better: "high",
    decimals: 3,
  },
  "r2.medianOverChannels": { heading: "R² median", about: "median of the channels' R²", better: "high", decimals: 3 },
  psthR2: { heading: "PSTH R²", about: "R² of condition averages against PSTHs", better: "high", decimals: 3 },
};

export function resultColumn(name: string): ResultColumn {
  const column = known[name];
  if (column) return column;
  const [, of, dimension] = /^(states|behavior)\.(\d+)$/.exec(name) ?? [];
  if (!of) return { heading: name, about: name, decimals: 4 };
  const what = of === "states" ? "State" : "Behaviour";
  return {
    heading: `${what} ${dimension} R²`,
    about: `R² of ${what.toLowerCase()} ${dimension}, decoded linearly`,
    better: "high",
    decimals: 3,
  };
}
