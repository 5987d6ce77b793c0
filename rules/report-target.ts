import { join } from "node:path";
import type { Json, Target, TargetInput } from "#lib/build/target.js";
import { differingParams } from "#lib/config/differing-params.js";
import type { Collection, Project, RunParams, RunSpec } from "#lib/config/project.js";
import { packageVersion } from "#lib/package-facts.js";
import type { OtherRun } from "#lib/report/report-data.js";
import { pageDigest } from "#lib/report/report-html.js";
import type { RunFacts } from "#lib/report/run-sources.js";
import { alignLabel } from "./align-target.js";
import { pathBetween } from "./path-between.js";
import { exportLabel, POSTERIOR_KINDS, runPlace } from "./run-place.js";

/** All but what is read of a run's files. */
export interface ReportedRun extends Omit<RunFacts, "results" | "files"> {
  readonly binMs: number;
  /** Of its exports, relative to the folder of the lfadsfile. */
  readonly dataFolder: string;
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
  readonly where: readonly string[];
  readonly others: readonly OtherRun[];
}

/** Which runs reports are to be of. */
export interface AskedRuns {
  /** Comparisons as `c_gen_dim>64` that hold of them. */
  readonly where: readonly string[];
  /** `<collection>/<param_HASH>/<spec>` of each. */
  readonly labels: ReadonlySet<string>;
}

export const REPORT_FILE = "report.html";

/**
 * Of the collection's targets, all that a report shows of its runs, or of those `asked` for; each input is named for its
 * target. Undefined where there is nothing yet to show.
 */
export function reportTarget(
  project: Project,
  collection: Collection,
  targets: ReadonlyMap<string, Target>,
  asked?: AskedRuns,
): Target | undefined {
  const { imported } = collection;
  const inputs = new Map<string, TargetInput>();
  const add = (label: string, select?: readonly string[]): Target | undefined => {
    const target = targets.get(label);
    if (target) inputs.set(label, { name: label, target: label, ...(select ? { select } : {}) });
    return target;
  };
  const varying = differingParams(collection).filter((name) => name !== "name");
  const others: OtherRun[] = [];
  const reported = (params: RunParams, spec: RunSpec): ReportedRun[] => {
    const { label, dir } = runPlace(project, collection, params, spec);
    const { name, paramName, dataName, values } = params;
    const differing = Object.fromEntries(varying.map((each) => [each, values[each]!]));
    if (asked && !asked.labels.has(label)) {
      others.push({ label, name, paramName, spec: spec.name, params: differing });
      return [];
    }
    const results = add(`${label}:results`, ["results.json"]);
    const train = add(`${label}:train`, ["lfadsOutput/fitlog.csv?", "lfadsOutput/lfads_log/*?"]);
    if (!results && !train) return [];
    add(`${label}:${POSTERIOR_KINDS[0]}`);
    add(`${label}:model-params`);
    add(alignLabel(collection, params, spec));
    const exports = spec.datasets.map((name) => {
      // Where the exports of other programs have conditions and times.
      const others = imported ? [`inputInfo_${name}.mat?`] : [];
      const select = [`lfads_${name}.h5`, `evaluation_${name}.h5?`, ...others];
      return add(exportLabel(collection, params, spec, name), select);
    });
    return [
      {
        ...{ label, name, paramName, dataName, spec: spec.name, datasets: spec.datasets, params: differing },
        folder: pathBetween(project.dir, dir),
        binMs: values.spikeBinMs as number,
        dataFolder: pathBetween(project.dir, exports.find((target) => target)?.outDir ?? dir),
      },
    ];
  };
  const runs = collection.params.flatMap((params) => collection.runSpecs.flatMap((spec) => reported(params, spec)));
  if (runs.length === 0) return undefined;
  const isCommon = ([name]: readonly [string, unknown]) => name !== "name" && !varying.includes(name);
  const outDir = join(project.root, collection.name);
  const params: ReportParams = {
    lfads: packageVersion(),
    page: pageDigest(),
    collection: collection.name,
    folder: pathBetween(project.dir, outDir),
    imported: imported !== null,
    common: Object.fromEntries(Object.entries(collection.params[0]!.nonDefault).filter(isCommon)),
    varying,
    runs,
    // Where it leaves nothing out the page is that of all runs.
    where: asked && others.length > 0 ? asked.where : [],
    others,
  };
  return {
    label: `${collection.name}:report`,
    rule: "report",
    params: params as unknown as Json,
    inputs: [...inputs.values()],
    onDemand: true,
    // Nothing is written into a tree that was imported.
    outDir: imported ? join(project.dir, ".lfads", "imported", collection.name) : outDir,
  };
}
