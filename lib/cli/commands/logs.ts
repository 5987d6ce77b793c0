import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { setTimeout as wait } from "node:timers/promises";
import type { TargetReport } from "#lib/build/index.js";
import { err, ok } from "#lib/result.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { exitCode } from "../exit-code.js";
import { formatSeconds, secondsSince } from "../format-seconds.js";
import { withWorkspace } from "../open-workspace.js";
import { painter } from "../paint.js";
import { selectOne } from "../select-one.js";
import { fieldCells } from "../views/live-lines.js";

const pollMs = 200;

export async function logs(
  context: CommandContext,
  pattern: string,
  options: { readonly follow?: boolean },
): Promise<CommandResult> {
  const report = await withWorkspace(context, {}, async ({ graph, session }) => {
    const label = selectOne(graph, pattern);
    if (!label.ok) return label;
    const found = session.show(label.value);
    if (existsSync(found.logFile) || options.follow) return ok(found);
    const hint = `lfads build ${label.value} runs it.`;
    return err([{ kind: "usage", what: `${label.value} has not run here yet, so it has no log.`, hint }]);
  });
  if (!report.ok) return report;
  const { terminal } = context;
  let offset = 0;
  const decoder = new StringDecoder("utf8");
  const printNew = () => {
    offset = readFrom(report.value.logFile, offset, (bytes) => terminal.out(decoder.write(bytes)));
  };
  printNew();
  if (!options.follow) terminal.err(painter(terminal.errColour)("dim", timeText(report.value)));
  while (options.follow) {
    await wait(pollMs);
    printNew();
  }
  return ok(exitCode.fine);
}

/** How long the target ran, or runs already; a line, or nothing. */
function timeText({ running, failure, lastBuild }: TargetReport): string {
  if (running) return `Running: ${fieldCells(running.progress, secondsSince(running.startedAt)).join("  ")}\n`;
  if (failure) return `Failed: ${failure.what}\n`;
  return lastBuild ? `Took ${formatSeconds(lastBuild.seconds)}, ended ${lastBuild.endedAt}.\n` : "";
}

/** Gives what the file has from `offset` on; the new offset. A file that was begun anew is read from its start. */
function readFrom(file: string, offset: number, give: (bytes: Buffer) => void): number {
  if (!existsSync(file)) return 0;
  const handle = openSync(file, "r");
  try {
    const buffer = Buffer.alloc(64 * 1024);
    let position = offset > fstatSync(handle).size ? 0 : offset;
    for (let read = -1; read !== 0; position += read) {
      read = readSync(handle, buffer, 0, buffer.length, position);
      if (read > 0) give(buffer.subarray(0, read));
    }
    return position;
  } finally {
    closeSync(handle);
  }
}
