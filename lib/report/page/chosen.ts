/** What the choice means for a run: what is named and exists, else what tells most. */
import type { DatasetDetail, ReportData, ReportRun, RunDetail } from "#lib/report/report-data.js";
import type { Choice } from "./choice.js";
import { matrixOf, numbersOf } from "./matrix.js";

/** The run that is named, else the best by validation NLL among those with details. */
export function chosenRun({ runs }: ReportData, { run }: Choice): ReportRun {
  const named = runs.find(({ label }) => label === run);
  if (named) return named;
  const nll = (each: ReportRun) => each.results.nll ?? each.results.validCost ?? Number.POSITIVE_INFINITY;
  const shown = runs.some(({ detail }) => detail) ? runs.filter(({ detail }) => detail) : runs;
  return shown.reduce((best, each) => (nll(each) < nll(best) ? each : best));
}

export function chosenDataset({ datasets }: RunDetail, { dataset }: Choice): DatasetDetail | undefined {
  return datasets.find(({ name }) => name === dataset) ?? datasets[0];
}

/** Indices in the dataset's arrays; a condition that the dataset lacks is another. */
export interface Chosen {
  readonly trial: number;
  readonly channel: number;
  readonly condition: number;
  readonly factor: number;
}

export function chosenIndices({ conditions, factors }: RunDetail, dataset: DatasetDetail, choice: Choice): Chosen {
  const channels = numbersOf(dataset.channels);
  const there = dataset.averages ? numbersOf(dataset.averages.nTrials).map((count) => count > 0) : [];
  const named = conditions.indexOf(choice.condition ?? "");
  return {
    trial: Math.max(
      0,
      dataset.trials.findIndex(({ number }) => String(number) === choice.trial),
    ),
    channel: channels.includes(Number(choice.channel)) ? channels.indexOf(Number(choice.channel)) : busiest(dataset),
    condition: there[named] ? named : Math.max(0, there.indexOf(true)),
    factor: Math.min(factors, Math.max(1, Math.trunc(Number(choice.factor)) || 1)) - 1,
  };
}

const busiestOf = new WeakMap<DatasetDetail, number>();

/** The channel with the greatest mean rate in the trials shown. */
function busiest(dataset: DatasetDetail): number {
  const known = busiestOf.get(dataset);
  if (known !== undefined) return known;
  const { shape, data } = matrixOf(dataset.rates);
  const sums = new Float64Array(shape[2]!);
  for (let i = 0; i < data.length; i++) sums[i % sums.length]! += data[i]!;
  const channel = sums.indexOf(Math.max(...sums));
  busiestOf.set(dataset, channel);
  return channel;
}
