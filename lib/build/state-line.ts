/**
 * What the state knows, as lines of text. Each holds a name and one JSON value, which is parsed when it is asked for:
 * a build of a few targets among thousands reads and writes the others as they stand.
 */
import type { Failure } from "#lib/failure.js";
import type { OutputFile } from "./action-record.js";
import { type FileStamp, isOlderThan } from "./file-digest.js";

export interface StampedOutput extends OutputFile {
  readonly stamp: FileStamp;
}

export interface BuiltEntry {
  readonly key: string;
  /** Relative to the folder of the lfadsfile where it lies inside. */
  readonly outDir: string;
  readonly endedAtMs: number;
  readonly seconds: number;
  readonly how: "ran" | "imported" | "restored";
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

/** `target`: what was built; `file`: a file of the user's; `gone`: a target that was cleaned. */
export type LineKind = "target" | "file" | "gone";

export interface StateLine {
  readonly kind: LineKind;
  /** Label or path. */
  readonly name: string;
  /** The newest of its stamps (ms). */
  readonly newestMs: number;
  readonly json: string;
  readonly trustedBefore: number;
}

type PackedStamp = readonly [size: number, mtimeMs: number, ctimeMs: number, ino: number];
type PackedOutput = readonly [path: string, digest: string, mode: number, stamp: PackedStamp];
type PackedBuilt = readonly [
  key: string,
  outDir: string,
  endedAtMs: number,
  seconds: number,
  how: BuiltEntry["how"],
  outputs: readonly PackedOutput[],
];
type PackedTarget = readonly [built: PackedBuilt | null, failure: Failure | null];
type PackedFile = readonly [digest: string, stamp: PackedStamp];

const initials: Readonly<Record<string, LineKind>> = { t: "target", f: "file", g: "gone" };

export function targetLine(name: string, { built, failure, trustedBefore }: TargetEntry): StateLine {
  const outputs = built?.outputs.map((o) => [o.path, o.digest, o.mode, packStamp(o.stamp)] as const) ?? [];
  const packed = built && ([built.key, built.outDir, built.endedAtMs, built.seconds, built.how, outputs] as const);
  const json = JSON.stringify([packed ?? null, failure ?? null] satisfies PackedTarget);
  const newestMs = Math.max(0, ...(built?.outputs ?? []).map(({ stamp }) => newestOf(stamp)));
  return { kind: "target", name, newestMs, json, trustedBefore };
}

export function goneLine(name: string): StateLine {
  return { kind: "gone", name, newestMs: 0, json: "null", trustedBefore: Number.POSITIVE_INFINITY };
}

export function fileLine(name: string, { digest, stamp, trustedBefore }: FileEntry): StateLine {
  const json = JSON.stringify([digest, packStamp(stamp)] satisfies PackedFile);
  return { kind: "file", name, newestMs: newestOf(stamp), json, trustedBefore };
}

export function targetOf({ json, trustedBefore }: StateLine): TargetEntry {
  const [built, failure] = JSON.parse(json) as PackedTarget;
  return { built: built ? unpackBuilt(built) : undefined, failure: failure ?? undefined, trustedBefore };
}

export function fileOf({ json, trustedBefore }: StateLine): FileEntry {
  const [digest, stamp] = JSON.parse(json) as PackedFile;
  return { digest, stamp: unpackStamp(stamp), trustedBefore };
}

/**
 * The line with every racy stamp made such that no file has it: a later build hashes those files. It must be so
 * before the line is trusted up to a later time.
 */
export function withoutRacyStamps(line: StateLine): StateLine {
  if (line.newestMs < line.trustedBefore || line.kind === "gone") return line;
  const racy = (stamp: FileStamp) => (isOlderThan(stamp, line.trustedBefore) ? stamp : { ...stamp, ino: -1 });
  if (line.kind === "file") {
    const entry = fileOf(line);
    return fileLine(line.name, { ...entry, stamp: racy(entry.stamp) });
  }
  const { built, ...entry } = targetOf(line);
  const outputs = built?.outputs.map((output) => ({ ...output, stamp: racy(output.stamp) })) ?? [];
  return targetLine(line.name, { ...entry, built: built && { ...built, outputs } });
}

/** One line of text, without its end. */
export function formatLine({ kind, name, newestMs, json }: StateLine): string {
  return `${kind[0]}${JSON.stringify(name)}\t${newestMs}\t${json}`;
}

/** Undefined for what `formatLine` did not write. */
export function parseLine(text: string, trustedBefore: number): StateLine | undefined {
  const nameEnd = text.indexOf("\t");
  const newestEnd = text.indexOf("\t", nameEnd + 1);
  const kind = initials[text[0] ?? ""];
  if (kind === undefined || nameEnd < 0 || newestEnd < 0) return undefined;
  const name = text.slice(2, nameEnd - 1);
  return {
    kind,
    name: name.includes("\\") ? (JSON.parse(`"${name}"`) as string) : name,
    newestMs: Number(text.slice(nameEnd + 1, newestEnd)),
    json: text.slice(newestEnd + 1),
    trustedBefore,
  };
}

function newestOf({ mtimeMs, ctimeMs }: FileStamp): number {
  return Math.max(mtimeMs, ctimeMs);
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
