/**
 * The file `.lfads/fresh`: lists of labels, paths and links, units as places in these lists, and the stamp of each file.
 * A header with format, SHA-256 and length; JSON; then the stamps as numbers, which are most of it.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { replaceFile } from "#lib/replace-file.js";
import { type FileStamp, sameStamp, stampOf } from "./file-digest.js";

const FORMAT = 2;
const NUMBERS_OF_A_STAMP = 4;

/** Targets that are planned together, and what stands behind them. */
export interface FreshUnit {
  /** Of its plan. */
  readonly fingerprint: string;
  readonly labels: readonly string[];
  /** By path, relative to the lfadsfile's folder where it lies inside. */
  readonly files: ReadonlyMap<string, FileStamp>;
  /** Link → where it leads. */
  readonly links: ReadonlyMap<string, string>;
}

/** Numbers are places in the lists. */
export type PackedUnit = readonly [
  fingerprint: string,
  labels: readonly number[],
  files: readonly number[],
  links: readonly number[],
];

interface Lists {
  readonly labels: readonly string[];
  readonly files: readonly string[];
  readonly links: readonly (readonly [path: string, to: string])[];
  readonly units: readonly PackedUnit[];
}

/** The state that was written before it: a folder whose state was lost or replaced is looked at as a whole. */
interface WithState {
  readonly state: FileStamp | null;
}

export interface FreshFile extends Lists {
  /** size, mtime, ctime and inode of each file, one after the other. */
  readonly numbers: Float64Array;
  /** When it was written: stamps not older than this (ms) say nothing. */
  readonly writtenMs: number;
}

export const emptyFreshFile: FreshFile = {
  labels: [],
  files: [],
  links: [],
  units: [],
  numbers: new Float64Array(0),
  writtenMs: 0,
};

/** What cannot be read counts as empty. `dir` is the folder of the lfadsfile. */
export function readFreshFile(dir: string): FreshFile {
  const path = pathIn(dir);
  try {
    // First, as another build may replace the file: too early a time costs some hashing.
    const { mtimeMs: writtenMs } = statSync(path);
    const bytes = readFileSync(path);
    const headEnd = bytes.indexOf(10);
    const [name, format, sum, length] = bytes.toString("latin1", 0, headEnd).split(" ");
    const body = bytes.subarray(headEnd + 1);
    if (name !== "lfads-fresh" || format !== String(FORMAT) || sum !== checksum(body)) return emptyFreshFile;
    const { state, ...lists } = JSON.parse(body.toString("utf8", 0, Number(length))) as Lists & WithState;
    if (!isStateOf(dir, state)) return emptyFreshFile;
    const numbersAt = body.byteOffset + Number(length);
    const numbers = new Float64Array(body.buffer.slice(numbersAt, body.byteOffset + body.length));
    return { ...lists, numbers, writtenMs };
  } catch {
    return emptyFreshFile;
  }
}

/** Written aside and renamed: these units of a file, and others. */
export function writeFreshFile(
  dir: string,
  file: FreshFile,
  kept: readonly PackedUnit[],
  added: readonly FreshUnit[],
): void {
  const inUse = new Uint8Array(file.files.length);
  for (const [, , files] of kept) for (const place of files) inUse[place] = 1;
  // What no unit needs any more may stay for a while: most builds change little.
  const isLean = inUse.reduce((sum, each) => sum + each, 0) > inUse.length / 2;
  const state = stampOf(stateIn(dir)) ?? null;
  const bytes = isLean
    ? pack(file, kept, added, state)
    : pack(emptyFreshFile, [], [...kept.map((unit) => unpack(file, unit)), ...added], state);
  const path = pathIn(dir);
  mkdirSync(dirname(path), { recursive: true });
  replaceFile(path, bytes);
}

export function stampAt({ numbers }: FreshFile, place: number): FileStamp {
  const at = place * NUMBERS_OF_A_STAMP;
  return { size: numbers[at]!, mtimeMs: numbers[at + 1]!, ctimeMs: numbers[at + 2]!, ino: numbers[at + 3]! };
}

function unpack(file: FreshFile, [fingerprint, labels, files, links]: PackedUnit): FreshUnit {
  return {
    fingerprint,
    labels: labels.map((place) => file.labels[place]!),
    files: new Map(files.map((place) => [file.files[place]!, stampAt(file, place)])),
    links: new Map(links.map((place) => file.links[place]!)),
  };
}

function pack(
  file: FreshFile,
  kept: readonly PackedUnit[],
  added: readonly FreshUnit[],
  state: FileStamp | null,
): Buffer {
  const labels = new GrowingList(file.labels);
  const files = new GrowingList(file.files);
  const links = new GrowingList(file.links.map(([path]) => path));
  const leads = [...file.links];
  const stamps: [place: number, stamp: FileStamp][] = [];
  const packed = added.map((unit): PackedUnit => {
    for (const [path, stamp] of unit.files) stamps.push([files.place(path), stamp]);
    for (const lead of unit.links) leads[links.place(lead[0])] = lead;
    return [
      unit.fingerprint,
      unit.labels.map((label) => labels.place(label)),
      Array.from(unit.files.keys(), (path) => files.place(path)),
      Array.from(unit.links.keys(), (path) => links.place(path)),
    ];
  });
  const numbers = new Float64Array(files.all.length * NUMBERS_OF_A_STAMP);
  numbers.set(file.numbers);
  for (const [place, { size, mtimeMs, ctimeMs, ino }] of stamps)
    numbers.set([size, mtimeMs, ctimeMs, ino], place * NUMBERS_OF_A_STAMP);
  const units = [...kept, ...packed];
  const lists: Lists & WithState = { state, labels: labels.all, files: files.all, links: leads, units };
  const json = Buffer.from(JSON.stringify(lists));
  const body = Buffer.concat([json, Buffer.from(numbers.buffer)]);
  return Buffer.concat([Buffer.from(`lfads-fresh ${FORMAT} ${checksum(body)} ${json.length}\n`), body]);
}

/** Gives every new text a place; one that the list had before may be in it twice then. */
class GrowingList {
  readonly all: string[];
  readonly #places = new Map<string, number>();

  constructor(known: readonly string[]) {
    this.all = [...known];
  }

  place(text: string): number {
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    const place = this.all.push(text) - 1;
    this.#places.set(text, place);
    return place;
  }
}

function pathIn(dir: string): string {
  return join(dir, ".lfads", "fresh");
}

function stateIn(dir: string): string {
  return join(dir, ".lfads", "state");
}

function isStateOf(dir: string, known: FileStamp | null): boolean {
  const now = stampOf(stateIn(dir));
  return now && known ? sameStamp(now, known) : !now && !known;
}

function checksum(body: Uint8Array): string {
  return createHash("sha256").update(body).digest("hex");
}
