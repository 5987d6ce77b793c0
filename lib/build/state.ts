/**
 * What a folder's builds know: per target its last key and outputs, per file a digest and the stamp it had.
 * One index file, and a journal for each process that builds. A build that ends folds the journals into the index, or leaves
 * its own for a later one where the index is large and it has little to say. Losing any of it loses time, never truth:
 * what is not known is looked up in the store by key.
 */
import { closeSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "#lib/make-folder.js";
import { namesIn } from "#lib/names-in.js";
import { mayRun, processName } from "#lib/process-name.js";
import { type FileStamp, sameStamp, stampOf } from "./file-digest.js";
import { acquireKeyLock, type KeyLock } from "./key-lock.js";
import { journalLine, readIndex, readJournal, writeIndex } from "./state-file.js";
import { lineKey, StateIndex } from "./state-index.js";
import {
  type FileEntry,
  fileLine,
  fileOf,
  goneLine,
  type StateLine,
  type TargetEntry,
  targetLine,
  targetOf,
  withoutRacyStamps,
} from "./state-line.js";
import { tickPast } from "./tick-past.js";

/** From this size on an index is not written anew for a share of it, or less. */
const LARGE_INDEX_BYTES = 1 << 20;
const SMALL_SHARE = 1 / 16;
const MOST_ENDED_JOURNALS = 64;
const ENDED = "ended-";

interface StateOptions {
  readonly warn: (what: string, where: string) => void;
  /** No stamp that an earlier build left is trusted. */
  readonly verify?: boolean;
}

let ends = 0;

export class BuildState {
  readonly #dir: string;
  readonly #folder: string;
  #index = StateIndex.empty;
  /** On top of it: lines of journals and of this process, and those that were asked for, by `lineKey`. */
  readonly #known = new Map<string, StateLine>();
  /** How lines of the index are to be read. */
  #as = asWritten;
  /** Those that were asked for. */
  #parsed = new WeakMap<StateLine, TargetEntry | FileEntry>();
  /** What this process found out, in order; goes on top of what other builds write meanwhile. */
  readonly #own: StateLine[] = [];
  /** Those of them that are not in the journal yet. */
  #unwritten: StateLine[] = [];
  /** The index that was loaded, and whether there was more than what it says. */
  #loaded: { index: FileStamp | undefined; journals: boolean } = { index: undefined, journals: false };
  /** Of builds that ended. */
  #ended = { names: [] as string[], bytes: 0 };
  #journal: number | undefined;
  /** The last line in the journal may be cut off: the disk was full. */
  #journalTorn = false;
  #deadJournals: string[] = [];

  /** `dir` holds `.lfads/`. Nothing is written before the first change. */
  constructor(dir: string, { warn, verify = false }: StateOptions) {
    this.#dir = dir;
    this.#folder = join(dir, ".lfads");
    this.#load(warn, verify ? distrusted : asWritten);
  }

  target(label: string): TargetEntry | undefined {
    const line = this.#line("target", label);
    return line && this.#parse(line, targetOf);
  }

  *targets(): Generator<readonly [label: string, entry: TargetEntry]> {
    for (const line of this.#lines("target")) yield [line.name, this.#parse(line, targetOf)];
  }

  *labels(): Generator<string> {
    for (const { name } of this.#lines("target")) yield name;
  }

  file(path: string): FileEntry | undefined {
    const line = this.#line("file", this.portable(path));
    return line && this.#parse(line, fileOf);
  }

  /** The path relative to the lfadsfile's folder where it lies inside, so that a moved project stays fresh. */
  portable(path: string): string {
    return path.startsWith(this.#dir) && path[this.#dir.length] === "/" ? path.slice(this.#dir.length + 1) : path;
  }

  /** A target was finished, failed or (null) cleaned: goes to the journal at once. */
  setTarget(label: string, entry: TargetEntry | null): void {
    const line = entry ? targetLine(label, entry) : goneLine(label);
    this.#remember(line, entry);
    this.#unwritten.pop();
    this.#toJournal([line]);
  }

  /** The same outputs under newer stamps; written at the end. */
  refreshTarget(label: string, entry: TargetEntry): void {
    this.#remember(targetLine(label, entry), entry);
  }

  setFile(path: string, entry: FileEntry): void {
    this.#remember(fileLine(this.portable(path), entry), entry);
  }

  /** A build of this folder was killed since the index was written. */
  get sawKilled(): boolean {
    return this.#deadJournals.length > 0;
  }

  /**
   * Folds the journals into a new index, or leaves its own to be read after the index: where the index is large and there is
   * little to fold, and while another build folds. Errors of the disk throw.
   */
  close(): void {
    if (this.#own.length === 0 && this.#deadJournals.length === 0) return;
    const lock = this.#hasLittleToFold() ? undefined : this.#lock();
    if (lock === undefined || "heldBy" in lock) this.#endJournal();
    else this.#fold(lock);
  }

  #hasLittleToFold(): boolean {
    const size = this.#loaded.index?.size ?? 0;
    if (size < LARGE_INDEX_BYTES || this.#deadJournals.length > 0) return false;
    const ownBytes = this.#own.reduce((sum, { json }) => sum + json.length, 0);
    return this.#ended.bytes + ownBytes < size * SMALL_SHARE && this.#ended.names.length < MOST_ENDED_JOURNALS;
  }

  #fold(lock: KeyLock): void {
    try {
      if (this.#journal !== undefined) closeSync(this.#journal);
      this.#journal = undefined;
      const own = this.#own.splice(0);
      if (!this.#isAsLoaded()) {
        this.#load(() => {}, asWritten);
        for (const line of own) this.#apply(line);
      }
      writeIndex(
        join(this.#folder, "state"),
        [...this.#lines("target"), ...this.#lines("file")].map(withoutRacyStamps),
      );
      for (const name of [processName(), ...this.#deadJournals, ...this.#ended.names]) {
        rmSync(join(this.#folder, "journal", name), { force: true });
      }
      this.#deadJournals = [];
      this.#ended = { names: [], bytes: 0 };
    } finally {
      lock.release();
    }
  }

  #lock(): ReturnType<typeof acquireKeyLock> {
    try {
      return acquireKeyLock(join(this.#folder, "locks"), "state");
    } catch (error) {
      throw Object.assign(error as Error, { path: join(this.#folder, "state") });
    }
  }

  /** Its name says that the build was not killed, and when it ended: later ones go on top. */
  #endJournal(): void {
    this.#toJournal(this.#unwritten.splice(0));
    if (this.#journal === undefined) return;
    tickPast(
      this.#journal,
      this.#own.reduce((newest, line) => Math.max(newest, line.newestMs), 0),
    );
    closeSync(this.#journal);
    this.#journal = undefined;
    this.#own.length = 0;
    const name = `${ENDED}${String(Date.now()).padStart(15, "0")}-${processName()}~${ends++}`;
    renameSync(join(this.#folder, "journal", processName()), join(this.#folder, "journal", name));
  }

  #toJournal(lines: readonly StateLine[]): void {
    if (lines.length === 0) return;
    if (this.#journal === undefined) {
      makeFolder(join(this.#folder, "journal"));
      this.#journal = openSync(join(this.#folder, "journal", processName()), "a");
    }
    const text = lines.map(journalLine).join("");
    const start = this.#journalTorn ? "\n" : "";
    this.#journalTorn = true;
    writeFileSync(this.#journal, `${start}${text}`);
    this.#journalTorn = false;
  }

  #remember(line: StateLine, entry: TargetEntry | FileEntry | null): void {
    this.#own.push(line);
    this.#unwritten.push(line);
    this.#apply(line);
    if (entry) this.#parsed.set(line, entry);
  }

  #apply(line: StateLine): void {
    this.#known.set(lineKey(line.kind === "gone" ? "target" : line.kind, line.name), line);
  }

  #line(kind: "target" | "file", name: string): StateLine | undefined {
    const key = lineKey(kind, name);
    const known = this.#known.get(key);
    if (known) return known.kind === "gone" ? undefined : known;
    const line = this.#index.find(key);
    if (!line) return undefined;
    const read = this.#as(line);
    this.#known.set(key, read);
    return read;
  }

  *#lines(kind: "target" | "file"): Generator<StateLine> {
    for (const line of this.#index.lines(kind)) if (!this.#known.has(lineKey(kind, line.name))) yield this.#as(line);
    for (const line of [...this.#known.values()]) if (line.kind === kind) yield line;
  }

  #parse<T extends TargetEntry | FileEntry>(line: StateLine, parse: (line: StateLine) => T): T {
    const known = this.#parsed.get(line) as T | undefined;
    if (known) return known;
    const entry = parse(line);
    this.#parsed.set(line, entry);
    return entry;
  }

  /** No other build has written anything since. */
  #isAsLoaded(): boolean {
    const { index, journals } = this.#loaded;
    const now = stampOf(join(this.#folder, "state"));
    const others = this.#journals().filter((name) => name !== processName() && !this.#ended.names.includes(name));
    return !journals && others.length === 0 && isSame(index, now);
  }

  #load(warn: StateOptions["warn"], as: (line: StateLine) => StateLine): void {
    const index = join(this.#folder, "state");
    for (;;) {
      const before = stampOf(index);
      this.#known.clear();
      this.#parsed = new WeakMap();
      this.#deadJournals = [];
      this.#index = readIndex(index, warn);
      this.#as = as;
      const journals = this.#journals();
      const ended = journals.filter((name) => name.startsWith(ENDED));
      const others = journals.filter((name) => !name.startsWith(ENDED));
      let bytes = 0;
      for (const name of [...ended, ...others]) {
        const lines = readJournal(join(this.#folder, "journal", name));
        for (const line of lines) this.#apply(as(line));
        if (name.startsWith(ENDED)) bytes += lines.reduce((sum, { json }) => sum + json.length, 0);
        else if (!mayRun(name)) this.#deadJournals.push(name);
      }
      // A build that ended meanwhile has moved its journal into the index, or given it another name.
      const after = stampOf(index);
      if (isSame(before, after) && this.#journals().join() === journals.join()) {
        // What is distrusted is not to be written back as such.
        this.#loaded = { index: after, journals: others.length > 0 || as === distrusted };
        this.#ended = { names: ended, bytes };
        return;
      }
    }
  }

  #journals(): string[] {
    return namesIn(join(this.#folder, "journal"));
  }
}

function isSame(a: FileStamp | undefined, b: FileStamp | undefined): boolean {
  return a && b ? sameStamp(a, b) : a === b;
}

const asWritten = (line: StateLine): StateLine => line;

function distrusted(line: StateLine): StateLine {
  return { ...line, trustedBefore: Number.NEGATIVE_INFINITY };
}
