import { didYouMean } from "./did-you-mean.js";
import { allRuns, initialRun, type Run, runsNamed } from "./initial-run.js";
import type { Problem } from "./problem.js";
import type { Project } from "./project.js";

/** Runs whose `initFrom` names no run, several, or leads back to themselves. */
export function checkInitialRuns(project: Project): Problem[] {
  return allRuns(project).flatMap((run) => {
    const what = problemOf(project, run);
    if (what === undefined) return [];
    const { collection, params } = run;
    const i = project.collections.indexOf(collection);
    const place = [
      `collections[${i}] "${collection.name}"`,
      `params[${collection.params.indexOf(params)}]`,
      "initFrom",
    ];
    return [{ place, ...what }];
  });
}

function problemOf(project: Project, run: Run): Omit<Problem, "place"> | undefined {
  const initFrom = initFromOf(run);
  if (initFrom === "") return undefined;
  const named = runsNamed(project, initFrom, run.spec.name);
  if (named.length > 1) {
    const hint = `Name the setting by its folder: ${named.map(({ params }) => params.paramName).join(", ")}.`;
    return { what: `initFrom is ${JSON.stringify(initFrom)}, but ${named.length} settings have that name.`, hint };
  }
  if (named.length === 0) {
    const depth = initFrom.split("/").length;
    const known = allRuns(project).flatMap(names);
    const guess = didYouMean(initFrom, depth === 2 ? known.map((name) => name.slice(0, name.lastIndexOf("/"))) : known);
    const hint = "It is <collection>/<setting>/<run spec>; the setting by its name or its folder, param_….";
    return { what: `No run is called ${JSON.stringify(initFrom)}${guess}`, ...(guess === "." ? { hint } : {}) };
  }
  const way = [run];
  for (let next = following(project, run); next; next = following(project, next)) {
    const seen = way.some((earlier) => isSame(earlier, next!));
    way.push(next);
    if (!seen) continue;
    if (!isSame(next, run)) return undefined; // the circle is told of the runs in it
    return { what: `initFrom leads in a circle: ${way.map((each) => names(each)[0]).join(" → ")}.` };
  }
  return undefined;
}

function following(project: Project, run: Run): Run | undefined {
  const initFrom = initFromOf(run);
  return initFrom === "" ? undefined : initialRun(project, initFrom, run.spec.name);
}

const initFromOf = ({ params }: Run): string => params.values.initFrom as string;

const isSame = (a: Run, b: Run): boolean => a.collection === b.collection && a.params === b.params && a.spec === b.spec;

/** What the run can be called. */
function names({ collection, params, spec }: Run): [string, ...string[]] {
  const settings = params.name === "" ? [params.paramName] : [params.name, params.paramName];
  const [first, ...rest] = settings.map((setting) => `${collection.name}/${setting}/${spec.name}`);
  return [first!, ...rest];
}
