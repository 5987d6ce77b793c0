import { counted } from "#lib/counted.js";
import { ok } from "#lib/result.js";
import { abortOnSignals } from "../abort-on-signals.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { exitCode } from "../exit-code.js";
import { painter } from "../paint.js";
import { printFailures } from "../print-failures.js";
import { lookAtProject, type ProjectSight } from "../project-sight.js";
import { type Change, waitForChange } from "../wait-for-change.js";
import { type BuildCommandOptions, build } from "./build.js";

/**
 * Builds, and builds again whenever the lfadsfile, what it imports or a recording changes. A change stops the build that
 * goes on: what it does not touch is fresh by then, or goes on from its checkpoint.
 */
export async function watch(
  context: CommandContext,
  patterns: readonly string[],
  options: Pick<BuildCommandOptions, "keepGoing" | "jobs" | "memory" | "where">,
): Promise<CommandResult> {
  const { terminal, verbose } = context;
  const paint = painter(terminal.errColour);
  const ending = new AbortController();
  const stopListening = abortOnSignals(ending);
  try {
    let sight = await lookAtProject(context);
    for (let first = true; !ending.signal.aborted; first = false) {
      const round = new AbortController();
      let change: Change | undefined;
      const changing = waitForChange(context, sight, ending.signal).then((found) => {
        change = found;
        round.abort();
      });
      const result = await build(context, patterns, options, round);
      if (!result.ok) {
        const isUsage = result.error.every(({ kind }) => kind === "usage");
        if (first && isUsage) return result;
        printFailures(terminal, result.error, verbose);
      }
      if (ending.signal.aborted) break;
      if (!change) terminal.err(`${paint("dim", waitingText(sight))}\n`);
      await changing;
      if (!change) break;
      const { what, sight: now } = change as Change;
      terminal.err(`\n${paint("cyan", `${what}: building again.`)}\n`);
      sight = now;
    }
    return ok(exitCode.interrupted);
  } finally {
    ending.abort();
    stopListening();
  }
}

function waitingText({ recordings, inputs }: ProjectSight): string {
  const [count, noun] = inputs.size === 0 ? [recordings.size, "recording"] : [recordings.size + inputs.size, "file"];
  const data = count === 0 ? "" : ` and ${counted(count, noun)}`;
  return `Waiting for changes of the lfadsfile${data}. Ctrl-C ends.`;
}
