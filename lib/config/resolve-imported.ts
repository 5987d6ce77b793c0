import type { ImportedSettingDefinition } from "./definition.js";
import { findImportedFiles } from "./find-imported-files.js";
import type { Problem } from "./problem.js";
import type { ImportedFiles, RunParams } from "./project.js";

/** The files of an imported collection; null for one that the build makes. */
export function resolveImported(
  collectionDir: string,
  imported: readonly ImportedSettingDefinition[] | undefined,
  settings: number,
  place: readonly string[],
  problems: Problem[],
): ImportedFiles | null {
  if (!Array.isArray(imported)) return null;
  if (imported.length !== settings) {
    const what = `imported names the folders of ${imported.length} settings, but params has ${settings}.`;
    problems.push({ place, what, hint: "Give each setting its folders, in the order of params." });
  }
  const files = findImportedFiles(collectionDir, imported);
  for (const [i, { param }] of imported.entries()) {
    if (files[param]?.length !== 0) continue;
    const what = `There is no ${param} in ${collectionDir}, or nothing in it.`;
    problems.push({
      place: [...place.slice(0, -1), `imported[${i}]`],
      what,
      hint: "Put the runs back, or take the setting out of params and imported.",
    });
  }
  return files;
}

/** The setting under the names of its folders. */
export function importedNames(
  params: RunParams,
  folders: ImportedSettingDefinition | undefined,
  place: readonly string[],
  problems: Problem[],
): RunParams {
  if (!folders) return params;
  const { param, data, unconfirmed = false } = folders;
  if (param !== params.paramName && !unconfirmed) {
    const what = `Its values give ${params.paramName}, but it is imported from ${param}.`;
    const hint =
      "Imported runs are what they are: put the values back. For other values make another runCollection(…).";
    problems.push({ place, what, hint });
  }
  return { ...params, paramName: param, dataName: data };
}
