import { openNpz } from "#lib/npy/open-npz.js";
import type { NpyContent, NpyPieces } from "#lib/npy/write-npy.js";
import { writeNpz } from "#lib/npy/write-npz.js";
import { type ExportedResults, MADE_BY } from "./exported-results.js";
import { blocksOf, type ResultArray } from "./result-array.js";

/** NPZ: an array for each array and fact, those of the model's variables named `model_params/<name>`. */
export async function writeResultsNpz(file: string, results: ExportedResults): Promise<void> {
  const arrays: Record<string, NpyContent | NpyPieces> = {};
  for (const [name, value] of Object.entries(results.facts)) {
    arrays[name] = { data: typeof value === "number" ? Float64Array.of(value) : [value], shape: [] };
  }
  for (const array of results.arrays) arrays[array.name] = pieces(array);
  if (results.conditionNames) arrays.condition_names = { data: results.conditionNames };
  for (const variable of results.variables) arrays[`model_params/${variable.name}`] = pieces(variable);
  writeNpz(file, arrays);
}

function pieces(array: ResultArray): NpyPieces {
  return {
    type: array.type,
    shape: array.shape,
    *pieces() {
      for (const [, values] of blocksOf(array)) yield values;
    },
  };
}

/** Of a .npz file: whether it was written by this project. */
export async function isExportedNpz(file: string): Promise<boolean> {
  const npz = openNpz(file);
  try {
    if (!npz.names.includes("made_by")) return false;
    const [madeBy = ""] = (await npz.array("made_by")).readText();
    return madeBy.startsWith(MADE_BY);
  } finally {
    npz.close();
  }
}
