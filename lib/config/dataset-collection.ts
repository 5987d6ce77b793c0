import type { SourceDefinition } from "#lib/sources/define-sources.js";
import type { DatasetFacts, DatasetMetadata } from "./dataset-facts.js";
import type { DatasetCollectionDefinition } from "./definition.js";

type Definition = DatasetCollectionDefinition;

/** What `datasetCollection` returns: plain data but for `filter`. */
export class DatasetCollection implements DatasetCollectionDefinition {
  readonly name: string;
  readonly path: string;
  readonly source: SourceDefinition;
  declare readonly metadata?: NonNullable<Definition["metadata"]>;
  declare readonly filters?: NonNullable<Definition["filters"]>;

  constructor(definition: Definition) {
    this.name = definition.name;
    this.path = definition.path;
    this.source = definition.source;
    Object.assign(this, definition);
  }

  /**
   * The collection with those datasets only that `keep` says true of. Names and metadata are known at once; for what is in the
   * recordings, such as `nTrials`, the build reads all of them first.
   */
  filter(keep: (dataset: DatasetFacts) => boolean): DatasetCollection {
    return new DatasetCollection({ ...this, filters: [...(this.filters ?? []), keep] });
  }
}

/**
 * A set of recordings.
 * @param options.path Folder that the recordings are in, or are generated into, from the lfadsfile's folder.
 * @param options.datasets `lorenz(…)`, `h5(…)`, `nwb(…)`, `loader(…)` or another source.
 * @param options.metadata Subject, date and more of the datasets: by name, or a function of the name.
 */
export function datasetCollection(
  name: string,
  options: {
    path: string;
    datasets: SourceDefinition;
    metadata?: Readonly<Record<string, DatasetMetadata>> | ((name: string) => DatasetMetadata | undefined);
  },
): DatasetCollection {
  const { path, datasets: source, metadata } = options;
  return new DatasetCollection({ name, path, source, ...(metadata === undefined ? {} : { metadata }) });
}
