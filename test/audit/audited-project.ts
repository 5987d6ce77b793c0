/** A toy project that was built, for tests that tamper with it and audit it. */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { auditTargets } from "#lib/audit/audit-targets.js";
import { recordFile } from "#lib/audit/read-record.js";
import { actionKey } from "#lib/build/action-key.js";
import { CacacheStore } from "#lib/build/cacache-store.js";
import { type ActionRecord, createGraph, type Target } from "#lib/build/index.js";
import { sumOf } from "#lib/build/record-text.js";
import { storeHome } from "#lib/build/store-home.js";
import { storedFile } from "#lib/build/stored-file.js";
import { ToyProject } from "../build/toy-project.js";

export type Altered<T> = { -readonly [K in keyof T]: T[K] };

export class AuditedProject extends ToyProject {
  readonly ruleVersions: Record<string, string> = { join: "1" };
  #keys = new Map<string, string>();

  constructor() {
    super();
    this.options = { store: new CacacheStore(this.path(".lfads/store")) };
  }

  /** raw.txt → first:make → second:make, of two files and a link → third:make; and apart:make of nothing. */
  targets(params: { readonly text?: string; readonly second?: string } = {}): Target[] {
    const { text = "one", second = "two" } = params;
    return [
      this.target("first:make", ["raw.txt"], { text }),
      this.target("second:make", ["first:make"], { text: second, files: ["a.txt", "sub/b.txt"] }, this.#link()),
      this.target("third:make", ["second:make"], { text: "three" }),
      this.target("apart:make", [], { text: "apart" }),
    ];
  }

  async built(): Promise<void> {
    this.write("raw.txt", "raw");
    await this.build(this.targets());
    const { session, graph } = this.open(this.targets());
    for (const { target } of graph.nodes) this.#keys.set(target.label, session.show(target.label).key!);
    await session.close();
  }

  async audit(targets: readonly Target[] = this.targets(), labels = targets.map(({ label }) => label)) {
    const graph = createGraph(targets);
    if (!graph.ok) throw new Error(JSON.stringify(graph.error));
    const { ruleVersions, dir } = this;
    const home = storeHome(this.path(".lfads"));
    return await auditTargets({ graph: graph.value, labels, dir, home, ruleVersions });
  }

  /** What does not hold, target by target; what rests on it under `in doubt`. */
  async findings(targets?: readonly Target[]) {
    const { holds, targets: audits } = await this.audit(targets);
    const found = audits.filter(({ findings }) => findings.length > 0);
    return {
      holds,
      found: Object.fromEntries(found.map(({ label, findings }) => [label, findings])),
      inDoubt: Object.fromEntries(
        audits.filter(({ restsOn }) => restsOn.length > 0).map(({ label, restsOn }) => [label, restsOn]),
      ),
    };
  }

  key(label: string): string {
    return this.#keys.get(label)!;
  }

  /** Of a target's record, relative to the project. */
  recordPath(key: string): string {
    return relative(this.dir, recordFile(this.path(".lfads/actions"), key));
  }

  record(label: string): ActionRecord {
    return JSON.parse(this.read(this.recordPath(this.key(label)))) as ActionRecord;
  }

  /** Changes a record where it is. */
  alterRecord(label: string, change: (record: Altered<ActionRecord>) => void): void {
    const record = this.record(label);
    change(record);
    this.write(this.recordPath(this.key(label)), JSON.stringify(record));
  }

  /** Changes a record as somebody who knows how it is made: it gets the key of its parts, the name, and the checksum. */
  forgeRecord(label: string, change: (record: Altered<ActionRecord>) => void): string {
    const { sum: _, ...record } = this.record(label) as Altered<ActionRecord> & { sum: string };
    change(record);
    record.key = actionKey(record);
    rmSync(this.path(this.recordPath(this.key(label))));
    this.write(this.recordPath(record.key), JSON.stringify({ ...record, sum: sumOf(record) }));
    return record.key;
  }

  /** Relative to the project. */
  storedPath(digest: string): string {
    return relative(this.dir, storedFile(this.path(".lfads/store"), digest));
  }

  /** Writes without a trace in size or modification time. */
  overwrite(name: string, text: string): void {
    const path = this.path(name);
    const { atime, mtime, size } = statSync(path);
    if (size !== Buffer.byteLength(text)) throw new Error("that would show in the size");
    writeFileSync(path, text);
    utimesSync(path, atime, mtime);
  }

  /** As if the store had been given the text: under its digest. */
  store_(text: string): string {
    const digest = sha256(text);
    const path = this.path(this.storedPath(digest));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return digest;
  }

  #link(): Partial<Target> {
    return { links: [{ path: this.path("runs/link.txt"), to: "second/make/a.txt" }] };
  }
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Content of every file below a folder, by relative path. */
export function everything(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => `${entry.parentPath}/${entry.name}`).sort();
  return new Map(paths.map((path) => [relative(folder, path), readFileSync(path, "latin1")]));
}
