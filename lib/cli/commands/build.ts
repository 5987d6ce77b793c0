import type { Executor } from "#lib/build/executor.js";
import type { FreshUnit } from "#lib/build/fresh-file.js";
import type { BuildResult, BuildSoFar, Outcome, Plan } from "#lib/build/index.js";
import type { Project } from "#lib/config/project.js";
import { diskFailure } from "#lib/disk-failure.js";
import { ok } from "#lib/result.js";
import type { BuildOutcome, BuildProjectOptions } from "../build-project.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { exitCode } from "../exit-code.js";
import { formatSeconds } from "../format-seconds.js";
import { lfadsfileOf } from "../lfadsfile-of.js";
import type { Workspace, WorkspaceOptions } from "../open-workspace.js";
import { painter } from "../paint.js";
import { rulesModule } from "../rules-module.js";
import { type StaleParts, staleParts } from "../stale-parts.js";
import type { BuildView } from "../views/build-view.js";

export interface BuildCommandOptions {
  readonly dryRun?: boolean;
  readonly keepGoing?: boolean;
  readonly jobs?: number;
  /** Bytes. */
  readonly memory?: number;
  /** Comparisons as `c_gen_dim>64`: only what belongs to runs of which all hold. */
  readonly where?: readonly string[];
  readonly json?: boolean;
  /** Say why before anything runs, and of each target as it goes. */
  readonly explain?: boolean;
  /** Hash every file, whatever its stamp says. */
  readonly verify?: boolean;
  /** Write the records of each collection beside its results. */
  readonly records?: boolean;
}

/** What another command builds and prints by building; what is told of the build then goes to standard error. */
export interface BuildReport {
  readonly choose: NonNullable<BuildProjectOptions["choose"]>;
  /** Targets instead of those of the project's runs. */
  readonly plan?: WorkspaceOptions["plan"];
  /** `labels`: those of the chosen targets that are up to date. */
  readonly print: (workspace: Workspace, labels: readonly string[]) => void;
}

/** So many runs are listed after a build; `lfads status --results` lists any number. */
const MOST_RESULTS = 60;

export async function build(
  context: CommandContext,
  patterns: readonly string[],
  options: BuildCommandOptions,
  interrupt = new AbortController(),
  report?: BuildReport,
): Promise<CommandResult> {
  if (options.dryRun) return (await import("./dry-run.js")).dryRun(context, patterns, options);
  const startedMs = performance.now();
  const file = lfadsfileOf(context);
  if (!file.ok) return file;
  const { where, json, verify, records } = options;
  const isWhole = patterns.length === 0 && !where && !json && !verify && !records && !report;
  const parts = isWhole ? await staleParts(file.value) : undefined;
  if (parts?.allFresh) {
    context.terminal.out(`${freshText(parts.fresh.size)}\n`);
    return ok(exitCode.fine);
  }
  const executor = new (await import("#lib/build/local-executor.js")).LocalExecutor({ rulesModule });
  // It starts while this process plans.
  if (parts) executor.warm(1);
  try {
    return await buildStale(context, patterns, { ...options, interrupt, startedMs, parts, executor, report });
  } finally {
    await executor.close();
  }
}

interface StaleBuild extends BuildCommandOptions {
  readonly interrupt: AbortController;
  readonly startedMs: number;
  readonly parts: StaleParts | undefined;
  readonly executor: Executor;
  readonly report: BuildReport | undefined;
  /** What reading recordings for filters did, in this build. */
  readonly read?: BuildResult;
}

async function buildStale(
  context: CommandContext,
  patterns: readonly string[],
  options: StaleBuild,
): Promise<CommandResult> {
  const {
    json = false,
    verify = false,
    keepGoing = false,
    explain = false,
    interrupt,
    parts,
    executor,
    report,
  } = options;
  const { terminal } = context;
  const [{ withWorkspace }, { buildProject }, { chooseView }, { abortOnSignals }] = await Promise.all([
    import("../open-workspace.js"),
    import("../build-project.js"),
    import("../views/choose-view.js"),
    import("../abort-on-signals.js"),
  ]);
  let onEvent: BuildView["onEvent"] = () => {};
  const workspaceOptions = {
    onEvent: (event: Parameters<typeof onEvent>[0]) => onEvent(event),
    ...(options.jobs === undefined ? {} : { jobs: options.jobs }),
    ...(options.memory === undefined ? {} : { memoryBytes: options.memory }),
    wanted: parts?.wanted,
    ...(report?.plan ? { plan: report.plan } : {}),
    verify,
    executor,
  };
  let fresh: FreshUnit[] = [];
  let grown: Project | undefined;
  let read: BuildResult | undefined;
  const result = await withWorkspace(context, workspaceOptions, async (workspace) => {
    let planned: Plan | undefined;
    const timeLeft = async (soFar: BuildSoFar) => planned && workspace.session.estimate(planned, { soFar });
    const view = await chooseView(context, { json, explain, timeLeft });
    onEvent = view.onEvent;
    const stopListening = abortOnSignals(interrupt);
    let outcome: Awaited<ReturnType<typeof buildProject>>;
    try {
      outcome = await buildProject(workspace, {
        labels: patterns,
        where: options.where,
        ...(report ? { choose: report.choose } : {}),
        keepGoing,
        signal: interrupt.signal,
        read: options.read,
        onPlan: async (plan) => {
          planned = plan;
          if (explain) await explainPlan(context, workspace, plan, json);
        },
      });
    } finally {
      view.stop();
      stopListening();
    }
    if (!outcome.ok) return outcome;
    const { value } = outcome;
    if (value.kind === "recordings-read") {
      read = value.result;
      return ok(exitCode.fine);
    }
    if (value.kind === "built" && value.result.counts.ran > 0) grown = workspace.project;
    if (parts) fresh = workspace.session.freshUnits(parts.units(workspace.units));
    const elsewhere = parts ? [...parts.fresh].filter((label) => !workspace.graph.byLabel.has(label)).length : 0;
    if (!json && !(report && value.kind === "all-fresh")) {
      const seconds = (performance.now() - options.startedMs) / 1000;
      const text =
        value.kind === "all-fresh"
          ? freshText(value.plan.counts.total + elsewhere)
          : builtText(value.result, seconds, elsewhere);
      if (report) terminal.err(`${text}\n`);
      else terminal.out(`${text}\n`);
    }
    if (report) report.print(workspace, upToDate(value));
    else if (json || value.kind === "built") await printResults(terminal, workspace, value.labels, json);
    const code = value.kind === "all-fresh" ? exitCode.fine : codeOf(value.result);
    if (options.records && code === exitCode.fine)
      (await import("../write-records.js")).writeRecords(workspace, value.labels);
    return ok(code);
  });
  if (read) {
    const file = lfadsfileOf(context);
    const again = parts && file.ok ? await staleParts(file.value) : undefined;
    return buildStale(context, patterns, { ...options, parts: again, read });
  }
  if (grown) await (await import("../store-limit.js")).keepStoreLimit(context, grown);
  if (parts) rememberFresh(parts, fresh);
  return result;
}

/** Of the labels, those whose targets are made as the lfadsfile says. */
function upToDate(value: Exclude<BuildOutcome, { kind: "recordings-read" }>): readonly string[] {
  if (value.kind === "all-fresh") return value.labels;
  const good: readonly (Outcome | undefined)[] = ["ran", "restored", "fresh"];
  return value.labels.filter((label) => good.includes(value.result.outcomes.get(label)));
}

/** The next build need not plan what is fresh now. Last of all: it names the state that it goes with. */
function rememberFresh(parts: StaleParts, fresh: readonly FreshUnit[]): void {
  try {
    parts.remember(fresh);
  } catch (error) {
    // A disk that refuses it costs the next build time only.
    if (!diskFailure(error)) throw error;
  }
}

async function explainPlan(
  { terminal, verbose }: CommandContext,
  { session }: Workspace,
  plan: Plan,
  json: boolean,
): Promise<void> {
  const causes = await session.explain(plan, [...plan.verdicts.keys()]);
  if (json) {
    terminal.out(`${JSON.stringify({ type: "causes", causes })}\n`);
    return;
  }
  const { formatCauses, MOST_TARGETS } = await import("../format-cause.js");
  const most = verbose ? Number.POSITIVE_INFINITY : MOST_TARGETS;
  terminal.err(`${formatCauses(causes, most, painter(terminal.errColour)).join("\n")}\n\n`);
}

async function printResults(
  terminal: CommandContext["terminal"],
  workspace: Workspace,
  labels: readonly string[],
  json: boolean,
): Promise<void> {
  const [{ collectResults }, { resultsJson, resultsTable }] = await Promise.all([
    import("../collect-results.js"),
    import("../format-results.js"),
  ]);
  const rows = collectResults(workspace, labels);
  if (json) terminal.out(`${JSON.stringify({ type: "results", runs: resultsJson(rows) })}\n`);
  else if (rows.length > MOST_RESULTS) terminal.out(`\n${rows.length} runs have results: lfads status --results\n`);
  else if (rows.length > 0)
    terminal.out(`\n${resultsTable(rows, painter(terminal.outColour), terminal.outWidth()).join("\n")}\n`);
}

function codeOf(result: BuildResult) {
  if (result.interrupted) return exitCode.interrupted;
  return result.ok ? exitCode.fine : exitCode.failed;
}

function freshText(total: number): string {
  return total === 1 ? "The target is fresh." : `All ${total} targets are fresh.`;
}

/** `Built in 1:20: 10 ran, 2 restored, 2 fresh.` `elsewhere`: fresh ones that were not planned. */
function builtText({ counts, interrupted, ok }: BuildResult, seconds: number, elsewhere: number): string {
  const words = interrupted ? "Interrupted after" : ok ? "Built in" : "Failed after";
  const parts = [
    [counts.ran, "ran"],
    [counts.imported, "imported"],
    [counts.restored, "restored"],
    [counts.fresh + elsewhere, "fresh"],
    [counts.failed, "failed"],
    [counts.skipped, "skipped"],
    [counts.notRun, "not run"],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return `${words} ${formatSeconds(seconds)}: ${told.join(", ")}.`;
}
