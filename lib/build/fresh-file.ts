/**
 * The file `.lfads/fresh`, of one block or more: a header with format, SHA-256 and lengths; JSON with lists of labels, paths
 * and links, and units as places in these lists; the stamp of each file as numbers, which are most of it. A build that adds
 * little to much appends a block of its own.
 */
import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeFolder } from "#lib/make-folder.js";
import { replaceWith } from "#lib/replace-file.js";
import { type FileStamp, sameStamp, stampOf } from "./file-digest.js";
import { tickPast } from "./tick-past.js";

const FORMAT = 3;
const NUMBERS_OF_A_STAMP = 4;
/** A file of this size or more grows by a share of it, in so many blocks at most, before it is written anew. */
const LARGE_BYTES = 1 << 18;
const SMALL_SHARE = 1 / 8;
const MOST_BLOCKS = 64;
const LINE_END = 10;

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
  readonly blocks: number;
  /** Of the first block, and of all. */
  readonly firstBytes: number;
  readonly bytes: number;
  /** Nothing torn is at its end. */
  readonly isWhole: boolean;
}

export const emptyFreshFile: FreshFile = {
  ...{ labels: [], files: [], links: [], units: [], numbers: new Float64Array(0) },
  ...{ blocks: 0, firstBytes: 0, bytes: 0, isWhole: false },
};

/** What cannot be read counts as empty. `dir` is the folder of the lfadsfile. Of units with one fingerprint the last counts. */
export function readFreshFile(dir: string): FreshFile {
  try {
    const bytes = readFileSync(pathIn(dir));
    const blocks: Block[] = [];
    let at = skipLineEnds(bytes, 0);
    let firstBytes = 0;
    for (let block = readBlock(bytes, at); block; block = readBlock(bytes, at)) {
      blocks.push(block);
      at = skipLineEnds(bytes, block.end);
      firstBytes ||= block.end;
    }
    const last = blocks.at(-1);
    if (!last || !isStateOf(dir, last.state)) return emptyFreshFile;
    return { ...joined(blocks), blocks: blocks.length, firstBytes, bytes: at, isWhole: at === bytes.length };
  } catch {
    return emptyFreshFile;
  }
}

interface Block extends Lists, WithState {
  readonly numbers: Float64Array;
  /** Where it ends in the file. */
  readonly end: number;
}

function skipLineEnds(bytes: Buffer, at: number): number {
  while (bytes[at] === LINE_END) at++;
  return at;
}

/** Undefined where there is none, or one that is torn or altered. */
function readBlock(bytes: Buffer, at: number): Block | undefined {
  const headEnd = bytes.indexOf(LINE_END, at);
  const [name, format, sum, ...lengths] = bytes.toString("latin1", at, Math.max(at, headEnd)).split(" ");
  if (name !== "lfads-fresh" || format !== String(FORMAT)) return undefined;
  const [jsonLength, numbersLength] = lengths.map(Number) as [number, number];
  const body = bytes.subarray(headEnd + 1, headEnd + 1 + jsonLength + numbersLength);
  if (sum !== checksum(body)) return undefined;
  const lists = JSON.parse(body.toString("utf8", 0, jsonLength)) as Lists & WithState;
  const from = body.byteOffset + jsonLength;
  const numbers = new Float64Array(body.buffer.slice(from, from + numbersLength));
  return { ...lists, numbers, end: headEnd + 1 + body.length };
}

function joined(blocks: readonly Block[]): Lists & { numbers: Float64Array } {
  const [first, ...more] = blocks as readonly [Block, ...Block[]];
  if (more.length === 0) return first;
  const [labels, files, links, units] = [[...first.labels], [...first.files], [...first.links], [...first.units]];
  for (const block of more) {
    const [l, f, k] = [labels.length, files.length, links.length];
    const moved = (places: readonly number[], by: number) => places.map((place) => place + by);
    for (const [fingerprint, ...places] of block.units)
      units.push([fingerprint, moved(places[0], l), moved(places[1], f), moved(places[2], k)]);
    labels.push(...block.labels);
    files.push(...block.files);
    links.push(...block.links);
  }
  const numbers = new Float64Array(files.length * NUMBERS_OF_A_STAMP);
  let at = 0;
  for (const block of blocks) {
    numbers.set(block.numbers, at);
    at += block.numbers.length;
  }
  return { labels, files, links, units, numbers };
}

/**
 * These units of a file, and others: appended, or written anew aside and renamed. A unit with a file of the future is left
 * out: nobody could tell that it was written again.
 */
export function writeFreshFile(
  dir: string,
  file: FreshFile,
  kept: readonly PackedUnit[],
  added: readonly FreshUnit[],
): void {
  const path = pathIn(dir);
  const state = stampOf(stateIn(dir)) ?? null;
  const settled = (descriptor: number) => {
    const nowMs = tickPast(descriptor, Math.max(0, ...added.map(newestOf)));
    return added.filter((unit) => newestOf(unit) < nowMs);
  };
  if (hasRoom(file, added.length)) {
    withFile(path, "a", (descriptor) => {
      writeFileSync(descriptor, pack(emptyFreshFile, [], settled(descriptor), state));
    });
    return;
  }
  const inUse = new Uint8Array(file.files.length);
  for (const [, , files] of kept) for (const place of files) inUse[place] = 1;
  // What no unit needs any more may stay for a while: most builds change little.
  const isLean = inUse.reduce((sum, each) => sum + each, 0) > inUse.length / 2;
  makeFolder(dirname(path));
  replaceWith(path, (aside) =>
    withFile(aside, "w", (descriptor) => {
      const more = settled(descriptor);
      const bytes = isLean
        ? pack(file, kept, more, state)
        : pack(emptyFreshFile, [], [...kept.map((unit) => unpack(file, unit)), ...more], state);
      writeFileSync(descriptor, bytes);
    }),
  );
}

function withFile(path: string, flags: string, use: (descriptor: number) => void): void {
  const descriptor = openSync(path, flags);
  try {
    use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function hasRoom({ isWhole, firstBytes, bytes, blocks, units }: FreshFile, added: number): boolean {
  const isLarge = isWhole && firstBytes >= LARGE_BYTES && added < units.length * SMALL_SHARE;
  return isLarge && blocks < MOST_BLOCKS && bytes < firstBytes * (1 + SMALL_SHARE);
}

function newestOf({ files }: FreshUnit): number {
  let newest = 0;
  for (const { mtimeMs, ctimeMs } of files.values()) newest = Math.max(newest, mtimeMs, ctimeMs);
  return newest;
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
  const head = `lfads-fresh ${FORMAT} ${checksum(body)} ${json.length} ${numbers.byteLength}\n`;
  return Buffer.concat([Buffer.from(head), body]);
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
