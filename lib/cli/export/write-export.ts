import { renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { diskFailure } from "#lib/disk-failure.js";
import { averageArrays } from "#lib/export/average-arrays.js";
import type { ExportFormat } from "#lib/export/export-format.js";
import { exportWriters } from "#lib/export/export-writers.js";
import { MADE_BY } from "#lib/export/exported-results.js";
import { openRunResults } from "#lib/export/open-run-results.js";
import { FailureError } from "#lib/failure.js";
import { makeFolder } from "#lib/make-folder.js";
import { packageVersion } from "#lib/package-facts.js";
import { asideOf, removeAsides } from "#lib/replace-file.js";
import type { ExportJob } from "./runs-to-export.js";

export interface Exported {
  readonly file: string;
  readonly format: ExportFormat;
  readonly run: string;
  readonly dataset: string;
  readonly kind: string;
  readonly trials: number;
  readonly bytes: number;
  /** Names of the arrays. */
  readonly arrays: readonly string[];
  /** What could not be read, a sentence each. */
  readonly notes: readonly string[];
}

/** Writes one file, whole or not at all. Throws FailureError. */
export async function writeExport(
  job: ExportJob,
  file: string,
  { format, averages }: { readonly format: ExportFormat; readonly averages: boolean },
): Promise<Exported> {
  const binMs = job.params.values.spikeBinMs as number;
  const results = await openRunResults(job.files, binMs);
  try {
    if (averages && !results.conditionNames) throw noConditions(job);
    const more = averages ? averageArrays(results.arrays, results.conditionNames!.length, binMs) : [];
    const arrays = [...results.arrays, ...more];
    const facts = {
      made_by: `${MADE_BY} ${packageVersion()}`,
      made_at: job.madeAt,
      run: job.run,
      dataset: job.dataset.name,
      kind: job.kind,
      bin_ms: binMs,
      params: JSON.stringify(job.params.nonDefault),
    };
    const { conditionNames, variables, notes } = results;
    const { metadata = {} } = job.dataset;
    await inPlace(file, (aside) =>
      exportWriters[format].write(aside, { facts, arrays, conditionNames, variables, metadata }, job.dataset.file),
    );
    const { run, kind } = job;
    const trials = arrays[0]!.shape[0]!;
    const names = arrays.map(({ name }) => name);
    const { size: bytes } = statSync(file);
    return { file, format, run, dataset: job.dataset.name, kind, trials, bytes, arrays: names, notes };
  } finally {
    results.close();
  }
}

/** Aside first, so that the file is there whole; what a killed export has left beside it is removed. */
async function inPlace(file: string, write: (aside: string) => Promise<void>): Promise<void> {
  const aside = asideOf(file);
  try {
    makeFolder(dirname(file));
    removeAsides(dirname(file));
    await write(aside);
    renameSync(aside, file);
  } catch (error) {
    rmSync(aside, { force: true });
    const failure = error instanceof FailureError ? error.failure : diskFailure(error);
    if (!failure) throw error;
    throw new FailureError({ ...failure, where: failure.where?.replace(aside, file) ?? file });
  }
}

function noConditions({ run, dataset }: ExportJob): FailureError {
  const what = `${dataset.name} has no conditions that trials could be averaged over.`;
  const hint = "Name them in the source of the recording (docs/own-data.md), or export without --averages.";
  return new FailureError({ kind: "usage", what, target: run, hint });
}
