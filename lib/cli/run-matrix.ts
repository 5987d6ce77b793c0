/** The runs of every collection and how far each is: the data behind `lfads status`. */
import type { TargetStatus } from "#lib/build/index.js";
import { allRuns, type Run } from "#lib/config/initial-run.js";
import { runPlace } from "#rules/plan.js";
import type { Workspace } from "./open-workspace.js";
import { settingText } from "./run-settings.js";
import { placeOf, runPlaces } from "./runs/run-places.js";

export interface RunState {
  /** `<collection>/<param_HASH>/<spec>`. */
  readonly label: string;
  readonly paramName: string;
  readonly setting: string;
  readonly spec: string;
  /** Of all that the run needs and makes. */
  readonly status: TargetStatus;
  /** By rule, its alignment and exports included. */
  readonly rules: ReadonlyMap<string, TargetStatus>;
}

export interface CollectionState {
  readonly name: string;
  /** Its runs were made elsewhere. */
  readonly imported: boolean;
  readonly specs: readonly string[];
  /** RunParams by RunSpecs, params first, where they are not sorted otherwise. */
  readonly runs: readonly RunState[];
}

/** Those of the runs with a target in `statuses`, collection by collection. */
export function runMatrix(
  { project }: Pick<Workspace, "project">,
  statuses: ReadonlyMap<string, TargetStatus>,
  runs: readonly Run[] = allRuns(project),
): CollectionState[] {
  const byPlace = labelsByPlace(statuses.keys());
  const stateOf = (run: Run): RunState[] => {
    const { collection, params, spec } = run;
    const places = runPlaces(project, run);
    const own = places.own.flatMap((place) => byPlace.get(place) ?? []);
    if (own.length === 0) return [];
    const checks = places.recordings.map((place) => `${place}:dataset`);
    const byRule = new Map<string, TargetStatus[]>();
    for (const each of [...checks, ...own]) {
      const status = statuses.get(each);
      if (status === undefined) continue;
      // What follows the colon, not the target's rule: both kinds of posterior have one rule.
      const rule = each.slice(each.lastIndexOf(":") + 1);
      byRule.set(rule, [...(byRule.get(rule) ?? []), status]);
    }
    const rules = new Map([...byRule].map(([rule, all]) => [rule, worst(all)]));
    const { label } = runPlace(project, collection, params, spec);
    const setting = settingText(collection, params);
    const status = worst([...rules.values()]);
    return [{ label, paramName: params.paramName, setting, spec: spec.name, status, rules }];
  };
  const collections = project.collections.map((collection) => {
    const states = runs.flatMap((run) => (run.collection === collection ? stateOf(run) : []));
    const imported = collection.imported !== null;
    return { name: collection.name, imported, specs: collection.runSpecs.map((spec) => spec.name), runs: states };
  });
  return collections.filter((collection) => collection.runs.length > 0);
}

/** Labels by what stands before their colon. */
function labelsByPlace(labels: Iterable<string>): Map<string, string[]> {
  const byPlace = new Map<string, string[]>();
  for (const label of labels) {
    const place = placeOf(label);
    const others = byPlace.get(place);
    if (others) others.push(label);
    else byPlace.set(place, [label]);
  }
  return byPlace;
}

export const fromWorst: readonly TargetStatus[] = [
  "failed",
  "blocked",
  "running",
  "stale",
  "missing",
  "maybe",
  "restorable",
  "fresh",
];

export function worst(statuses: readonly TargetStatus[]): TargetStatus {
  return fromWorst.find((status) => statuses.includes(status)) ?? "fresh";
}
