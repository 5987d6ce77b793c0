/**
 * What a build need not even plan: units of targets that were all fresh, with every file that they read or made and the
 * stamp that it had. While a unit's plan (its fingerprint) and all its files are the same, its targets are fresh.
 * One file; losing it costs time only.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { replaceFile } from "#lib/replace-file.js";
import { type FileStamp, isOlderThan, sameStamp, stampOf } from "./file-digest.js";
import { readLink } from "./links.js";

const FORMAT = 1;

export interface FreshUnit {
  /** Of its plan. */
  readonly fingerprint: string;
  readonly labels: readonly string[];
  /** By path, relative to the lfadsfile's folder where it lies inside. */
  readonly files: ReadonlyMap<string, FileStamp>;
  /** Link → where it leads. */
  readonly links: ReadonlyMap<string, string>;
}

/** Numbers are places in the lists of the file. */
type PackedUnit = readonly [
  fingerprint: string,
  labels: readonly number[],
  files: readonly number[],
  links: readonly number[],
];

interface Packed {
  readonly labels: readonly string[];
  readonly files: readonly string[];
  readonly links: readonly (readonly [path: string, to: string])[];
  readonly units: readonly PackedUnit[];
}

const nothing: Packed = { labels: [], files: [], links: [], units: [] };

const NUMBERS_OF_A_STAMP = 4;

export class FreshUnits {
  readonly #dir: string;
  readonly #packed: Packed;
  /** size, mtime, ctime and inode of each file. */
  readonly #stamps: Float64Array;
  readonly #trustedBefore: number;
  readonly #units: ReadonlyMap<string, PackedUnit>;
  /** Of each file: 0 not looked at, 1 unchanged, 2 changed. */
  readonly #seen: Uint8Array;

  private constructor(dir: string, packed: Packed, stamps: Float64Array, trustedBefore: number) {
    this.#dir = dir;
    this.#packed = packed;
    this.#stamps = stamps;
    this.#trustedBefore = trustedBefore;
    this.#units = new Map(packed.units.map((unit) => [unit[0], unit]));
    this.#seen = new Uint8Array(packed.files.length);
  }

  /** What cannot be read counts as nothing known. `dir` is the folder of the lfadsfile. */
  static read(dir: string): FreshUnits {
    const path = fileOf(dir);
    try {
      const bytes = readFileSync(path);
      const headEnd = bytes.indexOf(10);
      const [name, format, sum, length] = bytes.toString("latin1", 0, headEnd).split(" ");
      const body = bytes.subarray(headEnd + 1);
      if (name !== "lfads-fresh" || format !== String(FORMAT) || sum !== checksum(body)) return FreshUnits.none(dir);
      const packed = JSON.parse(body.toString("utf8", 0, Number(length))) as Packed;
      const numbersAt = body.byteOffset + Number(length);
      const stamps = new Float64Array(body.buffer.slice(numbersAt, body.byteOffset + body.length));
      return new FreshUnits(dir, packed, stamps, statSync(path).mtimeMs);
    } catch {
      return FreshUnits.none(dir);
    }
  }

  static none(dir: string): FreshUnits {
    return new FreshUnits(dir, nothing, new Float64Array(0), 0);
  }

  /** Every file of the unit has its stamp and every link leads where it led. */
  isFresh(fingerprint: string): boolean {
    const unit = this.#units.get(fingerprint);
    if (!unit) return false;
    return unit[2].every((file) => this.#isUnchanged(file)) && unit[3].every((link) => this.#leadsThere(link));
  }

  /** The labels of all targets of these units, each once. */
  labels(fingerprints: Iterable<string>): Set<string> {
    const labels = new Set<string>();
    for (const fingerprint of fingerprints)
      for (const label of this.#units.get(fingerprint)?.[1] ?? []) labels.add(this.#packed.labels[label]!);
    return labels;
  }

  /** Keeps these units of what is known, and adds others, in a new file. */
  write(kept: Iterable<string>, added: readonly FreshUnit[]): void {
    const units = Array.from(kept, (fingerprint) => this.#units.get(fingerprint)).filter((unit) => unit !== undefined);
    const used = new Uint8Array(this.#packed.files.length);
    for (const [, , files] of units) for (const file of files) used[file] = 1;
    const inUse = used.reduce((sum, each) => sum + each, 0);
    // What no unit needs any more may stay for a while: most builds change little.
    const packing =
      inUse > used.length / 2
        ? new Packing(this.#packed, this.#stamps, units, added)
        : new Packing(nothing, new Float64Array(0), [], [...units.map((unit) => this.#unpack(unit)), ...added]);
    const path = fileOf(this.#dir);
    mkdirSync(dirname(path), { recursive: true });
    replaceFile(path, packing.bytes());
  }

  #unpack([fingerprint, labels, files, links]: PackedUnit): FreshUnit {
    const { labels: allLabels, files: allFiles, links: allLinks } = this.#packed;
    return {
      fingerprint,
      labels: labels.map((label) => allLabels[label]!),
      files: new Map(files.map((file) => [allFiles[file]!, this.#stamp(file)])),
      links: new Map(links.map((link) => allLinks[link]!)),
    };
  }

  #stamp(file: number): FileStamp {
    const [size, mtimeMs, ctimeMs, ino] = this.#stamps.subarray(file * NUMBERS_OF_A_STAMP);
    return { size: size!, mtimeMs: mtimeMs!, ctimeMs: ctimeMs!, ino: ino! };
  }

  #isUnchanged(file: number): boolean {
    if (this.#seen[file] === 0) {
      const stamp = stampOf(this.#absolute(this.#packed.files[file]!));
      const same = stamp && sameStamp(stamp, this.#stamp(file)) && isOlderThan(stamp, this.#trustedBefore);
      this.#seen[file] = same ? 1 : 2;
    }
    return this.#seen[file] === 1;
  }

  #leadsThere(link: number): boolean {
    const [path, to] = this.#packed.links[link]!;
    return readLink(this.#absolute(path)) === to;
  }

  #absolute(path: string): string {
    return isAbsolute(path) ? path : `${this.#dir}/${path}`;
  }
}

function fileOf(dir: string): string {
  return join(dir, ".lfads", "fresh");
}

/** Units on their way into a file: those that the lists stand for already, and others. */
class Packing {
  readonly #packed: Packed;
  readonly #numbers: Float64Array;

  constructor(lists: Packed, numbers: Float64Array, units: readonly PackedUnit[], added: readonly FreshUnit[]) {
    const labels = new Places(
      lists.labels,
      added.flatMap((unit) => unit.labels),
    );
    const files = new Places(
      lists.files,
      added.flatMap((unit) => [...unit.files.keys()]),
    );
    const links = new Places(
      lists.links.map(([path]) => path),
      added.flatMap((unit) => [...unit.links.keys()]),
    );
    const leads = [...lists.links];
    this.#numbers = new Float64Array(files.all.length * NUMBERS_OF_A_STAMP);
    this.#numbers.set(numbers);
    const packed = added.map((unit): PackedUnit => {
      for (const [path, { size, mtimeMs, ctimeMs, ino }] of unit.files)
        this.#numbers.set([size, mtimeMs, ctimeMs, ino], files.of(path) * NUMBERS_OF_A_STAMP);
      for (const lead of unit.links) leads[links.of(lead[0])] = lead;
      return [
        unit.fingerprint,
        unit.labels.map((label) => labels.of(label)),
        Array.from(unit.files.keys(), (path) => files.of(path)),
        Array.from(unit.links.keys(), (path) => links.of(path)),
      ];
    });
    this.#packed = { labels: labels.all, files: files.all, links: leads, units: [...units, ...packed] };
  }

  bytes(): Buffer {
    const json = Buffer.from(JSON.stringify(this.#packed));
    const body = Buffer.concat([json, Buffer.from(this.#numbers.buffer)]);
    return Buffer.concat([Buffer.from(`lfads-fresh ${FORMAT} ${checksum(body)} ${json.length}\n`), body]);
  }
}

/** A list of texts that grows by others; these it can place. What it held before may be in it twice then. */
class Places {
  readonly all: string[];
  readonly #places = new Map<string, number>();

  constructor(known: readonly string[], others: readonly string[]) {
    this.all = [...known];
    for (const text of new Set(others)) this.#places.set(text, this.all.push(text) - 1);
  }

  of(text: string): number {
    return this.#places.get(text)!;
  }
}

function checksum(body: Uint8Array): string {
  return createHash("sha256").update(body).digest("hex");
}
