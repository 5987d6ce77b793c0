/** What is missing or not sure of what was found, and what to do, a sentence each. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { FoundSetting } from "./describe-setting.js";
import type { Run, Spec } from "./run-folder.js";

export function settingNotes({ paramName, params: { confirmed, unsure, own } }: FoundSetting): string[] {
  if (confirmed) return [];
  const owned = unsure.filter((name) => name in own);
  const others = unsure.filter((name) => !(name in own));
  const parts = [
    `The values that were found do not give ${paramName}: some is not exact or not known.`,
    ...(others.length > 0 ? [`Give more exactly, in its runParams: ${others.join(", ")}.`] : []),
    ...(owned.length > 0 ? [`Give the class and default of your own, in custom: ${owned.join(", ")}.`] : []),
    ...(unsure.length === 0 ? ["A parameter of your own that summary.txt does not show may be missing."] : []),
    "Then take out unconfirmed.",
  ];
  return [parts.join(" ")];
}

export function runNotes({ setting, spec, dir }: Run, runSpecs: readonly Spec[]): string[] {
  const run = `${setting}/${spec}`;
  const outputs = new Set(readdirSync(join(dir, "lfadsOutput")));
  if (!outputs.has("fitlog.csv"))
    return [`${run} has no fitlog.csv: its training has not begun, or its files are gone.`];
  const unsampled = runSpecs
    .find(({ name }) => name === spec)!
    .datasets.filter(
      (name) => !["_and_average", ""].some((end) => outputs.has(`model_runs_${name}.h5_valid_posterior_sample${end}`)),
    );
  const notes = existsSync(join(dir, "lfads.done")) ? [] : [`${run} has no lfads.done: it was not finished.`];
  if (unsampled.length > 0) notes.push(`${run} has no posterior of ${unsampled.join(", ")}, and so no results.`);
  if (!outputs.has("checkpoint_lve")) notes.push(`${run} has no checkpoint_lve, and so no results.`);
  return notes;
}
