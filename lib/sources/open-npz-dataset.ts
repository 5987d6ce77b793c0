import { toFloat64 } from "#lib/hdf5/hdf5-array.js";
import type { NpyArray } from "#lib/npy/npy-array.js";
import { openNpy, openNpz } from "#lib/npy/open-npz.js";
import type { ArrayFile } from "./array-file.js";
import { arraysReader } from "./arrays-reader.js";
import type { DatasetReader } from "./dataset-reader.js";
import type { EvaluationSpec, NpzSpec } from "./source-spec.js";

/** As the counts are read; all else with three axes follows them. */
const dataAxes = ["trials", "time", "channels"] as const;

/** Opens the arrays of a .npz archive that `spec` names, or the counts of a .npy file. Throws FailureError `data`. */
export async function openNpzDataset(name: string, spec: NpzSpec, file: string): Promise<DatasetReader> {
  const { counts = "counts", axes, ...more } = spec;
  const order = axes && dataAxes.map((axis) => axes.indexOf(axis));
  const arrays =
    spec.counts === undefined ? countsAlone(file, counts as string, order) : await namedArrays(file, spec, order);
  try {
    return arraysReader(name, { ...more, counts }, arrays);
  } catch (error) {
    arrays.close();
    throw error;
  }
}

function countsAlone(file: string, name: string, order?: readonly number[]): ArrayFile {
  const { array, close } = openNpy(file, order);
  return arrayFile(file, new Map([[name, array]]), close);
}

async function namedArrays(file: string, spec: NpzSpec, order?: readonly number[]): Promise<ArrayFile> {
  const npz = openNpz(file);
  try {
    const arrays = new Map<string, NpyArray>();
    for (const name of namesIn(spec)) if (!arrays.has(name)) arrays.set(name, await npz.array(name, order));
    return arrayFile(file, arrays, npz.close);
  } catch (error) {
    npz.close();
    throw error;
  }
}

/** What of a spec is no array. */
type Setting = "kind" | "axes" | "truthUnit" | "binMs" | keyof EvaluationSpec;
const fields: Readonly<Record<Exclude<keyof NpzSpec, Setting>, true>> = {
  counts: true,
  truth: true,
  condition: true,
  externalInputs: true,
  states: true,
  behavior: true,
  alignmentMatrix: true,
  alignmentBias: true,
  indices: true,
  time: true,
};

function namesIn(spec: NpzSpec): string[] {
  return (Object.keys(fields) as (keyof typeof fields)[]).flatMap((field) => {
    const names = spec[field];
    if (names === undefined) return [];
    return typeof names === "string" ? [names] : [names.train, names.valid];
  });
}

function arrayFile(file: string, arrays: ReadonlyMap<string, NpyArray>, close: () => void): ArrayFile {
  const array = (name: string): NpyArray => arrays.get(name)!;
  return {
    file,
    shape: (name) => array(name).shape,
    dtype: (name) => array(name).type.array ?? "string",
    readFloat64: (name) => toFloat64(array(name).read()),
    readFloat64Rows: (name, start, count) => toFloat64(array(name).readRows(start, count)),
    readStrings: (name) => array(name).readText(),
    close,
  };
}
