/**
 * What a build need not even plan: units of targets that were all fresh, with every file that they read or made and the
 * stamp that it had. While a unit's plan (its fingerprint) and all its files are the same, its targets are fresh.
 */
import { isAbsolute } from "node:path";
import { sameStamp, stampOf } from "./file-digest.js";
import {
  emptyFreshFile,
  type FreshFile,
  type FreshUnit,
  type PackedUnit,
  readFreshFile,
  stampAt,
  writeFreshFile,
} from "./fresh-file.js";
import { readLink } from "./links.js";

export class FreshUnits {
  readonly #dir: string;
  readonly #file: FreshFile;
  readonly #units: ReadonlyMap<string, PackedUnit>;
  /** Of each file: 0 not looked at, 1 unchanged, 2 changed. */
  readonly #seen: Uint8Array;

  private constructor(dir: string, file: FreshFile) {
    this.#dir = dir;
    this.#file = file;
    this.#units = new Map(file.units.map((unit) => [unit[0], unit]));
    this.#seen = new Uint8Array(file.files.length);
  }

  /** `dir` is the folder of the lfadsfile. Losing what is known of it costs time only. */
  static read(dir: string): FreshUnits {
    return new FreshUnits(dir, readFreshFile(dir));
  }

  static none(dir: string): FreshUnits {
    return new FreshUnits(dir, emptyFreshFile);
  }

  /** Every file of the unit has its stamp and every link leads where it led. */
  isFresh(fingerprint: string): boolean {
    const unit = this.#units.get(fingerprint);
    if (!unit) return false;
    const [, , files, links] = unit;
    return files.every((place) => this.#isUnchanged(place)) && links.every((place) => this.#leadsThere(place));
  }

  /** The labels of all targets of these units, each once. */
  labels(fingerprints: Iterable<string>): Set<string> {
    const labels = new Set<string>();
    for (const fingerprint of fingerprints)
      for (const place of this.#units.get(fingerprint)?.[1] ?? []) labels.add(this.#file.labels[place]!);
    return labels;
  }

  /** Keeps these units of what is known, and adds others. */
  write(kept: Iterable<string>, added: readonly FreshUnit[]): void {
    const units = Array.from(kept, (fingerprint) => this.#units.get(fingerprint)).filter((unit) => unit !== undefined);
    writeFreshFile(this.#dir, this.#file, units, added);
  }

  #isUnchanged(place: number): boolean {
    if (this.#seen[place] === 0) {
      const stamp = stampOf(this.#absolute(this.#file.files[place]!));
      const known = stampAt(this.#file, place);
      this.#seen[place] = stamp && sameStamp(stamp, known) ? 1 : 2;
    }
    return this.#seen[place] === 1;
  }

  #leadsThere(place: number): boolean {
    const [path, to] = this.#file.links[place]!;
    return readLink(this.#absolute(path)) === to;
  }

  #absolute(path: string): string {
    return isAbsolute(path) ? path : `${this.#dir}/${path}`;
  }
}
