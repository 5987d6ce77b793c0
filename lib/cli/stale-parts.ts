/** Which settings of a lfadsfile a build has to plan: all but those that are known to be fresh without planning them. */
import { dirname } from "node:path";
import type { FreshUnit } from "#lib/build/fresh-file.js";
import { FreshUnits } from "#lib/build/fresh-units.js";
import { type Fingerprints, fingerprints } from "#lib/config/fingerprints.js";
import { loadDefinition } from "#lib/config/load-definition.js";
import { diskFailure } from "#lib/disk-failure.js";
import { packageVersion } from "#lib/package-facts.js";
import type { WantedUnits } from "#rules/plan.js";
import type { PlanUnit } from "#rules/plan-unit.js";
import { ruleVersions } from "#rules/versions.js";

export interface StaleParts {
  /** Labels of the targets that are known to be fresh. */
  readonly fresh: ReadonlySet<string>;
  readonly allFresh: boolean;
  readonly wanted: WantedUnits;
  /** The fingerprints of wanted units, each with its labels. */
  units(planned: readonly PlanUnit[]): [fingerprint: string, labels: string[]][];
  /** After a build: these units are fresh too. */
  remember(units: readonly FreshUnit[]): void;
}

/** `file`: the lfadsfile, absolute. Undefined where loading the project will tell what is wrong. */
export async function staleParts(file: string): Promise<StaleParts | undefined> {
  const parts = await partsOf(file);
  if (!parts) return undefined;
  const known = FreshUnits.read(dirname(file));
  const fresh = new Set([...parts.shared, ...parts.settings.flat()].filter((part) => known.isFresh(part)));
  const allFresh = fresh.size === parts.shared.length + parts.settings.flat().length;
  if (!allFresh && parts.linked) fresh.clear();
  const fingerprintOf = (collection: number, setting: number | null) =>
    setting === null ? parts.shared[collection]! : parts.settings[collection]![setting]!;
  const wanted: WantedUnits = (collection, setting) => !fresh.has(fingerprintOf(collection, setting));
  return {
    fresh: known.labels(fresh),
    allFresh,
    wanted,
    units: (planned) =>
      planned.flatMap(({ collection, setting, targets }) =>
        wanted(collection, setting)
          ? [[fingerprintOf(collection, setting), targets.map((target) => target.label)] as [string, string[]]]
          : [],
      ),
    remember: (units) => known.write(fresh, units),
  };
}

async function partsOf(file: string): Promise<Fingerprints | undefined> {
  try {
    const definition = await loadDefinition(file);
    if (!definition.ok) return undefined;
    return await fingerprints(file, definition.value, { lfads: packageVersion(), ruleVersions });
  } catch (error) {
    if (!diskFailure(error)) throw error;
    return undefined;
  }
}
