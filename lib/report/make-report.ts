import { readFileSync } from "node:fs";
import { readScalars } from "#lib/tensorboard/read-scalars.js";
import { COST_CHARACTERS, costCurves } from "./cost-curves.js";
import { type DatasetSize, MOST_DETAILED_RUNS, planDetails } from "./plan-details.js";
import type { CostCurves, ReportData, RunDetail } from "./report-data.js";
import { datasetSizes, runDetail } from "./run-detail.js";
import type { RunSources } from "./run-sources.js";

export interface ReportSources extends Omit<ReportData, "version" | "runs"> {
  readonly runs: readonly RunSources[];
}

export interface ReportOptions {
  /** About so many characters of data. */
  readonly characters?: number;
  readonly onProgress?: (done: number) => void;
  readonly signal?: AbortSignal;
}

const CHARACTERS = 4_000_000;
/** Parts of the characters: lists of files are left out beyond this, and so much of the rest is for curves. */
const FILES_PART = 0.3;
const COSTS_PART = 0.25;
const [FEWEST_EPOCHS, MOST_EPOCHS] = [60, 500];

/**
 * Of all runs what they reached; of those of the lowest validation NLL also curves, and trials, as much as fits. Reads one
 * dataset at a time, and of it some trials at a time. Throws FailureError for a file that cannot be read.
 */
export async function makeReport(sources: ReportSources, options: ReportOptions = {}): Promise<ReportData> {
  const { characters = CHARACTERS, onProgress = () => {}, signal } = options;
  const { runs, ...facts } = sources;
  const listed = charactersOf(runs.map(factsOf)) <= FILES_PART * characters;
  const rows = runs.map((run) => (listed ? factsOf(run) : { ...factsOf(run), files: [] }));
  const left = Math.max(0, characters - charactersOf(rows));
  const best = byNll(runs);
  const costs = readCosts(best, COSTS_PART * left);
  const details = await readDetails(best, (1 - COSTS_PART) * left, (done) => {
    signal?.throwIfAborted();
    onProgress(done);
  });
  return {
    version: 1,
    ...facts,
    runs: rows.map((row, i) => {
      const run = runs[i]!;
      const [cost, detail] = [costs.get(run), details.get(run)];
      return { ...row, ...(cost ? { cost } : {}), ...(detail ? { files: run.files, detail } : {}) };
    }),
  };
}

function factsOf({ fitlog: _, events: __, parts: ___, binMs: ____, alignment: _____, ...facts }: RunSources) {
  return facts;
}

const charactersOf = (value: unknown) => JSON.stringify(value).length;

/** The lowest validation NLL first, then those that have none, in their order. */
function byNll(runs: readonly RunSources[]): RunSources[] {
  const nll = ({ results }: RunSources) => results.nll ?? Number.POSITIVE_INFINITY;
  return [...runs].sort((a, b) => (nll(a) === nll(b) ? 0 : nll(a) - nll(b)));
}

function readCosts(best: readonly RunSources[], characters: number): Map<RunSources, CostCurves> {
  const costs = new Map<RunSources, CostCurves>();
  const trained = best.filter(({ fitlog }) => fitlog !== undefined);
  const charactersEach = (epochs: number) => COST_CHARACTERS.run + epochs * COST_CHARACTERS.epoch;
  const epochs = Math.floor((characters / Math.max(1, trained.length) - COST_CHARACTERS.run) / COST_CHARACTERS.epoch);
  const most = Math.max(FEWEST_EPOCHS, Math.min(MOST_EPOCHS, epochs));
  for (const run of trained.slice(0, Math.floor(characters / charactersEach(most)))) {
    const scalars = new Map(run.events.flatMap((file) => [...readScalars(file)]));
    const curves = costCurves(readFileSync(run.fitlog!, "utf8"), scalars, run.results.lveEpoch ?? null, most);
    if (curves) costs.set(run, curves);
  }
  return costs;
}

async function readDetails(
  best: readonly RunSources[],
  characters: number,
  onProgress: (done: number) => void,
): Promise<Map<RunSources, RunDetail>> {
  const candidates: { run: RunSources; sizes: readonly DatasetSize[] }[] = [];
  for (const run of best) {
    if (candidates.length === MOST_DETAILED_RUNS) break;
    if (!run.parts) continue;
    const sizes = await datasetSizes(run);
    if (sizes.every(({ factors, trials }) => factors > 0 && trials > 0)) candidates.push({ run, sizes });
  }
  const details = new Map<RunSources, RunDetail>();
  const plans = planDetails(
    candidates.map(({ sizes }) => sizes),
    characters,
  );
  for (const [i, plan] of plans.entries()) {
    const { run } = candidates[i]!;
    details.set(run, await runDetail(run, plan, (done) => onProgress((i + done) / plans.length)));
  }
  return details;
}
