import { join } from "node:path";
import { type Plan, select } from "#lib/build/index.js";
import type { Dataset, RunParams } from "#lib/config/project.js";
import type { RunFiles } from "#lib/export/open-run-results.js";
import type { Failure } from "#lib/failure.js";
import { ok, type Result } from "#lib/result.js";
import { type PosteriorKind, runPlace } from "#rules/plan.js";
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
  const runs = runsOf(workspace, kind).filter(({ label }) => meant.has(label));
  if (runs.length === 0) {
    const what = `No run is meant by ${patterns.map((pattern) => `"${pattern}"`).join(", ")}.`;
    const hint = "A run is <collection>/<param_HASH>/<spec>; lfads status lists them.";
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
  jobs(): ExportJob[];
}

function runsOf({ project, graph, session }: Workspace, kind: PosteriorKind): Run[] {
  return project.collections.flatMap((collection) =>
    collection.params.flatMap((params) =>
      collection.runSpecs.flatMap((spec): Run[] => {
        const { label, dir } = runPlace(project, collection, params, spec);
        const posterior = `${label}:${kind}`;
        // Of an imported run there may be less.
        const needed = [`${label}:train`, posterior, `${label}:model-params`];
        if (!needed.every((target) => graph.byLabel.has(target))) return [];
        const exports = graph.byLabel
          .get(`${label}:train`)!
          .target.inputs.flatMap((input) =>
            "target" in input && spec.datasets.includes(input.name) ? [input.target] : [],
          );
        const jobs = () =>
          spec.datasets.map((name, i): ExportJob => {
            const { record } = session.show(posterior);
            const exported = session.show(exports[i]!).record?.outputs ?? [];
            const { outDir } = graph.byLabel.get(exports[i]!)!.target;
            const ifThere = (of: "evaluation" | "inputInfo", file: string) =>
              exported.some(({ path }) => path === file) ? { [of]: join(outDir, file) } : {};
            const side = (which: string) => join(dir, "lfadsOutput", `model_runs_${name}.h5_${which}_${kind}`);
            return {
              run: label,
              dataset: collection.datasets.datasets.find((dataset) => dataset.name === name)!,
              params,
              kind,
              files: {
                input: join(outDir, `lfads_${name}.h5`),
                posterior: { train: side("train"), valid: side("valid") },
                modelParams: join(dir, "lfadsOutput", "model_params"),
                ...ifThere("inputInfo", `inputInfo_${name}.mat`),
                ...ifThere("evaluation", `evaluation_${name}.h5`),
              },
              madeAt: record?.provenance.startedAt ?? new Date().toISOString(),
            };
          });
        return [{ label, targets: [...exports, posterior, `${label}:model-params`], jobs }];
      }),
    ),
  );
}

function notFresh({ session }: Workspace, { verdicts }: Plan, { label, targets }: Run): Failure | undefined {
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
