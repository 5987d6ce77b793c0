import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { type Hdf5Writer, writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import { type ExportedResults, MADE_BY } from "./exported-results.js";
import { blocksOf, type ResultArray } from "./result-array.js";

const GZIP_LEVEL = 1;

/** HDF5: arrays by their names, facts as attributes of the file, the model's variables in `model_params`. */
export async function writeResultsH5(file: string, results: ExportedResults): Promise<void> {
  await writeHdf5(file, (w) => {
    for (const [name, value] of Object.entries(results.facts)) w.attribute("/", name, value);
    for (const array of results.arrays) {
      writeArray(w, array.name, array);
      w.attribute(array.name, "about", array.about);
      w.attribute(array.name, "axes", array.axes);
      if (array.unit) w.attribute(array.name, "unit", array.unit);
    }
    if (results.conditionNames) w.strings("condition_names", results.conditionNames);
    for (const variable of results.variables) {
      w.dataset(`model_params/${variable.name}`, variable.rows(0, variable.shape[0] ?? 1), variable.shape);
    }
  });
}

/** Writes an array block by block; `shape` where another than its own is wanted for the same values. */
export function writeArray(
  w: Hdf5Writer,
  path: string,
  array: ResultArray,
  shape: readonly number[] = array.shape,
): void {
  const writer = w.create(path, { shape, type: array.type, gzip: GZIP_LEVEL });
  const rowsPerRow = (shape[0] ?? 1) / Math.max(1, array.shape[0] ?? 1);
  for (const [start, values] of blocksOf(array)) writer.writeRows(start * rowsPerRow, values);
}

/** Of an HDF5 file, NWB included: whether it was written by this project. */
export async function isExportedHdf5(file: string): Promise<boolean> {
  const h5 = await openHdf5(file);
  try {
    return String(h5.attribute("/", "made_by") ?? "").startsWith(MADE_BY);
  } finally {
    h5.close();
  }
}
