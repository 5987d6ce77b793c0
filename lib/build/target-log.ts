import { createHash } from "node:crypto";
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
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

/** The log of one target's run: its file, a copy where the target wants one, and the last lines. */
export class TargetLog {
  readonly file: string;
  readonly tail: string[] = [];
  readonly #descriptors: number[] = [];

  constructor(folder: string, target: Target) {
    this.file = logFileOf(folder, target.label);
    this.#open(this.file, "w");
    if (target.logCopy) this.#open(target.logCopy.path, target.logCopy.append ? "a" : "w");
  }

  line(line: string): void {
    this.tail.push(line);
    if (this.tail.length > TAIL_LINES) this.tail.shift();
    for (const descriptor of this.#descriptors) {
      try {
        writeSync(descriptor, `${line}\n`);
      } catch {
        // A full disk costs lines of the log; the target finds out by itself.
      }
    }
  }

  close(): void {
    for (const descriptor of this.#descriptors.splice(0)) closeSync(descriptor);
  }

  #open(path: string, flags: string): void {
    mkdirSync(dirname(path), { recursive: true });
    this.#descriptors.push(openSync(path, flags));
  }
}
