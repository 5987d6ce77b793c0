import type { Collection, Project, RunParams, RunSpec } from "./project.js";

export interface Run {
  readonly collection: Collection;
  readonly params: RunParams;
  readonly spec: RunSpec;
}

/**
 * The run that `initFrom` names: `<collection>/<setting>/<spec>`, the setting by its `param_<HASH>` or its name; without
 * a spec, the one named as the run's own. Undefined where that is no run, or more than one.
 */
export function initialRun(project: Project, initFrom: string, ownSpec: string): Run | undefined {
  const [collectionName, setting, specName = ownSpec, ...more] = initFrom.split("/");
  const collection = project.collections.find(({ name }) => name === collectionName);
  const [params, ...others] =
    collection?.params.filter(({ name, paramName }) => [name, paramName].includes(setting!)) ?? [];
  const spec = collection?.runSpecs.find(({ name }) => name === specName);
  if (!collection || !params || others.length > 0 || !spec || more.length > 0) return undefined;
  return { collection, params, spec };
}
