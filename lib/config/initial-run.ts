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
  const [run, ...others] = runsNamed(project, initFrom, ownSpec);
  return others.length > 0 ? undefined : run;
}

/** All runs that `initFrom` could mean: settings of one name are told apart by their `param_<HASH>` only. */
export function runsNamed(project: Project, initFrom: string, ownSpec: string): Run[] {
  const [collectionName, setting, specName = ownSpec, ...more] = initFrom.split("/");
  if (more.length > 0) return [];
  return allRuns(project).filter(
    ({ collection, params, spec }) =>
      collection.name === collectionName &&
      [params.name, params.paramName].includes(setting!) &&
      spec.name === specName,
  );
}

export function allRuns(project: Project): Run[] {
  return project.collections.flatMap((collection) =>
    collection.params.flatMap((params) => collection.runSpecs.map((spec) => ({ collection, params, spec }))),
  );
}
