/** What a graph's targets need of the store. */
import type { BuildState } from "./state.js";
import type { Plan } from "./verdict.js";

export interface Reach {
  readonly labels: ReadonlySet<string>;
  /** Of what was built last, and of what a build would restore or run now. */
  readonly keys: ReadonlySet<string>;
  /** Labels of targets whose keys are not known, because what they would read is not made yet. */
  readonly unknown: ReadonlySet<string>;
}

/** `plan` is of the whole graph. */
export function reachOf({ nodes, verdicts }: Plan, state: BuildState): Reach {
  const labels = new Set<string>();
  const keys = new Set<string>();
  const unknown = new Set<string>();
  for (const { target } of nodes) {
    labels.add(target.label);
    const built = state.target(target.label)?.built;
    if (built) keys.add(built.key);
    const verdict = verdicts.get(target.label)!;
    if ("key" in verdict) keys.add(verdict.key);
    else unknown.add(target.label);
  }
  return { labels, keys, unknown };
}
