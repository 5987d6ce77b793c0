/**
 * What a folder's builds know: per target its last key and outputs, per file a digest and the stamp it had.
 * One index file, and a journal for each process that builds. Losing any of it loses time, never truth:
 * what is not known is looked up in the store by key.
 */
import { closeSync, mkdirSync, openSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mayRun, processName } from "#lib/process-name.js";
import { isOlderThan, sameStamp, stampOf } from "./file-digest.js";
import { acquireKeyLock } from "./key-lock.js";
import {
  type FileEntry,
  journalLine,
  readIndex,
  readJournal,
  type StateLine,
  type TargetEntry,
  withoutRacyStamps,
  writeIndex,
} from "./state-file.js";

interface StateOptions {
  readonly warn: (what: string, where: string) => void;
  /** No stamp that an earlier build left is trusted. */
  readonly verify?: boolean;
}

export class BuildState {
  readonly #dir: string;
  readonly #folder: string;
  readonly #targets = new Map<string, TargetEntry>();
  readonly #files = new Map<string, FileEntry>();
  /** What this process found out, in order; goes on top of what other builds write meanwhile. */
  readonly #own: StateLine[] = [];
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
    return this.#targets.get(label);
  }

  targets(): ReadonlyMap<string, TargetEntry> {
    return this.#targets;
  }

  file(path: string): FileEntry | undefined {
    return this.#files.get(this.portable(path));
  }

  /** The path relative to the lfadsfile's folder where it lies inside, so that a moved project stays fresh. */
  portable(path: string): string {
    return path.startsWith(this.#dir) && path[this.#dir.length] === "/" ? path.slice(this.#dir.length + 1) : path;
  }

  /** A target was finished, failed or (null) cleaned: goes to the journal at once. */
  setTarget(label: string, entry: TargetEntry | null): void {
    const line: StateLine = { target: label, entry };
    this.#remember(line);
    this.#toJournal([line]);
  }

  /** The same outputs under newer stamps; written at the end. */
  refreshTarget(label: string, entry: TargetEntry): void {
    this.#remember({ target: label, entry });
  }

  setFile(path: string, entry: FileEntry): void {
    this.#remember({ file: this.portable(path), entry });
  }

  /** A build of this folder was killed since the index was written. */
  get sawKilled(): boolean {
    return this.#deadJournals.length > 0;
  }

  /**
   * Folds the journals into a new index when there is something to fold. False when another build does so at this
   * moment: then nothing is done. Errors of the disk throw.
   */
  close(): boolean {
    if (this.#own.length === 0 && this.#deadJournals.length === 0) return true;
    const lock = this.#lock();
    if ("heldBy" in lock) return false;
    try {
      if (this.#journal !== undefined) closeSync(this.#journal);
      this.#journal = undefined;
      const own = this.#own.splice(0);
      this.#load(() => {}, asWritten);
      for (const line of own) this.#apply(line);
      writeIndex(join(this.#folder, "state"), this.#lines());
      for (const name of [processName(), ...this.#deadJournals]) {
        rmSync(join(this.#folder, "journal", name), { force: true });
      }
      this.#deadJournals = [];
      return true;
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

  /** Instead of `close`: a later build folds the journal. */
  leave(): void {
    this.#toJournal(this.#own.splice(0));
  }

  #toJournal(lines: readonly StateLine[]): void {
    if (lines.length === 0) return;
    if (this.#journal === undefined) {
      mkdirSync(join(this.#folder, "journal"), { recursive: true });
      this.#journal = openSync(join(this.#folder, "journal", processName()), "a");
    }
    const text = lines.map(journalLine).join("");
    const start = this.#journalTorn ? "\n" : "";
    this.#journalTorn = true;
    writeFileSync(this.#journal, `${start}${text}`);
    this.#journalTorn = false;
  }

  #remember(line: StateLine): void {
    this.#own.push(line);
    this.#apply(line);
  }

  #apply(line: StateLine): void {
    if ("file" in line) this.#files.set(line.file, line.entry);
    else if (line.entry === null) this.#targets.delete(line.target);
    else this.#targets.set(line.target, line.entry);
  }

  #load(warn: StateOptions["warn"], as: (line: StateLine) => StateLine): void {
    const index = join(this.#folder, "state");
    for (;;) {
      const before = stampOf(index);
      this.#targets.clear();
      this.#files.clear();
      this.#deadJournals = [];
      for (const line of readIndex(index, warn)) this.#apply(as(line));
      for (const name of listJournals(join(this.#folder, "journal"))) {
        if (!mayRun(name)) this.#deadJournals.push(name);
        for (const line of readJournal(join(this.#folder, "journal", name))) this.#apply(as(line));
      }
      // A build that ended meanwhile has moved its journal into the index.
      const after = stampOf(index);
      if (before === undefined ? after === undefined : after && sameStamp(before, after)) return;
    }
  }

  *#lines(): Generator<StateLine> {
    for (const [target, entry] of this.#targets) yield { target, entry: withoutRacyStamps(entry) };
    for (const [file, entry] of this.#files) {
      if (isOlderThan(entry.stamp, entry.trustedBefore)) yield { file, entry };
    }
  }
}

const asWritten = (line: StateLine): StateLine => line;

function distrusted(line: StateLine): StateLine {
  const trustedBefore = Number.NEGATIVE_INFINITY;
  if ("file" in line) return { ...line, entry: { ...line.entry, trustedBefore } };
  return { ...line, entry: line.entry && { ...line.entry, trustedBefore } };
}

function listJournals(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
