/** What a target that was never built can be compared with: the most similar one of its family. */
import type { ActionRecord } from "./action-record.js";
import type { BuildContext } from "./build-context.js";
import { countDifferences, type FlatParams, flatParams } from "./flat-params.js";
import { type Built, RecentlyBuilt } from "./recently-built.js";
import type { StaleReason } from "./stale-reason.js";
import type { BuildState } from "./state.js";
import type { Target } from "./target.js";

export interface Closest {
  readonly target: string;
  readonly differences: readonly StaleReason[];
}

/** Of a larger family those built last are looked at. */
const MOST = 1000;
/** Of those with equally near parameters so many are compared in full. */
const MOST_IN_FULL = 20;

interface Family {
  readonly members: RecentlyBuilt;
  readonly params: Map<Built, FlatParams | undefined>;
}

const families = new WeakMap<BuildState, Family>();

/**
 * The one whose parameters differ least, of these the one with the fewest differences in all, of these the one that was
 * built last; undefined without records.
 */
export function closestOfFamily(
  { label, params }: Target,
  differencesFrom: (record: ActionRecord) => StaleReason[],
  context: BuildContext,
): Closest | undefined {
  const { family, state } = context;
  if (!family) return undefined;
  const known = families.get(state) ?? { members: new RecentlyBuilt(context, family, MOST), params: new Map() };
  families.set(state, known);
  let closest: Closest | undefined;
  for (const { label: target, record } of nearest(known, label, flatParams(params))) {
    const differences = differencesFrom(record!);
    if (!closest || differences.length < closest.differences.length) closest = { target, differences };
    if (differences.length === 0) break;
  }
  return closest;
}

/** Members with a record whose parameters differ least. */
function nearest({ members, params }: Family, label: string, own: FlatParams): Built[] {
  let near: Built[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (const built of members.like(label)) {
    if (!params.has(built)) params.set(built, built.record && flatParams(built.record.params));
    const others = params.get(built);
    if (!others) continue;
    const count = countDifferences(own, others, least + 1);
    if (count > least || (count === least && near.length === MOST_IN_FULL)) continue;
    near = count < least ? [built] : [...near, built];
    least = count;
    if (least === 0 && near.length === MOST_IN_FULL) break;
  }
  return near;
}
