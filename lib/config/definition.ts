/**
 * What defineLfads returns: the lfadsfile as plain data, nothing checked or filled in yet.
 */
import type { OwnParam } from "#lib/params/own-param.js";
import type { SourceDefinition } from "#lib/sources/define-sources.js";
import type { DatasetFacts, DatasetMetadata } from "./dataset-facts.js";

export interface LfadsDefinition {
  readonly kind: "lfads";
  readonly root: string;
  readonly store?: StoreDefinition;
  readonly collections: readonly RunCollectionDefinition[];
}

/** Where and how the content of all results is kept. */
export interface StoreDefinition {
  /**
   * The folder of a store that several projects share, absolute or from the lfadsfile's folder: what one has made, the
   * others restore. `.lfads` beside the lfadsfile when absent.
   */
  readonly folder?: string;
  /**
   * What it may take, as "50GB", or "unlimited". Above it, results that no lfadsfile and no root needs go, the least
   * recently used first. 50 GB, or a fifth of the disk where that is less, when absent.
   */
  readonly maxSize?: string;
  /** Outputs and their content in the store are the same files, read-only, and take their space once. */
  readonly hardLinks?: boolean;
}

export interface RunCollectionDefinition {
  readonly name: string;
  readonly datasets: DatasetCollectionDefinition;
  readonly runSpecs: readonly RunSpecDefinition[];
  readonly params: readonly RunParamsDefinition[];
  readonly imported?: readonly ImportedSettingDefinition[];
}

/** The folders that one of the settings has in a tree of runs that were made elsewhere. */
export interface ImportedSettingDefinition {
  readonly param: string;
  readonly data: string;
  /** The values of the setting are not known well enough to give the folder's name. */
  readonly unconfirmed?: boolean;
}

export interface DatasetCollectionDefinition {
  readonly name: string;
  readonly path: string;
  readonly source: SourceDefinition;
  readonly metadata?: Readonly<Record<string, DatasetMetadata>> | ((name: string) => DatasetMetadata | undefined);
  /** A dataset stays when all of them say true. */
  readonly filters?: readonly ((dataset: DatasetFacts) => boolean)[];
}

/** Which datasets go into one model; the names that stand for them are resolved when the datasets are known. */
export type RunSpecDefinition =
  | { readonly kind: "single"; readonly dataset: string }
  | { readonly kind: "all" }
  | { readonly kind: "eachDataset" }
  | { readonly kind: "of"; readonly datasets: readonly string[]; readonly name?: string };

/** `Own` are the user's own parameters. */
export interface RunParamsDefinition<Own = Readonly<Record<string, OwnParam>>> {
  /** What the user wrote, by the name of the parameter. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Declarations of the user's own parameters, and what they were given. */
  readonly own: Own;
  readonly ownValues: Readonly<Record<string, unknown>>;
}
