import type { SourceDefinition } from "#lib/sources/define-sources.js";
import type { DatasetCollectionDefinition } from "./definition.js";

/**
 * A set of recordings.
 * @param options.path Folder that the recordings are in, or are generated into, from the lfadsfile's folder.
 * @param options.datasets `lorenz(…)`, `chaoticRnn(…)`, `h5(…)`, `mat(…)`, `npz(…)` or `nwb(…)`.
 */
export function datasetCollection(
  name: string,
  options: { path: string; datasets: SourceDefinition },
): DatasetCollectionDefinition {
  return { name, path: options.path, source: options.datasets };
}
