import { lstatSync } from "node:fs";
import { relative } from "node:path";
import { counted } from "#lib/counted.js";
import type { ExportFormat } from "#lib/export/export-format.js";
import { exportWriters } from "#lib/export/export-writers.js";
import { type Failure, FailureError } from "#lib/failure.js";
import { formatBytes } from "#lib/format-bytes.js";
import { err, ok } from "#lib/result.js";
import type { PosteriorKind } from "#rules/plan.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { exitCode } from "../exit-code.js";
import { type ExportPlace, exportedFile, exportPlace } from "../export/export-place.js";
import { type ExportJob, runsToExport } from "../export/runs-to-export.js";
import { type Exported, writeExport } from "../export/write-export.js";
import { formatWarning } from "../format-warning.js";
import { withWorkspace } from "../open-workspace.js";
import { painter } from "../paint.js";
import { printFailures } from "../print-failures.js";
import { progressLine } from "../views/progress-line.js";

export interface ExportOptions {
  readonly out?: string;
  readonly format?: ExportFormat;
  readonly kind: PosteriorKind;
  readonly averages?: boolean;
  /** Comparisons as `c_gen_dim>64`. */
  readonly where?: readonly string[];
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Copies results to where the user wants them, a file for each dataset of each run. Writes nothing into the project. */
export async function exportRuns(
  context: CommandContext,
  patterns: readonly string[],
  options: ExportOptions,
): Promise<CommandResult> {
  return withWorkspace(context, {}, async (workspace) => {
    const { terminal, dir, verbose } = context;
    const place = exportPlace(dir, workspace.project, options);
    if (!place.ok) return place;
    const plan = await runsToExport(workspace, patterns, options);
    if (!plan.ok) return plan;
    const { jobs, failures } = plan.value;
    const refused = [...tooMany(place.value, jobs), ...(options.force ? [] : await foreign(place.value, jobs))];
    if (refused.length > 0) return err(refused);
    const failed = [...failures];
    const written: Exported[] = [];
    const progress = progressLine(terminal);
    for (const [i, job] of jobs.entries()) {
      progress.show(`exporting  ${i + 1} of ${jobs.length}  ${job.run} ${job.dataset.name}`);
      try {
        const file = exportedFile(place.value, job.run, job.dataset.name);
        const done = await writeExport(job, file, { format: place.value.format, averages: options.averages ?? false });
        written.push(done);
        progress.clear();
        if (!options.json) terminal.out(`${line(done, dir)}\n`);
        for (const what of done.notes) {
          const warning = { type: "warning", what, label: job.run } as const;
          terminal.err(`${formatWarning(warning, painter(terminal.errColour))}\n`);
        }
      } catch (error) {
        if (!(error instanceof FailureError)) throw error;
        failed.push(error.failure);
      }
    }
    progress.clear();
    if (options.json) terminal.out(`${JSON.stringify({ files: written, failures: failed }, null, 2)}\n`);
    printFailures(terminal, failed, verbose);
    return ok(failed.length > 0 ? exitCode.failed : exitCode.fine);
  });
}

function line({ file, trials, bytes }: Exported, dir: string): string {
  const way = relative(dir, file);
  return `${way.startsWith("..") ? file : way}  ${counted(trials, "trial")}, ${formatBytes(bytes)}`;
}

function tooMany({ path, isFile }: ExportPlace, jobs: readonly ExportJob[]): Failure[] {
  if (!isFile || jobs.length <= 1) return [];
  const what = `--out names one file, but ${jobs.length} are to be written: one for each dataset of each run.`;
  return [{ kind: "usage", what, where: path, hint: "Name a folder, or labels of one run of one dataset." }];
}

/** Files in the way that this command has not written. */
async function foreign(place: ExportPlace, jobs: readonly ExportJob[]): Promise<Failure[]> {
  const failures: Failure[] = [];
  for (const { run, dataset } of jobs) {
    const file = exportedFile(place, run, dataset.name);
    if (!(await isInTheWay(file, place.format))) continue;
    const what = "There is a file here that was not exported by lfads.";
    failures.push({
      kind: "usage",
      what,
      where: file,
      hint: "Choose another place with --out, or replace it: --force.",
    });
  }
  return failures;
}

async function isInTheWay(file: string, format: ExportFormat): Promise<boolean> {
  if (!lstatSync(file, { throwIfNoEntry: false })) return false;
  try {
    return !(await exportWriters[format].isExported(file));
  } catch (error) {
    if (error instanceof FailureError) return true;
    throw error;
  }
}
