/**
 * What a lfadsfile.ts imports from "lfads". It stays light: no dependency is loaded with it.
 */
export { type DatasetCollection, datasetCollection } from "./config/dataset-collection.js";
export type { DatasetFacts, DatasetMetadata } from "./config/dataset-facts.js";
export { defineLfads } from "./config/define-lfads.js";
export type {
  DatasetCollectionDefinition,
  ImportedSettingDefinition,
  LfadsDefinition,
  RunCollectionDefinition,
  RunParamsDefinition,
  RunSpecDefinition,
  StoreDefinition,
} from "./config/definition.js";
export { choice, type Distribution, integer, logUniform, uniform } from "./config/distribution.js";
export { runCollection } from "./config/run-collection.js";
export { runParams } from "./config/run-params.js";
export { runSpec } from "./config/run-spec.js";
export { type Sweep, sweep } from "./config/sweep.js";
export type { OwnParam } from "./params/own-param.js";
export type { RunParamsValues } from "./params/run-params-values.js";
export { command, loader } from "./sources/define-made.js";
export { chaoticRnn, h5, lorenz, mat, npz, nwb, type SourceDefinition } from "./sources/define-sources.js";
export type { LoadedTrials, Loader, LoaderContext, TrialsArray } from "./sources/loaded-trials.js";
