/** A project on the disk beside the model of it: what is done to it, and what must hold then. */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect } from "vitest";
import type { BuildResult, Outcome } from "#lib/build/index.js";
import { processName } from "#lib/process-name.js";
import { clockTick, ToyProject } from "../toy-project.js";
import { BuildModel } from "./build-model.js";
import { applyEdit, type Edit } from "./edits.js";
import { breakDisk, Crash, type Fault } from "./faulty-disk.js";
import { dataFile, folderOf, labelOf, makeAll, targetsOf, toyRule, type World } from "./toy-graph.js";

export type Step =
  | Edit
  | { readonly kind: "build-some"; readonly index: number; readonly order: number }
  | { readonly kind: "build-while-some-fail"; readonly failing: readonly number[]; readonly order: number }
  | { readonly kind: "clean"; readonly index: number }
  | { readonly kind: "two-sessions" | "collect"; readonly order: number };

export interface FaultyRound {
  readonly fault: Fault;
  readonly at: number;
  readonly failing: readonly number[] | null;
  readonly keepGoing: boolean;
  readonly order: number;
}

export class Subject {
  readonly project = new ToyProject();
  readonly #world: World;
  readonly #model = new BuildModel();
  /** Path below the project → all contents that it has ever been right for it to have. */
  readonly #ever = new Map<string, Set<string>>();

  constructor({ toys, data }: World) {
    this.#world = { toys: [...toys], data: [...data] };
    for (const [file, content] of data.entries()) this.project.write(dataFile(file), content);
  }

  async take(step: Step): Promise<void> {
    const { toys } = this.#world;
    switch (step.kind) {
      case "build-some":
        if (step.index < toys.length) await this.#build(step.order, [step.index]);
        return;
      case "build-while-some-fail":
        await this.#build(step.order, [...toys.keys()], new Set(step.failing));
        return;
      case "clean":
        if (step.index >= toys.length) return;
        await this.#inSession(0, (session) => session.clean([labelOf(step.index)]));
        this.#model.clean(step.index, { folder: folderOf(step.index, toys[step.index]!) });
        this.#expectDisk();
        return;
      case "two-sessions":
        return this.#twoSessions(step.order);
      case "collect":
        return this.#collect(step.order);
      default:
        applyEdit(step, this.project, this.#world, this.#model);
    }
  }

  /** Builds all, and again. */
  async check(order: number): Promise<void> {
    const all = [...this.#world.toys.keys()];
    await this.#build(order, all);
    const made = makeAll(this.#world);
    for (const { folder, files } of made) {
      for (const [path, content] of files) expect(this.project.read(folder, path)).toBe(content);
    }
    const second = await this.#run(order + 1, all);
    expect(this.project.ran).toEqual([]);
    expect([...second.outcomes.values()].filter((outcome) => outcome !== "fresh")).toEqual([]);
  }

  async #build(order: number, selected: readonly number[], failing: ReadonlySet<number> = new Set()): Promise<void> {
    const expected = this.#model.build(this.#world, selected, failing);
    const result = await this.#run(order, selected, failing);
    expect(byKey(result.outcomes, expected)).toEqual(byKey(new Map(outcomesOf(expected)), expected));
    expect(result.ok).toBe(![...result.outcomes.values()].includes("failed"));
    this.#expectDisk();
  }

  async #run(order: number, selected: readonly number[], failing?: ReadonlySet<number>): Promise<BuildResult> {
    this.project.rules = { toy: toyRule(failing) };
    const options = { labels: selected.map(labelOf), keepGoing: true };
    return await this.project.build(targetsOf(this.project, this.#world, order), options);
  }

  /** The second session has read the state before the first one built. */
  async #twoSessions(order: number): Promise<void> {
    const second = this.project.open(targetsOf(this.project, this.#world, order));
    await this.#build(order, [...this.#world.toys.keys()]);
    const { outcomes } = await second.session.run();
    await second.session.close();
    expect(second.executor.started).toEqual([]);
    expect([...outcomes.values()].filter((outcome) => outcome !== "fresh" && outcome !== "restored")).toEqual([]);
    this.#expectDisk();
  }

  /** What a collection leaves is enough to restore everything that the graph makes, and no more. */
  async #collect(order: number): Promise<void> {
    await this.#build(order, [...this.#world.toys.keys()]);
    await clockTick();
    await this.#inSession(order, async (session) => session.collectGarbage({ reaches: [await session.reach()] }));
    const needed = new Set(makeAll(this.#world).map(({ key }) => key));
    for (const key of this.#model.records) if (!needed.has(key)) this.#model.records.delete(key);
    for (const lost of ["runs", ".lfads/state"]) rmSync(this.project.path(lost), { recursive: true });
    this.#model.disk.clear();
    this.#model.state.clear();
  }

  async #inSession<T>(order: number, use: (session: ReturnType<ToyProject["open"]>["session"]) => Promise<T>) {
    const { session } = this.project.open(targetsOf(this.project, this.#world, order));
    try {
      return await use(session);
    } finally {
      await session.close();
    }
  }

  #expectDisk(): void {
    expect(filesBelow(this.project, "runs")).toEqual(new Map([...this.#model.disk].sort()));
  }

  async buildOnFaultyDisk({ fault, at, failing, keepGoing, order }: FaultyRound): Promise<void> {
    this.project.rules = { toy: toyRule(new Set(failing)) };
    for (const [path, content] of filesBelow(this.project, "runs")) this.#allow(path, content);
    for (const { folder, files } of makeAll(this.#world)) {
      for (const [path, content] of files) this.#allow(`${folder}/${path}`, content);
    }
    const targets = targetsOf(this.project, this.#world, order);
    const mend = breakDisk(this.project.dir, at, fault);
    try {
      const result = await this.project.build(targets, { keepGoing });
      if (fault.kind === "error")
        expect(result.failures.filter(({ kind }) => kind !== "disk" && kind !== "data")).toEqual([]);
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    } finally {
      mend();
      if (fault.kind === "crash") disown(this.project);
    }
  }

  #allow(path: string, content: string): void {
    if (!this.#ever.has(path)) this.#ever.set(path, new Set());
    this.#ever.get(path)!.add(content);
  }

  /** Nothing half made is seen, and nothing wrong is fresh. */
  async checkWhole(): Promise<void> {
    for (const [path, content] of filesBelow(this.project, "runs")) expect(this.#ever.get(path)).toContain(content);
    const { verdicts } = await this.project.plan(targetsOf(this.project, this.#world, 0));
    for (const [i, { folder, files }] of makeAll(this.#world).entries()) {
      if (verdicts.get(labelOf(i))!.kind !== "fresh") continue;
      for (const [path, content] of files) expect(this.project.read(folder, path)).toBe(content);
    }
  }

  /** A build on the mended disk. What it has to run the model cannot know; afterwards it knows all again. */
  async mend(order: number): Promise<void> {
    const all = [...this.#world.toys.keys()];
    const result = await this.#run(order, all);
    expect(result.failures).toEqual([]);
    // A build with nothing to do looks for none.
    if (result.counts.fresh < all.length) expect(leftovers(this.project)).toEqual([]);
    this.#model.disk.clear();
    for (const [path, content] of filesBelow(this.project, "runs")) this.#model.disk.set(path, content);
    for (const { folder, files } of makeAll(this.#world)) {
      for (const [path, content] of files) expect(this.#model.disk.get(`${folder}/${path}`)).toBe(content);
    }
    const second = await this.#run(order + 1, all);
    expect(this.project.ran).toEqual([]);
    expect([...second.outcomes.values()].filter((outcome) => outcome !== "fresh")).toEqual([]);
  }
}

const outcomesOf = (expected: ReadonlyMap<string, readonly [Outcome, string]>) =>
  [...expected].map(([label, [outcome]]) => [label, outcome] as const);

/** Of targets with equal keys one runs and the others share that: which one is not said. */
function byKey(
  outcomes: ReadonlyMap<string, Outcome>,
  keys: ReadonlyMap<string, readonly [Outcome, string]>,
): Map<string, Outcome[]> {
  const sorted = new Map<string, Outcome[]>();
  for (const [label, outcome] of [...outcomes].sort()) {
    const key = keys.get(label)?.[1] ?? label;
    sorted.set(key, [...(sorted.get(key) ?? []), outcome].sort());
  }
  return sorted;
}

/** Path relative to the project → content, sorted. */
export function filesBelow(project: ToyProject, folder: string): Map<string, string> {
  const root = project.path(folder);
  if (!existsSync(root)) return new Map();
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name).slice(project.dir.length + 1)).sort();
  return new Map(paths.map((path) => [path, readFileSync(project.path(path), "utf8")]));
}

/** Makes what this process has left behind, as if it had been killed, look like that of a process that is not there. */
function disown(project: ToyProject): void {
  const paths = existsSync(project.path(".lfads")) ? readdirSync(project.path(".lfads"), { recursive: true }) : [];
  for (const path of (paths as string[]).sort().reverse()) {
    if (!basename(path).includes(processName())) continue;
    const name = basename(path).replace(processName(), processName().replace(/^\d+/, String(2 ** 22 + 1)));
    renameSync(project.path(".lfads", path), project.path(".lfads", dirname(path), name));
  }
}

function leftovers(project: ToyProject): string[] {
  const all = readdirSync(project.path(".lfads"), { recursive: true }) as string[];
  return all.filter((path) => /^(staging|locks|journal(?!\/ended-))\/./.test(path)).sort();
}
