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
      const stamps = new Float64Array(Uint8Array.from(body.subarray(Number(length))).buffer);
      return new FreshUnits(dir, packed, stamps, statSync(path).mtimeMs);
    } catch {
      return FreshUnits.none(dir);
    }
  }

  static none(dir: string): FreshUnits {
    return new FreshUnits(dir, { labels: [], files: [], links: [], units: [] }, new Float64Array(0), 0);
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
    const units = [...added];
    for (const fingerprint of kept) {
      const unit = this.#units.get(fingerprint);
      if (unit) units.push(this.#unpack(unit));
    }
    const path = fileOf(this.#dir);
    mkdirSync(dirname(path), { recursive: true });
    replaceFile(path, pack(units));
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

function pack(units: readonly FreshUnit[]): Buffer {
  const [labels, files, links] = [new Places<string>(), new Places<string>(), new Places<string>()];
  const stamps: FileStamp[] = [];
  const targets: [string, string][] = [];
  const packed = units.map(
    (unit): PackedUnit => [
      unit.fingerprint,
      unit.labels.map((label) => labels.of(label)),
      Array.from(unit.files, ([path, stamp]) => {
        const place = files.of(path);
        stamps[place] = stamp;
        return place;
      }),
      Array.from(unit.links, ([path, to]) => {
        const place = links.of(path);
        targets[place] = [path, to];
        return place;
      }),
    ],
  );
  const json = Buffer.from(JSON.stringify({ labels: labels.all(), files: files.all(), links: targets, units: packed }));
  const numbers = new Float64Array(stamps.flatMap(({ size, mtimeMs, ctimeMs, ino }) => [size, mtimeMs, ctimeMs, ino]));
  const body = Buffer.concat([json, Buffer.from(numbers.buffer)]);
  return Buffer.concat([Buffer.from(`lfads-fresh ${FORMAT} ${checksum(body)} ${json.length}\n`), body]);
}

/** A place in a list for each different thing, in the order of their first mention. */
class Places<T> {
  readonly #places = new Map<T, number>();

  of(thing: T): number {
    const known = this.#places.get(thing);
    if (known !== undefined) return known;
    this.#places.set(thing, this.#places.size);
    return this.#places.size - 1;
  }

  all(): T[] {
    return [...this.#places.keys()];
  }
}

function checksum(body: Uint8Array): string {
  return createHash("sha256").update(body).digest("hex");
}
