/** Results of runs as a table, as JSON and as CSV. */
import type { ResultRow } from "./collect-results.js";
import { formatCsv } from "./format-csv.js";
import { formatSeconds } from "./format-seconds.js";
import { type Column, dimHeader, formatTable } from "./format-table.js";
import type { Paint } from "./paint.js";

const columns: readonly Column[] = [
  { title: "run" },
  { title: "setting" },
  { title: "epochs", align: "right" },
  { title: "train cost", align: "right" },
  { title: "valid cost", align: "right" },
  { title: "sv NLL", align: "right" },
  { title: "valid NLL", align: "right" },
  { title: "mean-rate NLL", align: "right" },
  { title: "PSTH NLL", align: "right" },
  { title: "bits/spike", align: "right" },
  { title: "R²", align: "right" },
  { title: "R² median", align: "right" },
  { title: "time", align: "right" },
];

/** Costs a trial, NLL per bin and channel in nats. */
export function resultsTable(rows: readonly ResultRow[], paint: Paint): string[] {
  const cells = rows.map(({ label, setting, results: { epochs, trainCost, validCost, svNll, all }, trainSeconds }) => [
    label,
    setting,
    String(epochs),
    trainCost.toFixed(2),
    validCost.toFixed(2),
    svNll?.toFixed(5) ?? "",
    all.nll.toFixed(5),
    all.meanRateNll.toFixed(5),
    all.psthNll?.toFixed(5) ?? "",
    all.bitsPerSpike?.toFixed(3) ?? "",
    all.r2?.pooled.toFixed(3) ?? "",
    all.r2?.medianOverChannels.toFixed(3) ?? "",
    trainSeconds === null ? "" : formatSeconds(trainSeconds),
  ]);
  return formatTable(columns, cells, dimHeader(paint));
}

export function resultsJson(rows: readonly ResultRow[]): unknown {
  return rows.map(({ label, setting, results, trainSeconds }) => ({ label, setting, ...results, trainSeconds }));
}

export function resultsCsv(rows: readonly ResultRow[]): string {
  const titles = [
    ...["label", "setting", "epochs", "lve_epoch", "train_cost", "valid_cost", "sv_nll", "valid_nll", "mean_rate_nll"],
    ...["psth_nll", "bits_per_spike", "r2_pooled", "r2_median_over_channels", "train_seconds"],
  ];
  return formatCsv([
    titles,
    ...rows.map(({ label, setting, results: { epochs, lveEpoch, trainCost, validCost, svNll, all }, trainSeconds }) => [
      ...[label, setting, epochs, lveEpoch, trainCost, validCost, svNll ?? null, all.nll, all.meanRateNll],
      ...[all.psthNll, all.bitsPerSpike, all.r2?.pooled ?? null, all.r2?.medianOverChannels ?? null, trainSeconds],
    ]),
  ]);
}
