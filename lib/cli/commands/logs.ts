import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { setTimeout as wait } from "node:timers/promises";
import { err, ok } from "#lib/result.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { exitCode } from "../exit-code.js";
import { withWorkspace } from "../open-workspace.js";
import { selectOne } from "../select-one.js";

const pollMs = 200;

export async function logs(
  context: CommandContext,
  pattern: string,
  options: { readonly follow?: boolean },
): Promise<CommandResult> {
  const logFile = await withWorkspace(context, {}, async ({ graph, session }) => {
    const label = selectOne(graph, pattern);
    if (!label.ok) return label;
    const file = session.show(label.value).logFile;
    if (existsSync(file) || options.follow) return ok(file);
    const hint = `lfads build ${label.value} runs it.`;
    return err([{ kind: "usage", what: `${label.value} has not run here yet, so it has no log.`, hint }]);
  });
  if (!logFile.ok) return logFile;
  let offset = 0;
  const decoder = new StringDecoder("utf8");
  const printNew = () => {
    offset = readFrom(logFile.value, offset, (bytes) => context.terminal.out(decoder.write(bytes)));
  };
  printNew();
  while (options.follow) {
    await wait(pollMs);
    printNew();
  }
  return ok(exitCode.fine);
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
