/** A build as one would explain it on paper: maps for what is on the disk, known and stored. */
import type { Outcome } from "#lib/build/index.js";
import { labelOf, type Made, makeAll, type World } from "./toy-graph.js";

interface Built {
  readonly key: string;
  readonly folder: string;
  readonly files: ReadonlyMap<string, string>;
}

export class BuildModel {
  /** Files below `runs`: path → content. */
  readonly disk = new Map<string, string>();
  /** Label's index → what was last made under it. */
  readonly state = new Map<number, Built>();
  /** Keys with a record. */
  readonly records = new Set<string>();

  /**
   * Does a build of `selected` and of what they need.
   * @param failing Texts of the targets that fail when they run.
   * @returns What becomes of each target: label → outcome, and its key.
   */
  build(world: World, selected: readonly number[], failing: ReadonlySet<number>): Map<string, [Outcome, string]> {
    const made = makeAll(world);
    const outcomes = new Map<string, [Outcome, string]>();
    const broken = new Set<number>();
    for (const i of withSources(made, selected)) {
      const each = made[i]!;
      const outcome = each.from.some((j) => broken.has(j)) ? "skipped" : this.#one(i, each, failing, world);
      if (outcome === "failed" || outcome === "skipped") broken.add(i);
      outcomes.set(labelOf(i), [outcome, each.key]);
    }
    return outcomes;
  }

  #one(index: number, made: Made, failing: ReadonlySet<number>, { toys }: World): Outcome {
    const known = this.state.get(index);
    const isThere = [...made.files].every(([path, content]) => this.disk.get(`${made.folder}/${path}`) === content);
    if (known?.key === made.key && known.folder === made.folder && isThere) return "fresh";
    const stored = this.records.has(made.key);
    if (!stored && failing.has(toys[index]!.text)) return "failed";
    this.records.add(made.key);
    for (const [path, content] of made.files) this.disk.set(`${made.folder}/${path}`, content);
    if (known?.folder === made.folder) this.#removeUnedited(known, made.files);
    this.state.set(index, made);
    return stored ? "restored" : "ran";
  }

  /** What it made in this very place goes, but for what was edited. */
  clean(index: number, { folder }: Pick<Made, "folder">): void {
    const known = this.state.get(index);
    if (known?.folder !== folder) return;
    this.#removeUnedited(known, new Map());
    this.state.delete(index);
  }

  #removeUnedited({ folder, files }: Built, keep: ReadonlyMap<string, string>): void {
    for (const [path, content] of files) {
      const at = `${folder}/${path}`;
      if (!keep.has(path) && this.disk.get(at) === content) this.disk.delete(at);
    }
  }
}

/** In order, so that what a target reads comes before it. */
export function withSources(made: readonly Made[], selected: readonly number[]): number[] {
  const all = new Set(selected);
  for (const i of [...made.keys()].reverse()) if (all.has(i)) for (const j of made[i]!.from) all.add(j);
  return [...all].sort((a, b) => a - b);
}
