/** A collection of runs as it lies on disk: what it consists of, and what is not known or not there. */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { safeNameProblem } from "#lib/config/safe-name.js";
import type { Failure } from "#lib/failure.js";
import { err, ok, type Result } from "#lib/result.js";
import { describeSetting, type FoundSetting } from "./describe-setting.js";
import { foldersIn } from "./find-collections.js";
import { type FoundDataset, findDatasets } from "./find-datasets.js";
import { runNotes, settingNotes } from "./found-notes.js";
import { readSummary } from "./read-summary.js";
import { inputNames, type Run, readIfThere, type Spec } from "./run-folder.js";

export interface FoundCollection {
  /** Of its folder, as labels have it. */
  readonly name: string;
  readonly dir: string;
  readonly datasetCollection: string;
  readonly datasets: readonly FoundDataset[];
  readonly runSpecs: readonly Spec[];
  readonly settings: readonly FoundSetting[];
  /** Number of runs with a file at least. */
  readonly runs: number;
  /** What is missing or not sure, a sentence each. */
  readonly notes: readonly string[];
}

export async function describeCollection(dir: string): Promise<Result<FoundCollection, readonly Failure[]>> {
  const name = basename(dir);
  const bad = safeNameProblem(name);
  if (bad) {
    const what = `The folder's name cannot be that of a run collection: ${bad}.`;
    return err([{ kind: "usage", what, where: dir, hint: "Name a link to it otherwise, and import that." }]);
  }
  const text = readIfThere(join(dir, "summary.txt"));
  const summary = text === undefined ? undefined : readSummary(text);
  const notes: string[] = [];
  if (text === undefined) notes.push("There is no summary.txt: values are taken from what the runs were trained with.");
  else if (!summary) notes.push("summary.txt cannot be read: values are taken from what the runs were trained with.");

  const order = summary?.settings.map(({ paramName }) => paramName) ?? [];
  const there = foldersIn(dir).filter((each) => /^param_[\w-]{6}$/.test(each));
  const folders = [...order.filter((each) => there.includes(each)), ...there.filter((each) => !order.includes(each))];
  const runs = folders.flatMap((setting) =>
    foldersIn(join(dir, setting)).map((spec): Run => ({ setting, spec, dir: join(dir, setting, spec) })),
  );
  const made = runs.filter((run) => existsSync(join(run.dir, "lfadsOutput")));
  if (made.length === 0) {
    const what = "None of its runs was trained: there is no lfadsOutput in any.";
    return err([
      {
        kind: "usage",
        what,
        where: dir,
        hint: "There is nothing to import. A lfadsfile of your own builds such runs.",
      },
    ]);
  }
  for (const { paramName } of summary?.settings ?? [])
    if (!made.some(({ setting }) => setting === paramName))
      notes.push(`${paramName} is in summary.txt, but was not trained.`);

  const runSpecs = specsOf(made, summary?.runSpecs ?? []);
  const settings: FoundSetting[] = [];
  for (const paramName of folders) {
    const own = made.filter(({ setting }) => setting === paramName);
    if (own.length === 0) continue;
    const printed = summary?.settings.find((setting) => setting.paramName === paramName);
    if (summary && !printed)
      notes.push(`${paramName} is not in summary.txt: its values are taken from what it was trained with.`);
    settings.push(await describeSetting(dir, paramName, printed, own, runSpecs));
  }
  const missing: Failure[] = [];
  const datasets = await findDatasets(dir, made, runSpecs, settings, missing);
  if (missing.length > 0) return err(missing);
  notes.push(...settings.flatMap(settingNotes), ...made.flatMap((run) => runNotes(run, runSpecs)));
  for (const run of runs)
    if (!made.includes(run) && run.spec !== "seq") notes.push(`${run.setting}/${run.spec} was not trained.`);
  return ok({
    name,
    dir,
    datasetCollection: summary?.datasetCollection || name,
    datasets,
    runSpecs,
    settings,
    runs: made.length,
    notes,
  });
}

/** Those of the runs on disk, with the datasets that summary.txt, or the runs' input, names. */
function specsOf(runs: readonly Run[], printed: readonly Spec[]): readonly Spec[] {
  const names = [...new Set([...printed.map(({ name }) => name), ...runs.map(({ spec }) => spec)])];
  return names.flatMap((name) => {
    const own = runs.filter(({ spec }) => spec === name);
    const known = printed.find((spec) => spec.name === name)?.datasets ?? [];
    const datasets = known.length > 0 ? known : [...new Set(own.flatMap(({ dir }) => inputNames(dir)))].sort();
    return own.length > 0 ? [{ name, datasets }] : [];
  });
}
