import type {
  DatasetCollectionDefinition,
  RunCollectionDefinition,
  RunParamsDefinition,
  RunSpecDefinition,
} from "./definition.js";

/** Every RunSpec with every RunParams: one model each, in `<root>/<name>/`. */
export function runCollection(
  name: string,
  options: {
    datasets: DatasetCollectionDefinition;
    runSpecs: readonly RunSpecDefinition[];
    params: readonly RunParamsDefinition<unknown>[];
  },
): RunCollectionDefinition {
  return {
    name,
    datasets: options.datasets,
    runSpecs: options.runSpecs,
    params: options.params as readonly RunParamsDefinition[],
  };
}
