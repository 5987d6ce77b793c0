/** What results may depend on outside the graph, as recorded and as it is now. */
import type { Provenance } from "#lib/build/index.js";
import type { Surroundings } from "#lib/build/provenance.js";

export interface SurroundingsDifference {
  /** `node`, `platform`, `git commit`, or the name of a version. */
  readonly name: string;
  readonly recorded: string;
  readonly now: string;
  /** Results that were made so. */
  readonly targets: number;
}

/** What was otherwise when results were made; results that were made alike count together. Most of them first. */
export function compareSurroundings(made: readonly Provenance[], now: Surroundings): SurroundingsDifference[] {
  const present = new Map(factsOf(now));
  const counts = new Map<string, SurroundingsDifference>();
  for (const provenance of made) {
    const recorded = new Map(factsOf(provenance));
    for (const name of new Set([...recorded.keys(), ...present.keys()])) {
      const [then, here] = [recorded.get(name) ?? "not recorded", present.get(name) ?? "not here"];
      if (then === here && !then.endsWith(uncommitted)) continue;
      const id = JSON.stringify([name, then]);
      counts.set(id, { name, recorded: then, now: here, targets: (counts.get(id)?.targets ?? 0) + 1 });
    }
  }
  return [...counts.values()].sort((a, b) => b.targets - a.targets);
}

/** Even the same commit says nothing of what was not committed. */
const uncommitted = " with uncommitted changes";

function factsOf({ platform, node, versions, git }: Omit<Surroundings, "host">): [name: string, value: string][] {
  const commit = git ? `${git.commit}${git.dirty ? uncommitted : ""}` : "no repository";
  return [["node", node], ["platform", platform], ...Object.entries(versions), ["git commit", commit]];
}
