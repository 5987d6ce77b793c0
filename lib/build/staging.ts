import { readdirSync, rmSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "#lib/make-folder.js";
import { namesIn } from "#lib/names-in.js";
import { describeProcess, mayRun, processName } from "#lib/process-name.js";

let sessions = 0;

/** Folders that outputs are made in, `staging/<process>/<n>`. */
export class Staging {
  readonly #folder: string;
  /**
   * Empty folders by rule, perhaps with the empty folders in them that the rule makes: removing and making folders for
   * each small target costs more than the target.
   */
  readonly #free = new Map<string, string[]>();
  #count = 0;

  constructor(folder: string) {
    this.#folder = join(folder, `${processName()}~${sessions++}`);
  }

  /** A folder without files. */
  make(rule: string): string {
    const free = this.#free.get(rule)?.pop();
    if (free !== undefined) return free;
    const path = join(this.#folder, String(this.#count++));
    makeFolder(path);
    return path;
  }

  /** Takes back what `make` gave, with whatever is left in it. */
  remove(path: string, rule: string): void {
    removeFiles(path);
    const free = this.#free.get(rule) ?? [];
    free.push(path);
    this.#free.set(rule, free);
  }

  close(): void {
    try {
      rmSync(this.#folder, { recursive: true, force: true });
    } catch {
      // The next build sweeps it.
    }
  }
}

function removeFiles(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) removeFiles(path);
    else unlinkSync(path);
  }
}

/** The processes of the builds that are making targets now, but for this one, in words. `folder` is `.lfads`. */
export function buildsAtWork(folder: string): string[] {
  return namesIn(join(folder, "staging"))
    .filter((name) => mayRun(name) && !name.startsWith(`${processName()}~`))
    .map(describeProcess);
}
