import type { ActionRecord } from "#lib/build/index.js";
import { RecordStore, type StoredRecord } from "#lib/build/record-store.js";
import { storeHome } from "#lib/build/store-home.js";
import { StoreMembership } from "#lib/build/store-projects.js";
import { loadProject } from "#lib/config/load-project.js";
import { formatBytes } from "#lib/format-bytes.js";
import { ok } from "#lib/result.js";
import { formatAge } from "../age.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { exitCode } from "../exit-code.js";
import { folderReaches } from "../folder-reaches.js";
import { lfadsfileOf } from "../lfadsfile-of.js";
import { painter } from "../paint.js";
import { recordSettings } from "../record-settings.js";
import { type RunColumn, runTable } from "../run-table.js";

/** Every result that the store has, by label, the newest of a label first. */
export async function cacheLs(
  context: CommandContext,
  { json = false }: { readonly json?: boolean },
): Promise<CommandResult> {
  const reaches = await folderReaches(context);
  if (!reaches.ok) return reaches;
  const file = lfadsfileOf(context);
  if (!file.ok) return file;
  const project = await loadProject(file.value);
  if (!project.ok) return project;
  const home = storeHome(project.value.store.folder);
  const records = [...new RecordStore(home.actions).list()].filter(isReadable);
  records.sort((a, b) => compare(a.record.provenance, b.record.provenance));
  const others = new StoreMembership(project.value.dir, home).others().map(({ dir, keys }) => ({ name: dir, keys }));
  const users = [...reaches.value, ...others];
  const neededBy = (key: string) => users.filter(({ keys }) => keys.has(key)).map(({ name }) => name);
  const settings = recordSettings(records.map(({ record }) => record));
  const { terminal } = context;
  if (json) {
    const results = records.map(({ key, record, usedMs }) => ({
      label: record.provenance.label,
      key,
      setting: settingOf(settings, record),
      bytes: sizeOf(record),
      made: record.provenance.startedAt,
      lastUsed: new Date(usedMs).toISOString(),
      neededBy: neededBy(key),
    }));
    terminal.out(`${JSON.stringify(results)}\n`);
    return ok(exitCode.fine);
  }
  if (records.length === 0) {
    terminal.out("The store has no results. lfads build makes some.\n");
    return ok(exitCode.fine);
  }
  const nowMs = Date.now();
  const rows = records.map((each) => ({
    ...each,
    label: each.record.provenance.label,
    setting: settingOf(settings, each.record),
  }));
  const columns: readonly RunColumn<(typeof rows)[number]>[] = [
    { title: "size", text: ({ record }) => formatBytes(sizeOf(record)) },
    { title: "made", text: ({ record }) => formatAge(nowMs - Date.parse(record.provenance.startedAt)), goes: 1 },
    { title: "last used", text: ({ usedMs }) => formatAge(nowMs - usedMs) },
    { title: "needed by", text: ({ key }) => neededBy(key).join(", "), goes: 2 },
  ];
  const paint = painter(terminal.outColour);
  const width = terminal.outWidth();
  const lines = runTable(rows, columns, { width, all: "lfads cache ls --json", paint, title: "result" });
  terminal.out(`${lines.join("\n")}\n`);
  return ok(exitCode.fine);
}

type Readable = StoredRecord & { readonly record: ActionRecord };

function isReadable(each: StoredRecord): each is Readable {
  return each.record !== undefined;
}

function compare(a: ActionRecord["provenance"], b: ActionRecord["provenance"]): number {
  if (a.label !== b.label) return a.label < b.label ? -1 : 1;
  return a.startedAt < b.startedAt ? 1 : -1;
}

function settingOf(settings: ReadonlyMap<string, string>, { provenance: { label } }: ActionRecord): string {
  return settings.get(label.slice(0, label.lastIndexOf(":"))) ?? "";
}

function sizeOf({ outputs }: ActionRecord): number {
  return outputs.reduce((sum, { size }) => sum + size, 0);
}
