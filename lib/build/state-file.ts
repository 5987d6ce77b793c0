/**
 * The files of the state. Index: a header line with format and SHA-256, then one JSON document.
 * Journal: a line per change, each with a checksum, so that a torn last line is seen.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Failure } from "#lib/failure.js";
import { replaceFile } from "#lib/replace-file.js";
import type { OutputFile } from "./action-record.js";
import { type FileStamp, isOlderThan } from "./file-digest.js";

const FORMAT = 1;

export interface StampedOutput extends OutputFile {
  readonly stamp: FileStamp;
}

export interface BuiltEntry {
  readonly key: string;
  /** Relative to the folder of the lfadsfile where it lies inside. */
  readonly outDir: string;
  readonly endedAtMs: number;
  readonly seconds: number;
  readonly how: "ran" | "restored";
  /** By path in code units. */
  readonly outputs: readonly StampedOutput[];
}

export interface TargetEntry {
  readonly built?: BuiltEntry | undefined;
  /** Of the last try, when that failed. */
  readonly failure?: Failure | undefined;
  /** Stamps not older than this (ms) say nothing; see isOlderThan. Infinity for what this process saw itself. */
  readonly trustedBefore: number;
}

export interface FileEntry {
  readonly digest: string;
  readonly stamp: FileStamp;
  readonly trustedBefore: number;
}

export type StateLine =
  | { readonly target: string; readonly entry: TargetEntry | null }
  | { readonly file: string; readonly entry: FileEntry };

type PackedStamp = readonly [size: number, mtimeMs: number, ctimeMs: number, ino: number];
type PackedOutput = readonly [path: string, digest: string, mode: number, stamp: PackedStamp];
type PackedBuilt = readonly [
  key: string,
  outDir: string,
  endedAtMs: number,
  seconds: number,
  how: "ran" | "restored",
  outputs: readonly PackedOutput[],
];
type PackedLine =
  | readonly ["t", label: string, built: PackedBuilt | null, failure: Failure | null]
  | readonly ["d", label: string]
  | readonly ["f", path: string, digest: string, stamp: PackedStamp];

/** Unreadable, corrupt or of another format: a warning, and nothing is known. Missing: nothing is known. */
export function readIndex(path: string, warn: (what: string, where: string) => void): StateLine[] {
  const file = readText(path);
  if (!file) return [];
  const end = file.text.indexOf("\n");
  const [name, format, sum] = file.text.slice(0, end).split(" ");
  if (name === "lfads-state" && format !== String(FORMAT)) {
    warn(
      `The state was written by another version of lfads (format ${format}, this is ${FORMAT}); it is made anew.`,
      path,
    );
    return [];
  }
  const body = file.text.slice(end + 1);
  if (end < 0 || sum !== checksum(body)) {
    warn("The state file is corrupt; it is made anew.", path);
    return [];
  }
  return (JSON.parse(body) as PackedLine[]).map((packed) => unpack(packed, file.mtimeMs));
}

/** The lines that are whole: one is cut off where a build was killed or the disk was full. */
export function readJournal(path: string): StateLine[] {
  const file = readText(path);
  const lines: StateLine[] = [];
  for (const line of file?.text.split("\n") ?? []) {
    const body = line.slice(65);
    if (line.slice(0, 64) !== checksum(body)) continue;
    lines.push(unpack(JSON.parse(body) as PackedLine, file!.mtimeMs));
  }
  return lines;
}

/** One line of a journal, with its line end. */
export function journalLine(line: StateLine): string {
  const body = JSON.stringify(pack(line));
  return `${checksum(body)} ${body}\n`;
}

/** Written aside and renamed. */
export function writeIndex(path: string, lines: Iterable<StateLine>): void {
  const body = JSON.stringify(Array.from(lines, pack));
  mkdirSync(dirname(path), { recursive: true });
  replaceFile(path, `lfads-state ${FORMAT} ${checksum(body)}\n${body}`);
}

/** Racy stamps made such that no file has them: the next build hashes those files. */
export function withoutRacyStamps(entry: TargetEntry): TargetEntry {
  if (!entry.built || entry.built.outputs.every(({ stamp }) => isOlderThan(stamp, entry.trustedBefore))) return entry;
  const outputs = entry.built.outputs.map((output) =>
    isOlderThan(output.stamp, entry.trustedBefore) ? output : { ...output, stamp: { ...output.stamp, ino: -1 } },
  );
  return { ...entry, built: { ...entry.built, outputs } };
}

function readText(path: string): { text: string; mtimeMs: number } | undefined {
  try {
    return { text: readFileSync(path, "utf8"), mtimeMs: statSync(path).mtimeMs };
  } catch {
    return undefined;
  }
}

function checksum(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function pack(line: StateLine): PackedLine {
  if ("file" in line) return ["f", line.file, line.entry.digest, packStamp(line.entry.stamp)];
  if (line.entry === null) return ["d", line.target];
  const { built, failure } = line.entry;
  const outputs = built?.outputs.map((o) => [o.path, o.digest, o.mode, packStamp(o.stamp)] as const) ?? [];
  const packed = built && ([built.key, built.outDir, built.endedAtMs, built.seconds, built.how, outputs] as const);
  return ["t", line.target, packed ?? null, failure ?? null];
}

function unpack(packed: PackedLine, trustedBefore: number): StateLine {
  if (packed[0] === "f") {
    return { file: packed[1], entry: { digest: packed[2], stamp: unpackStamp(packed[3]), trustedBefore } };
  }
  if (packed[0] === "d") return { target: packed[1], entry: null };
  const [, target, built, failure] = packed;
  return {
    target,
    entry: { built: built ? unpackBuilt(built) : undefined, failure: failure ?? undefined, trustedBefore },
  };
}

function unpackBuilt([key, outDir, endedAtMs, seconds, how, outputs]: PackedBuilt): BuiltEntry {
  return {
    key,
    outDir,
    endedAtMs,
    seconds,
    how,
    outputs: outputs.map(([path, digest, mode, stamp]) => ({
      path,
      digest,
      size: stamp[0],
      mode,
      stamp: unpackStamp(stamp),
    })),
  };
}

function packStamp({ size, mtimeMs, ctimeMs, ino }: FileStamp): PackedStamp {
  return [size, mtimeMs, ctimeMs, ino];
}

function unpackStamp([size, mtimeMs, ctimeMs, ino]: PackedStamp): FileStamp {
  return { size, mtimeMs, ctimeMs, ino };
}
