import { join } from "node:path";
import type { Json, Target, TargetInput } from "#lib/build/target.js";
import { differingParams } from "#lib/config/differing-params.js";
import type { Collection, Project, RunParams, RunSpec } from "#lib/config/project.js";
import { packageVersion } from "#lib/package-facts.js";
import { pageDigest } from "#lib/report/report-html.js";
import type { RunFacts } from "#lib/report/run-sources.js";
import { alignLabel } from "./align-target.js";
import { pathBetween } from "./path-between.js";
import { exportLabel, POSTERIOR_KINDS, runPlace } from "./run-place.js";

/** All but what is read of a run's files. */
export interface ReportedRun extends Omit<RunFacts, "results" | "files"> {
  readonly binMs: number;
  /** By what the run needs: label of the target that made it, an input of that name, and where its outputs are. */
  readonly made: Readonly<Partial<Record<RunPartName, MadePart>>>;
  /** By dataset; of an imported run there may be fewer. */
  readonly exports: Readonly<Record<string, MadePart>>;
}

export type RunPartName = "results" | "train" | "posterior" | "model-params" | "align";

export interface MadePart {
  readonly input: string;
  /** Relative to the folder of the lfadsfile. */
  readonly folder: string;
}

export interface ReportParams {
  readonly lfads: string;
  /** Digest of what draws the page. */
  readonly page: string;
  readonly collection: string;
  readonly folder: string;
  readonly imported: boolean;
  readonly common: RunFacts["params"];
  readonly varying: readonly string[];
  readonly runs: readonly ReportedRun[];
}

export const REPORT_FILE = "report.html";

/** Of the collection's targets, all that a report shows of its runs; undefined where there is nothing yet to show. */
export function reportTarget(
  project: Project,
  collection: Collection,
  targets: ReadonlyMap<string, Target>,
): Target | undefined {
  const inputs = new Map<string, TargetInput>();
  const part = (label: string, select?: readonly string[]): MadePart | undefined => {
    const target = targets.get(label);
    if (!target) return undefined;
    inputs.set(label, { name: label, target: label, ...(select ? { select } : {}) });
    return { input: label, folder: pathBetween(project.dir, target.outDir) };
  };
  const varying = differingParams(collection).filter((name) => name !== "name");
  const reported = (params: RunParams, spec: RunSpec): ReportedRun[] => {
    const { label, dir } = runPlace(project, collection, params, spec);
    const made = {
      results: part(`${label}:results`, ["results.json"]),
      train: part(`${label}:train`, ["lfadsOutput/fitlog.csv?", "lfadsOutput/lfads_log/*?"]),
      posterior: part(`${label}:${POSTERIOR_KINDS[0]}`),
      "model-params": part(`${label}:model-params`),
      align: part(alignLabel(collection, params, spec)),
    };
    if (!made.results && !made.train) return [];
    const exports = spec.datasets.map((name) => {
      // Where the exports of other programs have conditions and times.
      const others = collection.imported ? [`inputInfo_${name}.mat?`] : [];
      const files = [`lfads_${name}.h5`, `evaluation_${name}.h5?`, ...others];
      return [name, part(exportLabel(collection, params, spec, name), files)] as const;
    });
    return [
      {
        ...{ label, name: params.name, paramName: params.paramName, dataName: params.dataName, spec: spec.name },
        datasets: spec.datasets,
        params: Object.fromEntries(varying.map((name) => [name, params.values[name]!])),
        folder: pathBetween(project.dir, dir),
        binMs: params.values.spikeBinMs as number,
        made: there(Object.entries(made)),
        exports: there(exports),
      },
    ];
  };
  const runs = collection.params.flatMap((params) => collection.runSpecs.flatMap((spec) => reported(params, spec)));
  if (runs.length === 0) return undefined;
  const common = Object.entries(collection.params[0]!.nonDefault).filter(
    ([name]) => name !== "name" && !varying.includes(name),
  );
  const params: ReportParams = {
    lfads: packageVersion(),
    page: pageDigest(),
    collection: collection.name,
    folder: pathBetween(project.dir, join(project.root, collection.name)),
    imported: collection.imported !== null,
    common: Object.fromEntries(common),
    varying,
    runs,
  };
  return {
    label: `${collection.name}:report`,
    rule: "report",
    params: params as unknown as Json,
    inputs: [...inputs.values()],
    onDemand: true,
    // Nothing is written into a tree that was imported.
    outDir: collection.imported
      ? join(project.dir, ".lfads", "imported", collection.name)
      : join(project.root, collection.name),
  };
}

function there<T>(entries: readonly (readonly [name: string, value: T | undefined])[]): Record<string, T> {
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
