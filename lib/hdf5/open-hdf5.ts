import { closeSync, openSync, readSync } from "node:fs";
import { closestNames } from "#lib/closest-names.js";
import { FailureError } from "#lib/failure.js";
import type { Dataset, File, Metadata, Reference } from "./h5wasm-module.js";
import { loadH5wasm } from "./h5wasm-module.js";
import type { Hdf5Array, Hdf5NumberType } from "./hdf5-array.js";
import { bytesPerValue, newHdf5Array, sizeOf, toFloat64 } from "./hdf5-array.js";
import type { Block } from "./row-major-blocks.js";

/** Largest piece read at once: the heap of h5wasm never shrinks and ends near 2 GB. */
const sliceBytes = 16 * 2 ** 20;

/** `other` is a compound, a half-precision float and whatever else this project has no use for. */
export type Hdf5Type = Hdf5NumberType | "string" | "bool" | "reference" | "other";

export interface Hdf5Attribute {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  /** Of numbers a typed array; one value where the shape has no axes. */
  readonly value: unknown;
}

export interface Hdf5File {
  readonly file: string;
  /** Names in a group, sorted by code units; of the root when no group is given. */
  keys(group?: string): string[];
  /** Paths of all datasets, sorted by code units, without a leading slash. */
  paths(): string[];
  /** Whether a dataset or group is there. */
  has(path: string): boolean;
  /** Undefined where nothing is there. */
  kind(path: string): "dataset" | "group" | undefined;
  shape(path: string): readonly number[];
  dtype(path: string): Hdf5Type;
  /** All values, row-major; booleans as Int8Array. Throws FailureError where the path is missing or not numbers. */
  read(path: string): Hdf5Array;
  /** Rows along the first axis. */
  readRows(path: string, start: number, count: number): Hdf5Array;
  readFloat64(path: string): Float64Array;
  readFloat64Rows(path: string, start: number, count: number): Float64Array;
  readStrings(path: string): string[];
  /** Paths of the objects that a dataset of references points to, row-major. */
  references(path: string): string[];
  /** Path of what an attribute refers to; undefined where there is no such attribute, or it refers to nothing. */
  reference(path: string, name: string): string | undefined;
  /** Values of an attribute, undefined where there is none. */
  attribute(path: string, name: string): unknown;
  /** Paths of all datasets and groups, sorted by code units; a group's ends in a slash, the root is "/". */
  objects(): string[];
  /** Type with all its details, for comparison: `float32`, `string 8`, `>i4`. */
  typeText(path: string): string;
  /** The values in a box, row-major, of any type. */
  readBlock(path: string, block: Block): ArrayLike<unknown>;
  /** Attributes of a dataset or group by name, sorted by code units. */
  attributes(path: string): Hdf5Attribute[];
  close(): void;
}

/** Opens an HDF5 file for reading by slices. Throws FailureError `data` for a missing, foreign or truncated file. */
export async function openHdf5(file: string): Promise<Hdf5File> {
  const h5wasm = await loadH5wasm();
  const kind = signature(file);
  if (kind === "foreign") {
    throw broken(
      file,
      "This is not an HDF5 file.",
      "Check the pattern in the lfadsfile: HDF5 files can be read, MATLAB 7.3 and NWB 2 included.",
    );
  }
  try {
    return readerOf(new h5wasm.File(file, "r"), file);
  } catch (error) {
    if (error instanceof FailureError) throw error;
    const hint = "It may be cut short, or still being written. Copy or make it again.";
    throw broken(file, "The HDF5 file is damaged and cannot be opened.", hint, error);
  }
}

/** Whether a file that can be read has the signature of HDF5. Throws FailureError `data` where it cannot be read. */
export function isHdf5(file: string): boolean {
  return signature(file) === "hdf5";
}

function readerOf(source: File, file: string): Hdf5File {
  const datasets = (): string[] =>
    source
      .paths()
      .filter((path) => isDataset(source.get(path)))
      .sort(byCodeUnits);
  const dataset = (path: string): Dataset => {
    const entity = path === "" ? null : getEntity(source, path);
    if (isDataset(entity)) return entity;
    const there = closestNames(path.replace(/^\//, ""), datasets());
    const shown = there.slice(0, 8).join(", ") + (there.length > 8 ? `, and ${there.length - 8} more` : "");
    const hint = there.length > 0 ? `It holds, closest first: ${shown}.` : "It holds no dataset at all.";
    throw broken(`${file}:${path}`, "The HDF5 file has no such dataset.", hint);
  };
  const numbers = (path: string, start: number, count: number): Hdf5Array => {
    const found = dataset(path);
    const shape = shapeOf(found);
    const type = typeOf(found.metadata);
    if (type === "string" || type === "reference" || type === "other") {
      const holds = { string: "strings", reference: "references", other: "a type that is not read here" }[type];
      throw broken(`${file}:${path}`, `Numbers were expected, but the dataset holds ${holds}.`);
    }
    const stored = type === "bool" ? "int8" : type;
    const rowSize = sizeOf(shape.slice(1));
    const data = newHdf5Array(stored, count * rowSize);
    const rowsAtOnce = Math.max(1, Math.floor(sliceBytes / Math.max(1, rowSize * bytesPerValue(stored))));
    try {
      for (let row = 0; row < count && data.length > 0; row += rowsAtOnce) {
        const end = Math.min(count, row + rowsAtOnce);
        const slice = shape.length === 0 ? found.value : found.slice([[start + row, start + end]]);
        if (shape.length === 0) (data as Float64Array)[0] = slice as number;
        else (data as Float64Array).set(slice as Float64Array, row * rowSize);
      }
    } catch (error) {
      throw unreadable(`${file}:${path}`, error, found);
    }
    return data;
  };
  const referredTo = (reference: Reference): string => {
    const object = source.dereference(reference) as { path?: string } | null;
    if (object?.path === undefined) throw new Error("a reference points to nothing");
    return object.path;
  };
  const rowsOf = (path: string): number => shapeOf(dataset(path))[0] ?? 1;
  return {
    file,
    keys: (group = "/") => {
      const entity = getEntity(source, group) as File | null;
      return entity && "keys" in entity ? entity.keys().sort(byCodeUnits) : [];
    },
    paths: datasets,
    has: (path) => getEntity(source, path) !== null,
    shape: (path) => shapeOf(dataset(path)),
    dtype: (path) => typeOf(dataset(path).metadata),
    read: (path) => numbers(path, 0, rowsOf(path)),
    readRows: numbers,
    readFloat64: (path) => toFloat64(numbers(path, 0, rowsOf(path))),
    readFloat64Rows: (path, start, count) => toFloat64(numbers(path, start, count)),
    readStrings: (path) => {
      const found = dataset(path);
      if (typeOf(found.metadata) !== "string") {
        throw broken(`${file}:${path}`, "Strings were expected, but the dataset holds something else.");
      }
      try {
        const value = found.value as string | string[];
        return Array.isArray(value) ? value : [value];
      } catch (error) {
        throw unreadable(`${file}:${path}`, error, found);
      }
    },
    reference: (path, name) => {
      const found = getEntity(source, path)?.attrs[name];
      if (found === undefined || typeOf(found.metadata) !== "reference") return undefined;
      try {
        return referredTo([found.value].flat()[0] as Reference);
      } catch (error) {
        throw unreadable(`${file}:${path}`, error, found);
      }
    },
    kind: (path) => {
      const entity = getEntity(source, path);
      return entity === null ? undefined : isDataset(entity) ? "dataset" : "keys" in entity ? "group" : undefined;
    },
    references: (path) => {
      const found = dataset(path);
      if (typeOf(found.metadata) !== "reference") {
        throw broken(`${file}:${path}`, "References were expected, but the dataset holds something else.");
      }
      try {
        return (found.value as Reference[]).map(referredTo);
      } catch (error) {
        throw unreadable(`${file}:${path}`, error, found);
      }
    },
    attribute: (path, name) => getEntity(source, path)?.attrs[name]?.value ?? undefined,
    objects: () => {
      const named = source.paths().map((path) => ({ path, entity: source.get(path) }));
      const groups = named.filter(({ entity }) => entity !== null && "keys" in entity).map(({ path }) => `${path}/`);
      return ["/", ...groups, ...datasets()].sort(byCodeUnits);
    },
    typeText: (path) => typeText(dataset(path)),
    readBlock: (path, block) => {
      const found = dataset(path);
      try {
        const values = block.length === 0 ? [found.value] : found.slice(block.map(([start, end]) => [start, end]));
        return values as ArrayLike<unknown>;
      } catch (error) {
        throw unreadable(`${file}:${path}`, error, found);
      }
    },
    attributes: (path) => {
      const attributes = Object.entries(getEntity(source, path)?.attrs ?? {});
      return attributes
        .map(([name, found]) => ({ name, type: typeText(found), shape: found.shape ?? [0], value: found.value }))
        .sort((a, b) => byCodeUnits(a.name, b.name));
    },
    close: () => {
      source.close();
    },
  };
}

function getEntity(source: File, path: string): File | null {
  if (path === "/") return source;
  try {
    return source.get(path.replace(/\/+$/, "")) as File | null;
  } catch {
    return null; // a path through something that is no group
  }
}

function isDataset(entity: unknown): entity is Dataset {
  return (entity as { type?: string } | null)?.type === "Dataset";
}

function shapeOf(dataset: Dataset): readonly number[] {
  return dataset.shape ?? [0];
}

function typeOf(metadata: Metadata): Hdf5Type {
  const { type, size, signed } = metadata;
  if (type === 0) return `${signed ? "int" : "uint"}${size * 8}` as Hdf5NumberType;
  if (type === 1) return size === 4 ? "float32" : size === 8 ? "float64" : "other";
  if (type === 3) return "string";
  if (type === 7) return "reference";
  const members = metadata.enum_type?.members;
  return members && "TRUE" in members && "FALSE" in members && size === 1 ? "bool" : "other";
}

function typeText({ metadata, dtype }: Pick<Dataset, "metadata" | "dtype">): string {
  const type = typeOf(metadata);
  if (type === "string") return metadata.vlen ? "string" : `string ${metadata.size}`;
  if (type === "reference" || type === "other") return JSON.stringify(dtype);
  return metadata.littleEndian ? type : `${type} big-endian`;
}

/** Looks for the HDF5 signature where it may stand: at 0, or after a user block of 512, 1024, 2048… bytes. */
function signature(file: string): "hdf5" | "foreign" {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw broken(file, missing ? "The file does not exist." : "The file cannot be opened.", undefined, error);
  }
  try {
    const bytes = Buffer.alloc(8);
    for (let offset = 0; ; offset = offset === 0 ? 512 : offset * 2) {
      if (readSync(descriptor, bytes, 0, 8, offset) < 8) return "foreign";
      if (bytes.equals(Buffer.from("\x89HDF\r\n\x1a\n", "latin1"))) return "hdf5";
    }
  } catch (error) {
    throw broken(file, "The file cannot be read.", undefined, error);
  } finally {
    closeSync(descriptor);
  }
}

/** HDF5 brings the filters 1 to 6: deflate, shuffle, fletcher32, szip, nbit and scaleoffset. */
const lastOwnFilter = 6;

function unreadable(where: string, error: unknown, { filters = [] }: Partial<Dataset> = {}): FailureError {
  const foreign = (filters as { id: number; name: string }[]).find(({ id }) => id > lastOwnFilter);
  if (foreign) {
    const what = `The dataset is compressed with ${foreign.name.replace(/[^\x20-\x7e].*/s, "") || `filter ${foreign.id}`}, which cannot be read here.`;
    return broken(where, what, "Write it with gzip: h5repack -f GZIP=4 old.h5 new.h5", error);
  }
  return broken(where, "The dataset cannot be read: the HDF5 file is damaged.", "Copy or make the file again.", error);
}

function broken(where: string, what: string, hint?: string, error?: unknown): FailureError {
  const detail = error instanceof Error ? { detail: error.message } : {};
  return new FailureError({ kind: "data", what, where, ...(hint ? { hint } : {}), ...detail });
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
