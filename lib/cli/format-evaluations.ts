/** Evaluations of runs as a table and as CSV. */
import type { Measures } from "#rules/evaluation.js";
import type { EvaluationRow } from "./collect-evaluations.js";
import { formatCsv } from "./format-csv.js";
import type { Paint } from "./paint.js";
import { type RunColumn, runTable } from "./run-table.js";

interface Measure {
  readonly title: string;
  readonly csv: string;
  readonly digits: number;
  readonly of: (all: Measures) => number | null | undefined;
  /** In which order columns go that a narrow terminal has no room for. */
  readonly goes?: number;
}

const measures: readonly Measure[] = [
  { title: "NLL", csv: "nll", digits: 5, of: (all) => all.nll },
  { title: "mean-rate NLL", csv: "mean_rate_nll", digits: 5, of: (all) => all.meanRateNll, goes: 1 },
  { title: "PSTH NLL", csv: "psth_nll", digits: 5, of: (all) => all.psthNll, goes: 0 },
  { title: "bits/spike", csv: "bits_per_spike", digits: 3, of: (all) => all.bitsPerSpike },
  { title: "co-smoothing", csv: "co_smoothing_bits_per_spike", digits: 3, of: (all) => all.coSmoothing },
  { title: "R²", csv: "r2_pooled", digits: 3, of: (all) => all.r2?.pooled },
  { title: "R² median", csv: "r2_median_over_channels", digits: 3, of: (all) => all.r2?.medianOverChannels, goes: 2 },
  { title: "PSTH R²", csv: "psth_r2", digits: 3, of: (all) => all.psthR2 },
];

/** Lists of R², one value for each state and for each dimension of behaviour. */
const lists = [
  { title: "states R²", csv: "states_r2", of: (all: Measures) => all.states },
  { title: "behavior R²", csv: "behavior_r2", of: (all: Measures) => all.behavior },
];

const columns: readonly RunColumn<EvaluationRow>[] = [
  ...measures.map(({ title, of, digits, goes }) => ({
    title,
    text: ({ all }: EvaluationRow) => of(all)?.toFixed(digits) ?? "",
    goes,
  })),
  ...lists.map(({ title, of }) => ({
    title,
    text: ({ all }: EvaluationRow) => (of(all) ?? []).map((value) => value?.toFixed(3) ?? "–").join(" "),
  })),
];

/** Likelihoods in nats per bin and channel. `width`: of the terminal; infinite where there is none. */
export function evaluationsTable(rows: readonly EvaluationRow[], paint: Paint, width: number): string[] {
  return runTable(rows, columns, { width, all: "lfads evaluate --csv", paint });
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
