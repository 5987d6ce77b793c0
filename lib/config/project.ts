/**
 * A project: the checked contents of an lfadsfile.ts, plain data, every default filled in.
 */

import type { ParamValue } from "#lib/params/param-value.js";
import type { SourceSpec } from "#lib/sources/source-spec.js";
import type { DatasetMetadata } from "./dataset-facts.js";

export interface Project {
  /** Absolute path of the lfadsfile and of its folder. */
  readonly file: string;
  readonly dir: string;
  /** Absolute folder that holds the RunCollections. */
  readonly root: string;
  readonly store: StoreSettings;
  readonly collections: readonly Collection[];
}

export interface StoreSettings {
  /** Absolute. */
  readonly folder: string;
  /** Infinity without a limit; null where it depends on the disk. */
  readonly maxBytes: number | null;
  readonly hardLinks: boolean;
}

/** A RunCollection: RunSpecs × RunParams over the datasets of one DatasetCollection. */
export interface Collection {
  readonly name: string;
  readonly datasets: DatasetSet;
  readonly runSpecs: readonly RunSpec[];
  readonly params: readonly RunParams[];
  /** Files of runs that were made elsewhere; null: the build makes them. */
  readonly imported: ImportedFiles | null;
}

/** Paths below each folder `param_<HASH>` and `data_<HASH>`, by code units, with `/`. */
export type ImportedFiles = Readonly<Record<string, readonly string[]>>;

export interface DatasetSet {
  readonly name: string;
  /** Absolute folder of the recordings, or of the generated ones. */
  readonly path: string;
  readonly datasets: readonly Dataset[];
  /** Where there is a filter: also those that it leaves out. */
  readonly candidates?: readonly Dataset[];
  /** The filter depends on what is in the recordings. */
  readonly readsAll?: boolean;
}

export interface Dataset {
  readonly name: string;
  /** How counts are read from `file`; for a generated dataset also how the file is made. */
  readonly source: SourceSpec;
  /** Absolute. */
  readonly file: string;
  readonly metadata?: DatasetMetadata;
  /** Absent where the recording is there, or is made up by its source. */
  readonly maker?: Maker;
}

/**
 * How a target makes a recording with code of the user's. It gets the parameters that affect data, so there is one for
 * each setting of them.
 */
export interface Maker {
  readonly rule: "load" | "command";
  /** Alignment matrices come from trials that it makes for them. */
  readonly alignment: boolean;
  /** What reaches the result besides parameters and inputs. */
  readonly params: Readonly<Record<string, string | readonly string[]>>;
  /** Paths and limits, which do not. */
  readonly settings: Readonly<Record<string, string | number>>;
  /** `file` are the dataset's own, `code` a bundle, `files` what is declared; `as` is the path that a user wrote. */
  readonly inputs: readonly { readonly name: "file" | "code" | "files"; readonly file: string; readonly as: string }[];
}

export interface RunSpec {
  readonly name: string;
  /** Names of datasets of the collection, in its order; more than one makes a stitched model. */
  readonly datasets: readonly string[];
}

export interface RunParams {
  readonly name: string;
  /** Every parameter, built-in and the user's own, coerced to its class. */
  readonly values: Readonly<Record<string, ParamValue>>;
  /** Those that differ from their default, in the order of the table. */
  readonly nonDefault: Readonly<Record<string, ParamValue>>;
  /** Folder names `param_<HASH>` and `data_<HASH>`, prefix included. */
  readonly paramName: string;
  readonly dataName: string;
  /** Names of the user's own parameters by what they affect. */
  readonly affects: Readonly<Record<string, "data" | "model" | "nothing">>;
}
