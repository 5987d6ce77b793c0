/** Evaluations of runs as a table and as CSV. */
import type { Measures } from "#rules/evaluation.js";
import type { EvaluationRow } from "./collect-evaluations.js";
import { formatCsv } from "./format-csv.js";
import { dimHeader, formatTable } from "./format-table.js";
import type { Paint } from "./paint.js";

interface Measure {
  readonly title: string;
  readonly csv: string;
  readonly digits: number;
  readonly of: (all: Measures) => number | null | undefined;
}

const measures: readonly Measure[] = [
  { title: "NLL", csv: "nll", digits: 5, of: (all) => all.nll },
  { title: "mean-rate NLL", csv: "mean_rate_nll", digits: 5, of: (all) => all.meanRateNll },
  { title: "PSTH NLL", csv: "psth_nll", digits: 5, of: (all) => all.psthNll },
  { title: "bits/spike", csv: "bits_per_spike", digits: 3, of: (all) => all.bitsPerSpike },
  { title: "co-smoothing", csv: "co_smoothing_bits_per_spike", digits: 3, of: (all) => all.coSmoothing },
  { title: "R²", csv: "r2_pooled", digits: 3, of: (all) => all.r2?.pooled },
  { title: "R² median", csv: "r2_median_over_channels", digits: 3, of: (all) => all.r2?.medianOverChannels },
  { title: "PSTH R²", csv: "psth_r2", digits: 3, of: (all) => all.psthR2 },
];

/** Lists of R², one value for each state and for each dimension of behaviour. */
const lists = [
  { title: "states R²", csv: "states_r2", of: (all: Measures) => all.states },
  { title: "behavior R²", csv: "behavior_r2", of: (all: Measures) => all.behavior },
];

/** Likelihoods in nats per bin and channel. */
export function evaluationsTable(rows: readonly EvaluationRow[], paint: Paint): string[] {
  const columns = [
    { title: "run" },
    { title: "setting" },
    ...[...measures, ...lists].map(({ title }) => ({ title, align: "right" as const })),
  ];
  const cells = rows.map(({ label, setting, all }) => [
    label,
    setting,
    ...measures.map(({ of, digits }) => of(all)?.toFixed(digits) ?? ""),
    ...lists.map(({ of }) => (of(all) ?? []).map((value) => value?.toFixed(3) ?? "–").join(" ")),
  ]);
  return formatTable(columns, cells, dimHeader(paint));
}

/** A column for each value of a list, numbered from 1. */
export function evaluationsCsv(rows: readonly EvaluationRow[]): string {
  const widths = lists.map(({ of }) => Math.max(0, ...rows.map(({ all }) => of(all)?.length ?? 0)));
  const numbers = (width: number) => Array.from({ length: width }, (_, i) => i);
  return formatCsv([
    [
      ...["label", "setting", ...measures.map(({ csv }) => csv)],
      ...lists.flatMap(({ csv }, list) => numbers(widths[list]!).map((i) => `${csv}_${i + 1}`)),
    ],
    ...rows.map(({ label, setting, all }) => [
      ...[label, setting, ...measures.map(({ of }) => of(all) ?? null)],
      ...lists.flatMap(({ of }, list) => numbers(widths[list]!).map((i) => of(all)?.[i] ?? null)),
    ]),
  ]);
}
