import { mkdirSync, readdirSync, rmSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { namesIn } from "#lib/names-in.js";
import { describeProcess, mayRun, processName } from "#lib/process-name.js";

let sessions = 0;

/** Folders that outputs are made in, `staging/<process>/<n>`. */
export class Staging {
  readonly #folder: string;
  /** Empty folders: removing and making one for each small target costs more than the target. */
  readonly #free: string[] = [];
  #count = 0;

  constructor(folder: string) {
    this.#folder = join(folder, `${processName()}~${sessions++}`);
  }

  /** An empty folder. */
  make(): string {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    const path = join(this.#folder, String(this.#count++));
    mkdirSync(path, { recursive: true });
    return path;
  }

  /** Takes back what `make` gave, with whatever is left in it. */
  remove(path: string): void {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const left = join(path, entry.name);
      if (entry.isDirectory()) rmSync(left, { recursive: true, force: true });
      else unlinkSync(left);
    }
    this.#free.push(path);
  }

  close(): void {
    try {
      rmSync(this.#folder, { recursive: true, force: true });
    } catch {
      // The next build sweeps it.
    }
  }
}

/** The processes of the builds that are making targets now, but for this one, in words. `folder` is `.lfads`. */
export function buildsAtWork(folder: string): string[] {
  return namesIn(join(folder, "staging"))
    .filter((name) => mayRun(name) && !name.startsWith(`${processName()}~`))
    .map(describeProcess);
}
