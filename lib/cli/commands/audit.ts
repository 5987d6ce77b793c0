import type { AuditReport } from "#lib/audit/audit-report.js";
import { auditTargets } from "#lib/audit/audit-targets.js";
import { compareSurroundings, type SurroundingsDifference } from "#lib/audit/compare-surroundings.js";
import { type Rebuild, rebuildTargets } from "#lib/audit/rebuild-targets.js";
import { surroundings } from "#lib/build/provenance.js";
import { storeHome } from "#lib/build/store-home.js";
import { packageVersion } from "#lib/package-facts.js";
import { ok } from "#lib/result.js";
import { memoryOfRuns } from "#rules/run-memory.js";
import { ruleVersions } from "#rules/versions.js";
import { abortOnSignals } from "../abort-on-signals.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { crateFacts } from "../crate-facts.js";
import { neededDatasets, readInfos } from "../dataset-infos.js";
import { type ExitCode, exitCode } from "../exit-code.js";
import { adviceLines, findingLines, summaryLines, surroundingsLines, targetJson } from "../format-audit.js";
import { formatRebuild } from "../format-rebuild.js";
import { type Workspace, withWorkspace } from "../open-workspace.js";
import { painter } from "../paint.js";
import { type RebuildRequest, rebuildRequest, recordsToRebuild } from "../rebuild-selection.js";
import { resultVersions } from "../result-versions.js";
import { rulesModule } from "../rules-module.js";
import { selectThere } from "../select-there.js";
import { chooseView } from "../views/choose-view.js";
import { hashingLine } from "../views/hashing-line.js";

export interface AuditCommandOptions {
  /** A share or labels; true: all that is audited. */
  readonly rebuild?: true | readonly string[];
  readonly jobs?: number;
  /** Bytes. */
  readonly memory?: number;
  readonly json?: boolean;
  readonly format?: "text" | "ro-crate";
}

interface Audited {
  readonly report: AuditReport;
  readonly differences: readonly SurroundingsDifference[];
  readonly rebuild: Rebuild | undefined;
}

/** Whether results can be trusted and made again. Writes nothing into the project. */
export async function audit(
  context: CommandContext,
  patterns: readonly string[],
  options: AuditCommandOptions,
): Promise<CommandResult> {
  const request = options.rebuild === undefined ? undefined : rebuildRequest(options.rebuild);
  if (request && !request.ok) return request;
  return withWorkspace(context, { anew: true }, async (workspace) => {
    const { graph, project } = workspace;
    const labels = selectThere(workspace, patterns);
    if (!labels.ok) return labels;
    const again =
      request && request.value.patterns.length > 0 ? selectThere(workspace, request.value.patterns) : labels;
    if (!again.ok) return again;
    const view = hashingLine(context.terminal);
    const report = await auditTargets({
      graph,
      labels: [...labels.value, ...again.value],
      dir: project.dir,
      home: storeHome(project.store.folder),
      ruleVersions,
      onProgress: view.progress,
    }).finally(view.stop);
    const made = report.targets.flatMap(({ status, record }) =>
      status !== "not-built" && record ? [record.provenance] : [],
    );
    const differences = compareSurroundings(made, await surroundings(project.dir, resultVersions()));
    const rebuild = request && (await makeAgain(context, workspace, report, request.value, again.value, options));
    const audited = { report, differences, rebuild };
    if (options.format === "ro-crate") return ok(await writeCrate(context, workspace, audited));
    context.terminal.out(options.json ? `${JSON.stringify(auditJson(audited), plain)}\n` : auditText(audited, context));
    return ok(codeOf(audited));
  });
}

async function makeAgain(
  context: CommandContext,
  { project, graph }: Workspace,
  report: AuditReport,
  { percent }: RebuildRequest,
  labels: readonly string[],
  { jobs, memory }: AuditCommandOptions,
): Promise<Rebuild> {
  const interrupt = new AbortController();
  const stopListening = abortOnSignals(interrupt);
  const view = await chooseView(context);
  try {
    return await rebuildTargets({
      graph,
      home: storeHome(project.store.folder),
      records: recordsToRebuild(report, new Set(labels), percent),
      memoryOf: memoryOfRuns(project, readInfos(neededDatasets(project))),
      signal: interrupt.signal,
      session: {
        ruleVersions,
        rulesModule,
        onEvent: view.onEvent,
        ...(jobs === undefined ? {} : { jobs }),
        ...(memory === undefined ? {} : { memoryBytes: memory }),
      },
    });
  } finally {
    view.stop();
    stopListening();
  }
}

/** The crate goes to standard output; of results that do not hold there is none. */
async function writeCrate(context: CommandContext, { project, graph }: Workspace, audited: Audited): Promise<ExitCode> {
  const code = codeOf(audited);
  if (code !== exitCode.fine) {
    context.terminal.err(auditText(audited, context));
    return code;
  }
  const { roCrate } = await import("#lib/audit/ro-crate.js");
  const facts = {
    ...crateFacts(project.dir),
    graph,
    dir: project.dir,
    lfadsfile: project.file,
    version: packageVersion(),
  };
  context.terminal.out(`${JSON.stringify(roCrate(facts, audited.report.targets), null, 2)}\n`);
  return code;
}

function auditJson({ report, differences, rebuild }: Audited) {
  const { holds, targets, ...rest } = report;
  const all = holds && (rebuild === undefined || isIdentical(rebuild));
  return { holds: all, ...rest, targets: targets.map(targetJson), surroundings: differences, rebuild };
}

/** Attributes of HDF5 files may hold 64-bit integers, which JSON has not. */
function plain(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

function auditText({ report, differences, rebuild }: Audited, { terminal, verbose }: CommandContext): string {
  const paint = painter(terminal.outColour);
  const lines = [
    ...findingLines(report, verbose, paint),
    ...summaryLines(report, paint),
    ...adviceLines(report),
    ...(rebuild ? formatRebuild(rebuild, paint) : []),
    ...surroundingsLines(differences, paint),
  ];
  return `${lines.join("\n")}\n`;
}

function codeOf({ report, rebuild }: Audited): ExitCode {
  if (rebuild?.interrupted) return exitCode.interrupted;
  return report.holds && (rebuild === undefined || isIdentical(rebuild)) ? exitCode.fine : exitCode.failed;
}

function isIdentical({ targets }: Rebuild): boolean {
  return targets.length > 0 && targets.every(({ outcome }) => outcome === "identical" || outcome === "imported");
}
