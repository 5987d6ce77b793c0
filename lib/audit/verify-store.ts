/** Whether a store has what its records name, and every content is what its digest says. */
import { existsSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { CacacheStore } from "#lib/build/cacache-store.js";
import { EMPTY_DIGEST } from "#lib/build/content-store.js";
import { hashFiles } from "#lib/build/hash-files.js";
import { RecordStore, type StoredRecord } from "#lib/build/record-store.js";
import { BuildState } from "#lib/build/state.js";
import type { StoreHome } from "#lib/build/store-home.js";
import { storedFile } from "#lib/build/stored-file.js";
import type { Failure } from "#lib/failure.js";
import { err, ok, type Result } from "#lib/result.js";
import { alterationOf, readRecord, recordFile } from "./read-record.js";

export interface StoreProblem {
  /** `refused`: the system does not let it be read, and it may be whole. */
  readonly kind: "content-corrupt" | "content-missing" | "record-unreadable" | "record-altered" | "refused";
  readonly what: string;
  /** Absolute. */
  readonly where: string;
  /** Label of the target whose result it is; null where nothing tells. */
  readonly target: string | null;
  /** Of the record, and of the content. */
  readonly key?: string;
  readonly digest?: string;
}

export interface StoreReport {
  readonly records: number;
  readonly contents: number;
  readonly bytes: number;
  readonly problems: readonly StoreProblem[];
}

/** Writes nothing. What a collection removes meanwhile is no problem. */
export async function verifyStore(
  { contents: store, actions }: StoreHome,
  onProgress: (done: number, total: number) => void,
): Promise<StoreReport> {
  const found: StoreProblem[] = [];
  const nameOf = new Map<string, { target: string; path: string; key: string }>();
  let records = 0;
  for (const { key } of new RecordStore(actions).list()) {
    records++;
    const read = readRecord(actions, key);
    const where = recordFile(actions, key);
    if (read?.kind !== "record") {
      const unreadable = { kind: "record-unreadable", what: "The record cannot be read." } as const;
      const problem = read?.error === undefined ? unreadable : refused("The record", read.error);
      found.push({ ...problem, where, target: null, key });
      continue;
    }
    const { outputs, provenance } = read.record;
    const target = provenance.label;
    const alteration = alterationOf(read);
    if (alteration) found.push({ kind: "record-altered", what: `The ${alteration.what}`, where, target, key });
    for (const { path, digest } of outputs) {
      nameOf.set(digest, { target, path, key });
      if (provenance.imported || digest === EMPTY_DIGEST || existsSync(storedFile(store, digest))) continue;
      const what = `The store does not have ${path}, which the record names.`;
      found.push({ kind: "content-missing", what, where, target, key, digest });
    }
  }
  const contents = [...new CacacheStore(store).list()];
  const digests = new Map(contents.map(({ digest }) => [storedFile(store, digest), digest] as const));
  const bytes = contents.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  const hashed = await hashFiles(new Set(digests.keys()), bytes, (more) => {
    done += more;
    onProgress(done, bytes);
  });
  for (const [where, digest] of digests) {
    const is = hashed.get(where)!;
    if ("digest" in is && is.digest === digest) continue;
    const named = nameOf.get(digest);
    const file = named ? `The stored copy of ${named.path}` : "A content that no record names";
    const target = named?.target ?? null;
    if ("error" in is) found.push({ ...refused(file, is.error), where, target });
    else found.push({ kind: "content-corrupt", what: `${file} is corrupt.`, where, target, digest });
  }
  const problems = found.filter(({ where }) => existsSync(where));
  return { records, contents: digests.size, bytes, problems };
}

function refused(what: string, error: string) {
  return { kind: "refused", what: `${what} cannot be read (${error}).` } as const;
}

export interface StoreRepair {
  /** Contents that were taken from outputs in place. */
  readonly healed: number;
  /** Contents that were corrupt and that no output has. */
  readonly removed: number;
  /** Results that cannot be restored any more, as their records went: the label, null where nothing tells, and the key. */
  readonly lost: readonly { readonly target: string | null; readonly key: string }[];
}

/**
 * Removes what is corrupt or altered; puts content back from outputs that are still what they were. A record goes when
 * there is no such output: its target runs again when it is needed. Fails, and removes nothing, where it is not known what
 * the outputs are.
 */
export async function repairStore(
  dir: string,
  { contents, actions }: StoreHome,
  problems: readonly StoreProblem[],
): Promise<Result<StoreRepair, readonly Failure[]>> {
  const store = new CacacheStore(contents);
  const records = new RecordStore(actions);
  const places = outputsByDigest(dir);
  if (!places && problems.some(({ kind }) => kind.startsWith("content"))) {
    const what = "The state is lost or damaged, so that it is not known which outputs contents could be put back from.";
    const hint = "Build first: lfads build finds the outputs that are in place.";
    return err([{ kind: "data", what, where: join(dir, ".lfads", "state"), hint }]);
  }
  const gone = new Set<string>();
  let [healed, removed] = [0, 0];
  for (const { kind, where, digest } of problems) {
    if (kind === "content-corrupt") rmSync(where, { force: true });
    if (digest === undefined || gone.has(digest) || (await store.has(digest))) continue;
    if (await putBack(store, digest, places?.get(digest) ?? [])) healed++;
    else gone.add(digest);
    if (kind === "content-corrupt" && gone.has(digest)) removed++;
  }
  const broken = new Set(
    problems.flatMap(({ kind, key }) => (key !== undefined && kind.startsWith("record") ? [key] : [])),
  );
  const lost = [...records.list()].filter(
    ({ key, record }) => broken.has(key) || record?.outputs.some(({ digest }) => gone.has(digest)),
  );
  for (const { key } of lost) records.remove(key);
  store.close();
  const labels = new Map(problems.flatMap(({ key, target }) => (key === undefined ? [] : [[key, target]])));
  const labelOf = ({ key, record }: StoredRecord) => record?.provenance.label ?? labels.get(key) ?? null;
  return ok({ healed, removed, lost: lost.map((each) => ({ target: labelOf(each), key: each.key })) });
}

async function putBack(store: CacacheStore, digest: string, places: readonly { path: string; size: number }[]) {
  for (const { path, size } of places) {
    const hashed = (await hashFiles(new Set([path]), size)).get(path)!;
    if ("digest" in hashed && hashed.digest === digest) return (await store.put(path, size)) === digest;
  }
  return false;
}

/** Undefined where the state does not tell. */
function outputsByDigest(dir: string): Map<string, { path: string; size: number }[]> | undefined {
  const places = new Map<string, { path: string; size: number }[]>();
  let isKnown = existsSync(join(dir, ".lfads", "state"));
  const warn = () => {
    isKnown = false;
  };
  for (const [, { built }] of new BuildState(dir, { warn }).targets()) {
    for (const { path, digest, size } of built?.outputs ?? []) {
      const others = places.get(digest) ?? [];
      places.set(digest, [...others, { path: resolve(dir, built!.outDir, path), size }]);
    }
  }
  return isKnown || places.size > 0 ? places : undefined;
}
