import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { auditTargets } from "#lib/audit/audit-targets.js";
import { compareSurroundings } from "#lib/audit/compare-surroundings.js";
import { select } from "#lib/build/index.js";
import { surroundings } from "#lib/build/provenance.js";
import { findLfadsfile } from "#lib/config/find-lfadsfile.js";
import { ok } from "#lib/result.js";
import { ruleVersions } from "#rules/versions.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { exitCode } from "../exit-code.js";
import { findingLines, summaryLines, surroundingsLines, targetJson } from "../format-audit.js";
import { withWorkspace } from "../open-workspace.js";
import { painter } from "../paint.js";
import { resultVersions } from "../result-versions.js";
import { hashingLine } from "../views/hashing-line.js";

export interface AuditCommandOptions {
  readonly json?: boolean;
}

/** Whether results can be trusted and made again. Writes nothing. */
export async function audit(
  context: CommandContext,
  patterns: readonly string[],
  options: AuditCommandOptions,
): Promise<CommandResult> {
  forgetBundle(context);
  return withWorkspace(context, {}, async ({ project, graph }) => {
    const labels = select(graph, patterns);
    if (!labels.ok) return labels;
    const { terminal, verbose } = context;
    const { dir } = project;
    const view = hashingLine(terminal);
    const report = await auditTargets({
      graph,
      labels: labels.value,
      dir,
      ruleVersions,
      onProgress: view.progress,
    }).finally(view.stop);
    const made = report.targets.flatMap(({ status, record }) =>
      status !== "not-built" && record ? [record.provenance] : [],
    );
    const differences = compareSurroundings(made, await surroundings(dir, resultVersions()));
    if (options.json) {
      const targets = report.targets.map(targetJson);
      terminal.out(`${JSON.stringify({ ...report, targets, surroundings: differences })}\n`);
    } else {
      const paint = painter(terminal.outColour);
      const lines = [
        ...findingLines(report, verbose, paint),
        ...summaryLines(report, paint),
        ...surroundingsLines(differences, paint),
      ];
      terminal.out(`${lines.join("\n")}\n`);
    }
    return ok(report.holds ? exitCode.fine : exitCode.failed);
  });
}

/** The bundle of the lfadsfile is a cache as well, and not to be believed: it is made anew from the file. */
function forgetBundle({ dir, file }: CommandContext): void {
  const lfadsfile = file ?? findLfadsfile(dir);
  if (lfadsfile) rmSync(join(dirname(lfadsfile), ".lfads", "config"), { recursive: true, force: true });
}
