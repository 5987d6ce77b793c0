/** The runs of every collection and how far each is: the data behind `lfads status`. */
import type { TargetStatus } from "#lib/build/index.js";
import { runPlace } from "#rules/plan.js";
import { datasetTarget } from "#rules/plan-recordings.js";
import type { Workspace } from "./open-workspace.js";
import { settingText } from "./run-settings.js";

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
  /** RunParams by RunSpecs, params first. */
  readonly runs: readonly RunState[];
}

/** Runs with a target in `statuses`. */
export function runMatrix(
  { project }: Pick<Workspace, "project">,
  statuses: ReadonlyMap<string, TargetStatus>,
): CollectionState[] {
  const byPlace = labelsByPlace(statuses.keys());
  const collections = project.collections.map((collection) => {
    const runs = collection.params.flatMap((params) =>
      collection.runSpecs.flatMap((spec): RunState[] => {
        const { label } = runPlace(project, collection, params, spec);
        const data = `${collection.name}/${params.dataName}/${spec.name}`;
        const exports = spec.datasets.map((name) => `${data}/${name}`);
        const own = [data, ...exports, label].flatMap((place) => byPlace.get(place) ?? []);
        if (own.length === 0) return [];
        const checks = spec.datasets.map((name) => datasetTarget(project, collection.datasets, name, params).label);
        const byRule = new Map<string, TargetStatus[]>();
        for (const each of [...checks, ...own]) {
          const status = statuses.get(each);
          if (status === undefined) continue;
          // What follows the colon, not the target's rule: both kinds of posterior have one rule.
          const rule = each.slice(each.lastIndexOf(":") + 1);
          byRule.set(rule, [...(byRule.get(rule) ?? []), status]);
        }
        const rules = new Map([...byRule].map(([rule, all]) => [rule, worst(all)]));
        const setting = settingText(collection, params);
        const status = worst([...rules.values()]);
        return [{ label, paramName: params.paramName, setting, spec: spec.name, status, rules }];
      }),
    );
    const imported = collection.imported !== null;
    return { name: collection.name, imported, specs: collection.runSpecs.map((spec) => spec.name), runs };
  });
  return collections.filter((collection) => collection.runs.length > 0);
}

/** Labels by what stands before their colon. */
function labelsByPlace(labels: Iterable<string>): Map<string, string[]> {
  const byPlace = new Map<string, string[]>();
  for (const label of labels) {
    const place = label.slice(0, label.lastIndexOf(":"));
    const others = byPlace.get(place);
    if (others) others.push(label);
    else byPlace.set(place, [label]);
  }
  return byPlace;
}

const fromWorst: readonly TargetStatus[] = [
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
