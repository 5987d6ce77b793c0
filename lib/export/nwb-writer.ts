/** The neurodata types of NWB 2 that an export has, as HDF5 groups and datasets with their attributes. */
import { createHash } from "node:crypto";
import type { Hdf5Writer } from "#lib/hdf5/write-hdf5.js";
import type { ResultArray } from "./result-array.js";
import { writeArray } from "./write-results-h5.js";

/** The version of the schema whose types are written; all of them are in later ones, too. */
export const NWB_VERSION = "2.8.0";

/** A column of a table: an array with a row for each of the table's, or texts. */
export type NwbColumn =
  | ResultArray
  | { readonly name: string; readonly about: string; readonly texts: readonly string[] };

export class NwbWriter {
  readonly #w: Hdf5Writer;
  readonly #seed: string;

  /** `seed`: what tells this file from others; ids of objects follow from it. */
  constructor(w: Hdf5Writer, seed: string) {
    this.#w = w;
    this.#seed = seed;
  }

  /** An id that is the same whenever the same is exported. */
  uuid(path: string): string {
    const hex = createHash("sha256").update(`${this.#seed}\0${path}`).digest("hex");
    const variant = "89ab"[Number.parseInt(hex[16]!, 16) % 4];
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  }

  group(path: string, type: string, attributes: Readonly<Record<string, string | readonly string[]>> = {}): void {
    if (path !== "/") this.#w.group(path);
    this.#attributes(path, type, attributes);
  }

  text(path: string, value: string): void {
    this.#w.text(path, value);
  }

  /** A TimeSeries of all trials end to end: trials × time × values as one long time × values. */
  timeSeries(path: string, array: ResultArray, binMs: number): void {
    const [trials = 0, bins = 0, ...rest] = array.shape;
    this.group(path, "TimeSeries", {
      description: array.about,
      comments: "Trials lie end to end: see intervals/trials.",
    });
    writeArray(this.#w, `${path}/data`, array, [trials * bins, ...rest]);
    this.#w.attribute(`${path}/data`, "unit", array.unit ?? "a.u.");
    for (const [name, value] of [
      ["conversion", 1],
      ["offset", 0],
      ["resolution", -1],
    ] as const) {
      this.#w.attribute(`${path}/data`, name, value);
    }
    this.#w.dataset(`${path}/starting_time`, Float64Array.of(binMs / 2000), []);
    this.#w.attribute(`${path}/starting_time`, "rate", 1000 / binMs);
    this.#w.attribute(`${path}/starting_time`, "unit", "seconds");
  }

  /** A DynamicTable, or one of the types that extend it. */
  table(path: string, description: string, rows: number, columns: readonly NwbColumn[], type = "DynamicTable"): void {
    this.group(path, type, { description, colnames: columns.map(({ name }) => name) });
    this.#w.dataset(
      `${path}/id`,
      Int32Array.from({ length: rows }, (_, row) => row),
    );
    this.#attributes(`${path}/id`, "ElementIdentifiers");
    for (const column of columns) {
      const at = `${path}/${column.name}`;
      if ("texts" in column) this.#w.strings(at, column.texts);
      else writeArray(this.#w, at, column);
      this.#attributes(at, "VectorData", { description: withUnit(column) });
    }
  }

  /** A ScratchData with any array. */
  scratch(path: string, array: ResultArray, notes: string): void {
    this.#w.dataset(path, array.rows(0, array.shape[0] ?? 1), array.shape);
    this.#attributes(path, "ScratchData", { notes });
  }

  #attributes(path: string, type: string, attributes: Readonly<Record<string, string | readonly string[]>> = {}): void {
    const namespace = commonTypes.has(type) ? "hdmf-common" : "core";
    const all = { namespace, neurodata_type: type, object_id: this.uuid(path), ...attributes };
    for (const [name, value] of Object.entries(all)) this.#w.attribute(path, name, value);
  }
}

/** Types of the schema that NWB is built upon. */
const commonTypes = new Set(["DynamicTable", "ElementIdentifiers", "VectorData"]);

function withUnit(column: NwbColumn): string {
  return "unit" in column && column.unit ? `${column.about} (${column.unit})` : column.about;
}
