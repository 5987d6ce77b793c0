/**
 * The files of the state. Index: a header with format and SHA-256 of the lines that follow, which are sorted. Journal: lines
 * as they come, each with a checksum, so that a torn one is seen.
 */
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolder } from "#lib/make-folder.js";
import { replaceFile } from "#lib/replace-file.js";
import { StateIndex } from "./state-index.js";
import { formatLine, parseLine, type StateLine } from "./state-line.js";

const FORMAT = 3;

/** Unreadable, corrupt or of another format: a warning, and nothing is known. Missing: nothing is known. */
export function readIndex(path: string, warn: (what: string, where: string) => void): StateIndex {
  const file = readBytes(path);
  if (!file) return StateIndex.empty;
  const end = file.bytes.indexOf("\n");
  const [name, format, sum] = file.bytes.toString("latin1", 0, Math.max(0, end)).split(" ");
  if (name === "lfads-state" && format !== String(FORMAT)) {
    warn(
      `The state was written by another version of lfads (format ${format}, this is ${FORMAT}); it is made anew.`,
      path,
    );
    return StateIndex.empty;
  }
  const body = file.bytes.subarray(end + 1);
  if (end < 0 || sum !== checksum(body)) {
    warn("The state file is corrupt; it is made anew.", path);
    return StateIndex.empty;
  }
  return new StateIndex(body, file.mtimeMs);
}

/** The lines that are whole: one is cut off where a build was killed or the disk was full. */
export function readJournal(path: string): StateLine[] {
  const file = readBytes(path);
  const lines: StateLine[] = [];
  for (const text of file?.bytes.toString("utf8").split("\n") ?? []) {
    const body = text.slice(65);
    if (text.slice(0, 64) !== checksum(body)) continue;
    const line = parseLine(body, file!.mtimeMs);
    if (line) lines.push(line);
  }
  return lines;
}

/** One line of a journal, with its line end. */
export function journalLine(line: StateLine): string {
  const body = formatLine(line);
  return `${checksum(body)} ${body}\n`;
}

/** Written aside and renamed. */
export function writeIndex(path: string, lines: Iterable<StateLine>): void {
  const body = Buffer.from(Array.from(lines, formatLine).sort().join("\n"));
  makeFolder(dirname(path));
  replaceFile(path, Buffer.concat([Buffer.from(`lfads-state ${FORMAT} ${checksum(body)}\n`), body]));
}

function readBytes(path: string): { bytes: Buffer; mtimeMs: number } | undefined {
  try {
    return { bytes: readFileSync(path), mtimeMs: statSync(path).mtimeMs };
  } catch {
    return undefined;
  }
}

function checksum(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("hex");
}
