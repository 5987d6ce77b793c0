import type {
  DatasetCollectionDefinition,
  ImportedSettingDefinition,
  RunCollectionDefinition,
  RunParamsDefinition,
  RunSpecDefinition,
} from "./definition.js";

/**
 * Every RunSpec with every RunParams: one model each, in `<root>/<name>/`.
 * @param options.imported The runs were made elsewhere and are left as they are: the folders of each of `params`, in their
 *   order. `lfads import` writes it.
 */
export function runCollection(
  name: string,
  options: {
    datasets: DatasetCollectionDefinition;
    runSpecs: readonly RunSpecDefinition[];
    params: readonly RunParamsDefinition<unknown>[];
    imported?: readonly ImportedSettingDefinition[];
  },
): RunCollectionDefinition {
  return {
    name,
    datasets: options.datasets,
    runSpecs: options.runSpecs,
    params: options.params as readonly RunParamsDefinition[],
    ...(options.imported === undefined ? {} : { imported: options.imported }),
  };
}
