import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeFolder } from "#lib/make-folder.js";
import type { Target } from "./target.js";

const TAIL_LINES = 15;

/** `<folder>/logs/<label>.log`, with `/` as `~` and `:` as `@`. */
export function logFileOf(folder: string, label: string): string {
  const safe = label
    .replace(/[^A-Za-z0-9_.\-/:]/g, (char) => encodeURIComponent(char).replaceAll("~", "%7E").replaceAll("*", "%2A"))
    .replaceAll("/", "~")
    .replaceAll(":", "@");
  const name =
    safe.length <= 200
      ? safe
      : `${safe.slice(0, 180)}~${createHash("sha256").update(label).digest("hex").slice(0, 16)}`;
  return join(folder, "logs", `${name}.log`);
}

/**
 * The log of one target's run: its file, a copy where the target wants one, and the last lines. The files are begun with
 * the first line; those of an earlier run end when this one starts.
 */
export class TargetLog {
  readonly file: string;
  readonly tail: string[] = [];
  readonly #target: Target;
  #descriptors: number[] | undefined;

  constructor(folder: string, target: Target) {
    this.file = logFileOf(folder, target.label);
    this.#target = target;
    if (existsSync(this.file)) this.#open();
  }

  line(line: string): void {
    this.tail.push(line);
    if (this.tail.length > TAIL_LINES) this.tail.shift();
    for (const descriptor of this.#descriptors ?? this.#open()) {
      try {
        writeSync(descriptor, `${line}\n`);
      } catch {
        // A full disk costs lines of the log; the target finds out by itself.
      }
    }
  }

  close(): void {
    for (const descriptor of this.#descriptors ?? []) closeSync(descriptor);
    this.#descriptors = [];
  }

  #open(): number[] {
    this.#descriptors = [];
    const { logCopy } = this.#target;
    try {
      this.#descriptors.push(opened(this.file, "w"));
      if (logCopy) this.#descriptors.push(opened(logCopy.path, logCopy.append ? "a" : "w"));
    } catch {
      // As above.
    }
    return this.#descriptors;
  }
}

function opened(path: string, flags: string): number {
  makeFolder(dirname(path));
  return openSync(path, flags);
}
