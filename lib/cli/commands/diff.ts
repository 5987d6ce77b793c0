import type { Failure } from "#lib/failure.js";
import { err, ok, type Result } from "#lib/result.js";
import { collectResults } from "../collect-results.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { compareOutputs } from "../diff/compare-outputs.js";
import { compareResults } from "../diff/compare-results.js";
import { compareInputs, compareParams, compareVersions } from "../diff/compare-sides.js";
import { type ComparedSide, comparedSide } from "../diff/compared-side.js";
import type { Comparison } from "../diff/comparison.js";
import { formatComparison } from "../diff/format-comparison.js";
import { exitCode } from "../exit-code.js";
import { type Workspace, withWorkspace } from "../open-workspace.js";
import { painter } from "../paint.js";

/** Of an HDF5 file, datasets shown without --verbose: all that a file of results has, of a checkpoint those furthest off. */
const MOST = 16;

/** Compares two runs or two targets as they were built last. As diff: 0 the same, 1 not the same, 2 cannot be compared. */
export async function diff(
  context: CommandContext,
  patterns: readonly [left: string, right: string],
  options: { readonly json?: boolean },
): Promise<CommandResult> {
  return withWorkspace(context, {}, async (workspace) => {
    const sides = await bothSides(workspace, patterns);
    if (!sides.ok) return sides;
    const [left, right] = sides.value;
    const { terminal } = context;
    for (const { label, targets } of sides.value) {
      const stale = [...targets.values()].filter((target) => !target.fresh);
      if (stale.length === 0) continue;
      const what = `${label} is not up to date (${stale.length} of ${targets.size} targets); what was built last is compared.`;
      terminal.err(`${painter(terminal.errColour)("yellow", "warning")}: ${what}\n`);
    }
    const comparison = await compare(workspace, left, right);
    terminal.out(
      options.json
        ? `${JSON.stringify(comparison)}\n`
        : formatComparison(comparison, context.verbose ? Number.POSITIVE_INFINITY : MOST, painter(terminal.outColour)),
    );
    return ok(comparison.same ? exitCode.fine : exitCode.failed);
  });
}

async function bothSides(
  workspace: Workspace,
  patterns: readonly [string, string],
): Promise<Result<readonly [ComparedSide, ComparedSide], readonly Failure[]>> {
  const [left, right] = [await comparedSide(workspace, patterns[0]), await comparedSide(workspace, patterns[1])];
  if (!left.ok || !right.ok) return err([left, right].flatMap((side) => (side.ok ? [] : side.error)));
  const sides = [left.value, right.value] as const;
  const failures = sides.flatMap((side) => neverBuilt(side));
  const kinds = sides.map(({ params, targets }) => (params ? "run" : targets.get("")!.rule));
  if (kinds[0] !== kinds[1]) {
    const what = `A ${kinds[0]} and a ${kinds[1]} cannot be compared: both sides are runs, or targets of one rule.`;
    failures.push({ kind: "usage", what });
  }
  return failures.length > 0 ? err(failures) : ok(sides);
}

function neverBuilt({ label, targets }: ComparedSide): Failure[] {
  if ([...targets.values()].some(({ record }) => record)) return [];
  return [{ kind: "usage", what: `${label} was never built here.`, hint: `lfads build ${label} builds it.` }];
}

async function compare(workspace: Workspace, left: ComparedSide, right: ComparedSide): Promise<Comparison> {
  const parameters = compareParams(left, right);
  const inputs = compareInputs(left, right);
  const outputs = await compareOutputs(left, right);
  const [a, b] = [left, right].map(({ label }) => collectResults(workspace, [`${label}:results`])[0]);
  const differing =
    parameters.length + inputs.differences.length + outputs.filter(({ state }) => state !== "same").length;
  return {
    left: left.label,
    right: right.label,
    same: differing === 0,
    parameters,
    inputs,
    versions: compareVersions(left, right),
    results: left.params ? compareResults(a, b) : [],
    outputs,
  };
}
