import type { Collection } from "#lib/build/collect-garbage.js";
import { counted } from "#lib/counted.js";
import { formatBytes } from "#lib/format-bytes.js";
import { ok } from "#lib/result.js";
import { RUN_LOG } from "#rules/plan.js";
import { formatAge } from "../age.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { exitCode } from "../exit-code.js";
import { folderReaches } from "../folder-reaches.js";
import { dimHeader, formatTable } from "../format-table.js";
import { withWorkspace } from "../open-workspace.js";
import { type Paint, painter } from "../paint.js";
import { recordSettings } from "../record-settings.js";

export interface GcOptions {
  /** Milliseconds. */
  readonly olderThan?: number;
  /** Bytes. */
  readonly maxSize?: number;
  readonly outputs?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Removes what no lfadsfile of the folder and no root needs, after saying what and asking. */
export async function gc(context: CommandContext, options: GcOptions): Promise<CommandResult> {
  const { terminal } = context;
  const reaches = await folderReaches(context);
  if (!reaches.ok) return reaches;
  return withWorkspace(context, {}, async ({ session }) => {
    const limits = {
      reaches: reaches.value,
      usedBeforeMs: options.olderThan === undefined ? undefined : Date.now() - options.olderThan,
      maxBytes: options.maxSize,
      outputs: options.outputs ?? false,
      logNames: [RUN_LOG],
    };
    const planned = await session.collectGarbage({ ...limits, dryRun: true });
    if (!options.json) terminal.out(`${collectionLines(planned, painter(terminal.outColour)).join("\n")}\n`);
    if (options.maxSize !== undefined && planned.neededBytes > options.maxSize)
      terminal.err(
        `What is needed takes ${formatBytes(planned.neededBytes)}, more than ${formatBytes(options.maxSize)}.\n`,
      );
    if (options.json && options.dryRun) terminal.out(collectionJson(planned));
    if (options.dryRun || (isNothing(planned) && !options.json)) return ok(exitCode.fine);
    if (!options.yes) {
      const { confirm } = await import("../confirm.js");
      const yes = await confirm(`Remove ${sums(planned)}?`);
      if (!yes.ok) return yes;
      if (!yes.value) return ok(exitCode.fine);
    }
    const done = await session.collectGarbage(limits);
    terminal.out(options.json ? collectionJson(done) : `Removed ${sums(done)}.\n`);
    return ok(exitCode.fine);
  });
}

function isNothing({ groups, contents, outputs, logs, unfinished }: Collection): boolean {
  return groups.length + contents.length + outputs.length + logs.length + unfinished.length === 0;
}

function collectionLines(collection: Collection, paint: Paint): string[] {
  const { groups, storeBytes } = collection;
  if (isNothing(collection)) return [`There is nothing to remove; the store has ${formatBytes(storeBytes)}.`];
  const settings = recordSettings(groups.flatMap(recordsOf));
  const rows = groups.map(({ place, records, usedMs, bytes }) => [
    place,
    settings.get(place) ?? "",
    String(records.length),
    formatAge(Date.now() - usedMs),
    formatBytes(bytes),
  ]);
  const columns = [
    { title: "run" },
    { title: "setting" },
    { title: "results", align: "right" },
    { title: "last used", align: "right" },
    { title: "size", align: "right" },
  ] as const;
  const table = rows.length === 0 ? [] : [...formatTable(columns, rows, dimHeader(paint)), ""];
  return [...table, `Nothing needs ${sums(collection)}.`];
}

/** `12 results (2.4 MB of the store's 12 MB), 4 files of the run tree (1.1 MB), 5 logs` */
function sums({ groups, bytes, storeBytes, outputs, outputBytes, logs, unfinished }: Collection): string {
  const results = groups.reduce((sum, { records }) => sum + records.length, 0);
  const parts = [`${counted(results, "result")} (${formatBytes(bytes)} of the store's ${formatBytes(storeBytes)})`];
  if (outputs.length > 0)
    parts.push(`${counted(outputs.length, "file")} of the run tree (${formatBytes(outputBytes)})`);
  if (logs.length > 0) parts.push(counted(logs.length, "log"));
  if (unfinished.length > 0) parts.push(counted(unfinished.length, "interrupted run"));
  return parts.join(", ");
}

function recordsOf({ records }: Collection["groups"][number]) {
  return records.flatMap(({ record }) => (record ? [record] : []));
}

function collectionJson({ groups, contents, ...rest }: Collection): string {
  const results = groups.map(({ place, records, usedMs, bytes }) => {
    const kept = records.map(({ key, record }) => ({ key, label: record?.provenance.label ?? null }));
    return { place, results: kept, lastUsed: new Date(usedMs).toISOString(), bytes };
  });
  return `${JSON.stringify({ results, contents: contents.length, ...rest })}\n`;
}
