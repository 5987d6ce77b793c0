import { CacacheStore } from "#lib/build/cacache-store.js";
import { RecordStore } from "#lib/build/record-store.js";
import { storeHome } from "#lib/build/store-home.js";
import { StoreMembership } from "#lib/build/store-projects.js";
import { loadProject } from "#lib/config/load-project.js";
import { counted } from "#lib/counted.js";
import { formatBytes } from "#lib/format-bytes.js";
import { ok } from "#lib/result.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { exitCode } from "../exit-code.js";
import { dimHeader, formatTable } from "../format-table.js";
import { lfadsfileOf } from "../lfadsfile-of.js";
import { type Paint, painter } from "../paint.js";
import { storeLimit } from "../store-limit.js";

interface Share {
  readonly name: string;
  results: number;
  readonly digests: Set<string>;
}

/** What the store takes, by rule and by collection. A content that several share counts for each of them, and once in all. */
export async function cacheSize(
  context: CommandContext,
  { json = false }: { readonly json?: boolean },
): Promise<CommandResult> {
  const file = lfadsfileOf(context);
  if (!file.ok) return file;
  const project = await loadProject(file.value);
  if (!project.ok) return project;
  const home = storeHome(project.value.store.folder);
  const sizes = new Map([...new CacacheStore(home.contents).list()].map(({ digest, size }) => [digest, size]));
  const bytesOf = (digests: Iterable<string>) =>
    [...digests].reduce((sum, digest) => sum + (sizes.get(digest) ?? 0), 0);
  const rules = new Map<string, Share>();
  const collections = new Map<string, Share>();
  const named = new Set<string>();
  for (const { record } of new RecordStore(home.actions).list()) {
    if (!record) continue;
    const { label } = record.provenance;
    const digests = record.outputs.map(({ digest }) => digest);
    addTo(rules, record.rule, digests);
    addTo(collections, label.slice(0, label.search(/[/:]/)), digests);
    for (const digest of digests) named.add(digest);
  }
  const bytes = bytesOf(sizes.keys());
  const limitBytes = storeLimit(project.value);
  const others = new StoreMembership(project.value.dir, home).others();
  const shares = (of: ReadonlyMap<string, Share>) =>
    [...of.values()]
      .map(({ name, results, digests }) => ({ name, results, bytes: bytesOf(digests) }))
      .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
  const { terminal } = context;
  if (json) {
    const unnamedBytes = bytes - bytesOf(named);
    const limit = Number.isFinite(limitBytes) ? limitBytes : null;
    const projects = others.map(({ dir, host, keys }) => ({ dir, host, results: keys.size }));
    const report = { folder: home.folder, bytes, contents: sizes.size, unnamedBytes, limitBytes: limit, projects };
    terminal.out(`${JSON.stringify({ ...report, rules: shares(rules), collections: shares(collections) })}\n`);
    return ok(exitCode.fine);
  }
  const paint = painter(terminal.outColour);
  const lines = [
    ...(rules.size > 0 ? [...shareTable("rule", shares(rules), paint), ""] : []),
    ...(rules.size > 0 ? [...shareTable("collection", shares(collections), paint), ""] : []),
    ...others.map(
      ({ dir, host, keys }) => `Shared with ${dir} on ${host}, which needs ${counted(keys.size, "result")}.`,
    ),
    `The store has ${sizes.size} contents, ${formatBytes(bytes)}; ${limitText(limitBytes)}.`,
  ];
  terminal.out(`${lines.join("\n")}\n`);
  return ok(exitCode.fine);
}

function addTo(shares: Map<string, Share>, name: string, digests: readonly string[]): void {
  const share = shares.get(name) ?? { name, results: 0, digests: new Set<string>() };
  share.results++;
  for (const digest of digests) share.digests.add(digest);
  shares.set(name, share);
}

function shareTable(title: string, shares: readonly { name: string; results: number; bytes: number }[], paint: Paint) {
  const columns = [{ title }, { title: "results", align: "right" }, { title: "size", align: "right" }] as const;
  const rows = shares.map(({ name, results, bytes }) => [name, String(results), formatBytes(bytes)]);
  return formatTable(columns, rows, dimHeader(paint));
}

function limitText(bytes: number): string {
  return Number.isFinite(bytes) ? `its limit is ${formatBytes(bytes)}` : "it has no limit";
}
