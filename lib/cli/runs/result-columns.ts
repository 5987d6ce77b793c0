/** What runs reached, number by number: for the table, for CSV, and by name. */
import type { Measures } from "#rules/evaluation.js";
import { formatSeconds } from "../format-seconds.js";
import type { ResultRow } from "./result-row.js";

export interface ResultColumn {
  /** In CSV. */
  readonly name: string;
  /** Where JSON has it. */
  readonly json: string;
  /** In the table; what has none is not in it. */
  readonly title: string | undefined;
  readonly of: (row: ResultRow) => number | null;
  readonly text: (value: number) => string;
}

/** Costs a trial, NLL per bin and channel in nats. */
export const resultColumns: readonly ResultColumn[] = [
  column("epochs", "epochs", "epochs", 0, ({ results }) => results.epochs),
  column("lve_epoch", "lveEpoch", undefined, 0, ({ results }) => results.lveEpoch),
  column("train_cost", "trainCost", "train cost", 2, ({ results }) => results.trainCost),
  column("valid_cost", "validCost", "valid cost", 2, ({ results }) => results.validCost),
  column("sv_nll", "svNll", "sv NLL", 5, ({ results }) => results.svNll),
  measure("valid_nll", "nll", "valid NLL", 5, (all) => all.nll),
  measure("mean_rate_nll", "meanRateNll", "mean-rate NLL", 5, (all) => all.meanRateNll),
  measure("psth_nll", "psthNll", "PSTH NLL", 5, (all) => all.psthNll),
  measure("bits_per_spike", "bitsPerSpike", "bits/spike", 3, (all) => all.bitsPerSpike),
  measure("co_smoothing_bits_per_spike", "coSmoothing", undefined, 3, (all) => all.coSmoothing),
  measure("r2_pooled", "r2.pooled", "R²", 3, (all) => all.r2?.pooled),
  measure("r2_median_over_channels", "r2.medianOverChannels", "R² median", 3, (all) => all.r2?.medianOverChannels),
  measure("psth_r2", "psthR2", undefined, 3, (all) => all.psthR2),
  { ...column("train_seconds", "trainSeconds", "time", 0, ({ trainSeconds }) => trainSeconds), text: formatSeconds },
];

function column(
  name: string,
  json: string,
  title: string | undefined,
  digits: number,
  of: (row: ResultRow) => number | null | undefined,
): ResultColumn {
  return { name, json, title, of: (row) => of(row) ?? null, text: (value) => value.toFixed(digits) };
}

function measure(
  name: string,
  json: string,
  title: string | undefined,
  digits: number,
  of: (all: Measures) => number | null | undefined,
): ResultColumn {
  return column(name, json, title, digits, ({ results }) => of(results.all));
}

/** The column that has this name in CSV, JSON or the table: `valid_nll`, `all.nll`, `valid NLL`. */
export function resultColumn(name: string): ResultColumn | undefined {
  const asked = plain(name.replace(/^all\./, ""));
  return resultColumns.find(({ name, json, title = name }) =>
    [name, json, title].some((each) => plain(each) === asked),
  );
}

function plain(name: string): string {
  return name
    .toLowerCase()
    .replaceAll("²", "2")
    .replace(/[^a-z0-9]/g, "");
}
