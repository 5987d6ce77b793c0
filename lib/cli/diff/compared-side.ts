/** One side of a comparison: a run with all its targets, or a single target; as it was built last. */
import { join } from "node:path";
import { type ActionRecord, type Plan, select } from "#lib/build/index.js";
import type { Collection, RunParams } from "#lib/config/project.js";
import type { Failure } from "#lib/failure.js";
import { err, ok, type Result } from "#lib/result.js";
import { runPlace } from "#rules/plan.js";
import type { Workspace } from "../open-workspace.js";
import { settingText } from "../run-settings.js";
import { selectOne } from "../select-one.js";

export interface ComparedSide {
  /** `<collection>/<param_HASH>/<spec>`, of a target with `:<rule>`. */
  readonly label: string;
  /** Undefined where a single target is compared. */
  readonly params: RunParams | undefined;
  /** By what tells them apart in the run: the rule, for exports also the dataset. */
  readonly targets: ReadonlyMap<string, ComparedTarget>;
}

export interface ComparedTarget {
  readonly label: string;
  readonly rule: string;
  readonly record: ActionRecord | undefined;
  /** It is up to date, so its files are those of the record. */
  readonly fresh: boolean;
  /** Absolute path of an output. */
  fileOf(path: string): string;
}

interface Run {
  readonly label: string;
  readonly collection: Collection;
  readonly params: RunParams;
}

/** A pattern with a colon means a target, any other a run. */
export async function comparedSide(
  workspace: Workspace,
  pattern: string,
): Promise<Result<ComparedSide, readonly Failure[]>> {
  if (pattern.includes(":")) {
    const label = selectOne(workspace.graph, pattern);
    if (!label.ok) return label;
    const plan = await workspace.session.plan([label.value]);
    return ok({
      label: label.value,
      params: undefined,
      targets: new Map([["", target(workspace, plan, label.value)]]),
    });
  }
  const found = findRun(workspace, pattern);
  if (!found.ok) return found;
  const { label, params } = found.value;
  const labels = workspace.graph.nodes.flatMap((node) =>
    node.target.label.startsWith(`${label}:`) ? [node.target.label] : [],
  );
  const plan = await workspace.session.plan(labels);
  const targets = new Map<string, ComparedTarget>();
  for (const input of workspace.graph.byLabel.get(`${label}:train`)!.target.inputs) {
    if ("target" in input && input.target.endsWith(":export")) {
      for (const before of workspace.graph.byLabel.get(input.target)!.target.inputs) {
        if ("target" in before && before.target.endsWith(":align")) {
          targets.set("align", target(workspace, plan, before.target));
        }
      }
      targets.set(`export ${input.name}`, target(workspace, plan, input.target));
    }
  }
  for (const each of labels) targets.set(each.slice(label.length + 1), target(workspace, plan, each));
  return ok({ label, params, targets });
}

function findRun({ project, graph }: Workspace, pattern: string): Result<Run, readonly Failure[]> {
  const labels = select(graph, [pattern]);
  if (!labels.ok) return labels;
  const places = new Set(labels.value.map((label) => label.slice(0, label.lastIndexOf(":"))));
  const runs = project.collections.flatMap((collection) =>
    collection.params.flatMap((params) =>
      collection.runSpecs.map((spec) => ({
        label: runPlace(project, collection, params, spec).label,
        collection,
        params,
      })),
    ),
  );
  const meant = runs.filter((run) => places.has(run.label));
  const [first, ...others] = meant;
  if (first && others.length === 0) return ok(first);
  const count = first ? `${meant.length} runs` : "no run";
  const what = `"${pattern}" names ${count}, and each side of a comparison is one run, or one target.`;
  const candidates = first ? meant : runs;
  const some = candidates.slice(0, 10).map((run) => `\n    ${run.label}  ${settingText(run.collection, run.params)}`);
  const more = candidates.length > 10 ? `\n    and ${candidates.length - 10} more` : "";
  return err([{ kind: "usage", what, hint: `Say which:${some.join("")}${more}` }]);
}

function target({ graph, session }: Workspace, plan: Plan, label: string): ComparedTarget {
  const { rule, outDir } = graph.byLabel.get(label)!.target;
  const { record } = session.show(label);
  const fresh = plan.verdicts.get(label)!.kind === "fresh";
  return { label, rule, record, fresh, fileOf: (path) => join(outDir, path) };
}
