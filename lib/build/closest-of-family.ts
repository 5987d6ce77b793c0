/** What a target that was never built can be compared with: the most similar one of its family. */
import type { ActionRecord } from "./action-record.js";
import type { BuildContext } from "./build-context.js";
import type { StaleReason } from "./stale-reason.js";
import type { BuildState } from "./state.js";

export interface Closest {
  readonly target: string;
  readonly differences: readonly StaleReason[];
}

/** So many of a family, those built last, are compared; a large sweep does not read all its records for each run. */
const most = 20;

interface Built {
  readonly label: string;
  readonly key: string;
  readonly endedAtMs: number;
}
const families = new WeakMap<BuildState, ReadonlyMap<string, readonly Built[]>>();

/** The one with the fewest differences, of these the one that was built last; undefined without records. */
export function closestOfFamily(
  label: string,
  differencesFrom: (record: ActionRecord) => StaleReason[],
  context: BuildContext,
): Closest | undefined {
  const { family, state, records } = context;
  if (!family) return undefined;
  let known = families.get(state);
  if (!known) {
    known = byFamily(state, family);
    families.set(state, known);
  }
  let closest: Closest | undefined;
  for (const member of known.get(family(label)) ?? []) {
    const record = records.get(member.key);
    if (!record) continue;
    const differences = differencesFrom(record);
    if (!closest || differences.length < closest.differences.length) closest = { target: member.label, differences };
  }
  return closest;
}

function byFamily(state: BuildState, family: (label: string) => string): ReadonlyMap<string, readonly Built[]> {
  const members = new Map<string, Built[]>();
  for (const [label, { built }] of state.targets()) {
    if (!built) continue;
    const name = family(label);
    const others = members.get(name) ?? [];
    others.push({ label, key: built.key, endedAtMs: built.endedAtMs });
    members.set(name, others);
  }
  for (const [name, all] of members) {
    all.sort((a, b) => b.endedAtMs - a.endedAtMs || (a.label < b.label ? -1 : 1));
    members.set(name, all.slice(0, most));
  }
  return members;
}
