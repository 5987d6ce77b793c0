import { availableParallelism } from "node:os";
import { type ActionRecord, type TargetReport, threadsOf } from "#lib/build/index.js";
import { formatFailure } from "#lib/failure.js";
import { formatBytes } from "#lib/format-bytes.js";
import { ok } from "#lib/result.js";
import { memoryOfRuns } from "#rules/run-memory.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { neededDatasets, readInfos } from "../dataset-infos.js";
import { exitCode } from "../exit-code.js";
import { formatSeconds } from "../format-seconds.js";
import { formatTable } from "../format-table.js";
import { withWorkspace } from "../open-workspace.js";
import { selectOne } from "../select-one.js";

export async function show(
  context: CommandContext,
  pattern: string,
  options: { readonly json?: boolean; readonly plot?: string | true },
): Promise<CommandResult> {
  return withWorkspace(context, {}, async (workspace) => {
    const { project, graph, session } = workspace;
    const label = selectOne(graph, pattern);
    if (!label.ok) return label;
    if (options.plot !== undefined) {
      const { showPlot } = await import("./show-plot.js");
      return showPlot(context, workspace, label.value, options.plot === true ? "alignment.svg" : options.plot);
    }
    const report = session.show(label.value);
    const threads = threadsOf(graph.byLabel.get(label.value)!.target, availableParallelism());
    const bytes = memoryOfRuns(project, readInfos(neededDatasets(project)))(label.value, threads);
    const memory = bytes > 0 ? { bytes, threads } : null;
    const text = options.json
      ? JSON.stringify({ ...report, memory }, null, 2)
      : formatReport(report, memory).join("\n");
    context.terminal.out(`${text}\n`);
    return ok(exitCode.fine);
  });
}

/** `memory`: what a run takes with all threads that it can have here; null when it is little or not known yet. */
function formatReport(report: TargetReport, memory: { bytes: number; threads: number } | null): string[] {
  const lines = [
    report.label,
    `  rule     ${report.rule}`,
    `  folder   ${report.outDir}`,
    `  key      ${report.key ?? "never built here"}`,
  ];
  if (report.lastBuild) {
    const { endedAt, seconds, how } = report.lastBuild;
    lines.push(`  built    ${how} in ${formatSeconds(seconds)}, ended ${endedAt}`);
  }
  if (memory) {
    const { bytes, threads } = memory;
    lines.push(`  memory   about ${formatBytes(bytes)} with ${threads} ${threads === 1 ? "thread" : "threads"}`);
  }
  lines.push(`  log      ${report.logFile}`);
  if (report.failure) lines.push("", "last failure", ...indent([formatFailure(report.failure)]));
  if (report.record) lines.push(...recordLines(report.record));
  return lines;
}

function recordLines(record: ActionRecord): string[] {
  const { provenance } = record;
  const versions = Object.entries(provenance.versions).map(([name, version]) => {
    const digest = /^[0-9a-f]{64}$/.test(version);
    return `${name} ${digest ? version.slice(0, 12) : version}`;
  });
  const git = provenance.git
    ? `${provenance.git.commit}${provenance.git.dirty ? " with uncommitted changes" : ""}`
    : "none";
  const inputs = record.inputs.map((input) => [input.name, input.file, input.digest.slice(0, 12), input.from]);
  const outputs = record.outputs.map((output) => [output.path, String(output.size), output.digest.slice(0, 12)]);
  return [
    "",
    "provenance",
    ...(provenance.imported
      ? [`  imported ${provenance.startedAt}: how it was made is not known`]
      : [
          `  made for ${provenance.label}`,
          `  started  ${provenance.startedAt}, took ${formatSeconds(provenance.seconds)}, threads ${provenance.threads}`,
        ]),
    `  on       ${provenance.host} (${provenance.platform}), node ${provenance.node}${versions.map((v) => `, ${v}`).join("")}`,
    `  rule     ${record.rule} version ${record.ruleVersion}`,
    `  git      ${git}`,
    "",
    "params",
    ...indent(JSON.stringify(record.params, null, 2).split("\n")),
    ...section("inputs", [{ title: "name" }, { title: "file" }, { title: "digest" }, { title: "from" }], inputs),
    ...section("outputs", [{ title: "file" }, { title: "bytes", align: "right" }, { title: "digest" }], outputs),
  ];
}

function section(title: string, columns: Parameters<typeof formatTable>[0], rows: string[][]): string[] {
  return rows.length === 0 ? [] : ["", title, ...indent(formatTable(columns, rows))];
}

function indent(lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split("\n")).map((line) => `  ${line}`);
}
