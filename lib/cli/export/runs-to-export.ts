import { join } from "node:path";
import { type Plan, select } from "#lib/build/index.js";
import type { Dataset, RunParams } from "#lib/config/project.js";
import type { RunFiles } from "#lib/export/open-run-results.js";
import type { Failure } from "#lib/failure.js";
import { ok, type Result } from "#lib/result.js";
import { isPosteriorOf, type PosteriorKind, runPlace } from "#rules/run-place.js";
import type { Workspace } from "../open-workspace.js";
import { restrictToRuns } from "../runs/restrict-to-runs.js";
import { placeOf } from "../runs/run-places.js";

/** One file to be written: what a run has for one of its datasets. */
export interface ExportJob {
  /** `<collection>/<param_HASH>/<spec>`. */
  readonly run: string;
  readonly dataset: Dataset;
  readonly params: RunParams;
  readonly kind: PosteriorKind;
  readonly files: RunFiles;
  /** When the posterior was computed, as ISO 8601 has it. */
  readonly madeAt: string;
}

export interface ExportPlan {
  readonly jobs: readonly ExportJob[];
  /** One for each run that is not up to date, of which nothing is exported. */
  readonly failures: readonly Failure[];
}

/**
 * What is to be exported of the runs with a target that the patterns mean, in the order of the lfadsfile; of those only of
 * which all comparisons of `where` hold.
 */
export async function runsToExport(
  workspace: Workspace,
  patterns: readonly string[],
  { kind, where = [] }: { readonly kind: PosteriorKind; readonly where?: readonly string[] },
): Promise<Result<ExportPlan, readonly Failure[]>> {
  const labels = select(workspace.graph, patterns);
  if (!labels.ok) return labels;
  const left = where.length > 0 ? await restrictToRuns(workspace, labels.value, where) : labels;
  if (!left.ok) return left;
  const meant = new Set(left.value.map(placeOf));
  const all = runsOf(workspace, kind).filter(({ label }) => meant.has(label));
  // Imported runs have what is there.
  const runs = all.filter(({ label }) => workspace.graph.byLabel.has(`${label}:${kind}`));
  if (runs.length === 0) {
    const which = patterns.length === 0 ? "" : ` that ${patterns.map((pattern) => `"${pattern}"`).join(", ")} means`;
    const what = all.length > 0 ? `No run${which} has a ${kind}.` : `There is no run${which}.`;
    const hint =
      all.length > 0 ? "--kind takes another." : "A run is <collection>/<param_HASH>/<spec>; lfads status lists them.";
    return { ok: false, error: [{ kind: "usage", what, hint }] };
  }
  const plan = await workspace.session.plan(runs.flatMap(({ targets }) => targets));
  const jobs: ExportJob[] = [];
  const failures: Failure[] = [];
  for (const run of runs) {
    const failure = notFresh(workspace, plan, run);
    if (failure) failures.push(failure);
    else jobs.push(...run.jobs());
  }
  return ok({ jobs, failures });
}

interface Run {
  readonly label: string;
  /** Whose outputs are exported. */
  readonly targets: readonly string[];
  /** Datasets whose input is gone, of an imported run. */
  readonly missing: readonly string[];
  jobs(): ExportJob[];
}

function runsOf({ project, graph, session }: Workspace, kind: PosteriorKind): Run[] {
  return project.collections.flatMap((collection) =>
    collection.params.flatMap((params) =>
      collection.runSpecs.flatMap((spec): Run[] => {
        const { label, dir } = runPlace(project, collection, params, spec);
        const train = graph.byLabel.get(`${label}:train`);
        if (!train) return [];
        const posterior = `${label}:${kind}`;
        const hasParams = graph.byLabel.has(`${label}:model-params`);
        const exports = new Map(
          train.target.inputs.flatMap((input) => ("target" in input ? [[input.name, input.target]] : [])),
        );
        const jobs = () =>
          spec.datasets.map((name): ExportJob => {
            const { record } = session.show(posterior);
            const exported = session.show(exports.get(name)!).record?.outputs ?? [];
            const { outDir } = graph.byLabel.get(exports.get(name)!)!.target;
            const ifThere = (of: "evaluation" | "inputInfo", file: string) =>
              exported.some(({ path }) => path === file) ? { [of]: join(outDir, file) } : {};
            const side = (which: "train" | "valid") => {
              const found = record?.outputs.find(({ path }) => isPosteriorOf(name, which, kind, path));
              return join(dir, found?.path ?? `lfadsOutput/model_runs_${name}.h5_${which}_${kind}`);
            };
            return {
              run: label,
              dataset: collection.datasets.datasets.find((dataset) => dataset.name === name)!,
              params,
              kind,
              files: {
                input: join(outDir, `lfads_${name}.h5`),
                posterior: { train: side("train"), valid: side("valid") },
                ...(hasParams ? { modelParams: join(dir, "lfadsOutput", "model_params") } : {}),
                ...ifThere("inputInfo", `inputInfo_${name}.mat`),
                ...ifThere("evaluation", `evaluation_${name}.h5`),
              },
              madeAt: record?.provenance.startedAt ?? new Date().toISOString(),
            };
          });
        const inputs = spec.datasets.flatMap((name) => exports.get(name) ?? []);
        const targets = [...inputs, posterior, ...(hasParams ? [`${label}:model-params`] : [])];
        return [{ label, targets, missing: spec.datasets.filter((name) => !exports.has(name)), jobs }];
      }),
    ),
  );
}

function notFresh({ session }: Workspace, { verdicts }: Plan, { label, targets, missing }: Run): Failure | undefined {
  if (missing.length > 0) {
    const what = `${label} is not exported: its input of ${missing.join(", ")} is gone.`;
    return { kind: "data", what, hint: "Put lfads_<dataset>.h5 back: trials are put into their order by it." };
  }
  const stale = targets.filter((target) => verdicts.get(target)!.kind !== "fresh");
  if (stale.length === 0) return undefined;
  const blocked = stale.map((target) => verdicts.get(target)!).find((verdict) => verdict.kind === "blocked");
  if (blocked?.kind === "blocked") return { ...blocked.failure, target: label };
  const build = `lfads build ${label}`;
  if (stale.every((target) => !session.show(target).record)) {
    return { kind: "usage", what: `${label} was never built here.`, hint: `${build} builds it.` };
  }
  const names = [...new Set(stale.map((target) => target.slice(target.lastIndexOf(":") + 1)))].join(", ");
  const what = `${label} is not up to date (${names}), and what is stale is not exported.`;
  return { kind: "usage", what, hint: `${build} brings it up to date; lfads why ${label} says what changed.` };
}
