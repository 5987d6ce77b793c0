/** A second run beside the one that is looked at: its name, and its line where this page has the same of it. */
import type { DatasetDetail, ReportData, ReportRun } from "#lib/report/report-data.js";
import type { Choice } from "./choice.js";
import { paramText } from "./format.js";
import { at, column, matrixOf, numbersOf } from "./matrix.js";
import { runName } from "./run-rows.js";

/** More parameters than these would not fit into a legend. */
const MOST_PARAMS = 2;

export interface Compared {
  readonly run: ReportRun;
  /** What tells it from the run that is looked at. */
  readonly name: string;
}

export interface ComparedLine {
  readonly times: readonly number[];
  readonly values: readonly number[];
}

/** The run that is named, if it is another. */
export function comparedRun({ runs, varying }: ReportData, chosen: ReportRun, choice: Choice): Compared | undefined {
  const run = runs.find(({ label }) => label === choice.compare);
  if (!run || run === chosen) return undefined;
  const differing = varying.filter((name) => paramText(run.params[name]) !== paramText(chosen.params[name]));
  const isShort = run.spec === chosen.spec && differing.length > 0 && differing.length <= MOST_PARAMS;
  const setting = differing.map((name) => `${name} ${paramText(run.params[name])}`).join(", ");
  return { run, name: isShort ? setting : run.spec === chosen.spec ? run.paramName : runName(run) };
}

/** Inferred rates of the trial and channel with these numbers. */
export function comparedRates(
  { run }: Compared,
  dataset: string,
  trial: number,
  channel: number,
): ComparedLine | undefined {
  const other = datasetOf(run, dataset);
  const row = other?.trials.findIndex(({ number }) => number === trial) ?? -1;
  return other && lineOf(other, other.rates, row, channel);
}

/** Averages of the inferred rates of the channel over the condition. */
export function comparedAverage(
  { run }: Compared,
  dataset: string,
  condition: string,
  channel: number,
): ComparedLine | undefined {
  const other = datasetOf(run, dataset);
  const row = run.detail?.conditions.indexOf(condition) ?? -1;
  return other?.averages && lineOf(other, other.averages.psthModel, row, channel);
}

const datasetOf = (run: ReportRun, dataset: string) => run.detail?.datasets.find(({ name }) => name === dataset);

function lineOf(
  dataset: DatasetDetail,
  values: DatasetDetail["rates"],
  row: number,
  channel: number,
): ComparedLine | undefined {
  const place = numbersOf(dataset.channels).indexOf(channel);
  if (row < 0 || place < 0) return undefined;
  return { times: numbersOf(dataset.timesMs), values: column(at(matrixOf(values), row), place) };
}
