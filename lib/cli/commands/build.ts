import type { BuildResult } from "#lib/build/index.js";
import { ok } from "#lib/result.js";
import { buildProject } from "../build-project.js";
import { collectResults } from "../collect-results.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { exitCode } from "../exit-code.js";
import { resultsJson, resultsTable } from "../format-results.js";
import { formatSeconds } from "../format-seconds.js";
import { withWorkspace } from "../open-workspace.js";
import { painter } from "../paint.js";
import type { BuildView } from "../views/build-view.js";

export interface BuildCommandOptions {
  readonly dryRun?: boolean;
  readonly keepGoing?: boolean;
  readonly jobs?: number;
  /** Bytes. */
  readonly memory?: number;
  readonly json?: boolean;
}

export async function build(
  context: CommandContext,
  patterns: readonly string[],
  options: BuildCommandOptions,
): Promise<CommandResult> {
  if (options.dryRun) return (await import("./dry-run.js")).dryRun(context, patterns, options);
  const { terminal } = context;
  const started = performance.now();
  const interrupt = new AbortController();
  let onEvent: BuildView["onEvent"] = () => {};
  const workspaceOptions = {
    onEvent: (event: Parameters<typeof onEvent>[0]) => onEvent(event),
    ...(options.jobs === undefined ? {} : { jobs: options.jobs }),
    ...(options.memory === undefined ? {} : { memoryBytes: options.memory }),
  };
  return withWorkspace(context, workspaceOptions, async (workspace) => {
    const view = await chooseView(context, options.json ?? false);
    onEvent = view.onEvent;
    const stopListening = abortOnSignals(interrupt);
    let outcome: Awaited<ReturnType<typeof buildProject>>;
    try {
      const keepGoing = options.keepGoing ?? false;
      outcome = await buildProject(workspace, { labels: patterns, keepGoing, signal: interrupt.signal });
    } finally {
      view.stop();
      stopListening();
    }
    if (!outcome.ok) return outcome;
    const { value } = outcome;
    const rows = collectResults(workspace, value.labels);
    if (options.json) {
      terminal.out(`${JSON.stringify({ type: "results", runs: resultsJson(rows) })}\n`);
    } else {
      const seconds = (performance.now() - started) / 1000;
      const text = value.kind === "all-fresh" ? freshText(value.plan.counts.total) : builtText(value.result, seconds);
      terminal.out(`${text}\n`);
      if (rows.length > 0) terminal.out(`\n${resultsTable(rows, painter(terminal.outColour)).join("\n")}\n`);
    }
    return ok(value.kind === "all-fresh" ? exitCode.fine : codeOf(value.result));
  });
}

function codeOf(result: BuildResult) {
  if (result.interrupted) return exitCode.interrupted;
  return result.ok ? exitCode.fine : exitCode.failed;
}

function freshText(total: number): string {
  return total === 1 ? "The target is fresh." : `All ${total} targets are fresh.`;
}

/** `Built in 1:20: 10 ran, 2 restored, 2 fresh.` */
function builtText({ counts, interrupted, ok }: BuildResult, seconds: number): string {
  const words = interrupted ? "Interrupted after" : ok ? "Built in" : "Failed after";
  const parts = [
    [counts.ran, "ran"],
    [counts.restored, "restored"],
    [counts.fresh, "fresh"],
    [counts.failed, "failed"],
    [counts.skipped, "skipped"],
    [counts.notRun, "not run"],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return `${words} ${formatSeconds(seconds)}: ${told.join(", ")}.`;
}

async function chooseView({ terminal, verbose }: CommandContext, json: boolean): Promise<BuildView> {
  if (json) return (await import("../views/json-view.js")).jsonView(terminal);
  if (terminal.live) return (await import("../views/live-view.js")).liveView(terminal, { verbose });
  return (await import("../views/plain-view.js")).plainView(terminal, { verbose });
}

/** The first Ctrl-C stops the build in order, the second at once. */
function abortOnSignals(interrupt: AbortController): () => void {
  const stop = () => {
    if (interrupt.signal.aborted) process.exit(exitCode.interrupted);
    interrupt.abort();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, stop);
  return () => {
    for (const signal of signals) process.removeListener(signal, stop);
  };
}
