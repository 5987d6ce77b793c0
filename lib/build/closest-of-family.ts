/** What a target that was never built can be compared with: the most similar one of its family. */
import type { ActionRecord } from "./action-record.js";
import type { BuildContext } from "./build-context.js";
import { RecentlyBuilt } from "./recently-built.js";
import type { StaleReason } from "./stale-reason.js";
import type { BuildState } from "./state.js";

export interface Closest {
  readonly target: string;
  readonly differences: readonly StaleReason[];
}

const families = new WeakMap<BuildState, RecentlyBuilt>();

/** The one with the fewest differences, of these the one that was built last; undefined without records. */
export function closestOfFamily(
  label: string,
  differencesFrom: (record: ActionRecord) => StaleReason[],
  context: BuildContext,
): Closest | undefined {
  const { family, state } = context;
  if (!family) return undefined;
  let known = families.get(state);
  if (!known) {
    known = new RecentlyBuilt(context, family);
    families.set(state, known);
  }
  let closest: Closest | undefined;
  for (const { label: target, record } of known.like(label)) {
    if (!record) continue;
    const differences = differencesFrom(record);
    if (!closest || differences.length < closest.differences.length) closest = { target, differences };
  }
  return closest;
}
