/**
 * What defineLfads returns: the lfadsfile as plain data, nothing checked or filled in yet.
 */
import type { OwnParam } from "#lib/params/own-param.js";
import type { SourceDefinition } from "#lib/sources/define-sources.js";

export interface LfadsDefinition {
  readonly kind: "lfads";
  readonly root: string;
  readonly collections: readonly RunCollectionDefinition[];
}

export interface RunCollectionDefinition {
  readonly name: string;
  readonly datasets: DatasetCollectionDefinition;
  readonly runSpecs: readonly RunSpecDefinition[];
  readonly params: readonly RunParamsDefinition[];
}

export interface DatasetCollectionDefinition {
  readonly name: string;
  readonly path: string;
  readonly source: SourceDefinition;
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
