/** What holds of any graph and any series of edits. */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect } from "vitest";
import type { ContentStore } from "#lib/build/content-store.js";
import type { BuildResult, Outcome } from "#lib/build/index.js";
import { MemoryStore } from "#lib/build/memory-store.js";
import { ToyProject } from "../toy-project.js";
import { BuildModel } from "./build-model.js";
import { applyEdit, type Edit, edit } from "./edits.js";
import { breakDisk, Crash, type Fault } from "./faulty-disk.js";
import { dataFile, folderOf, labelOf, makeAll, targetsOf, toyRule, type World, world } from "./toy-graph.js";

type Step =
  | Edit
  | { readonly kind: "build-some"; readonly index: number; readonly order: number }
  | { readonly kind: "build-while-some-fail"; readonly failing: readonly number[]; readonly order: number }
  | { readonly kind: "clean"; readonly index: number }
  | { readonly kind: "two-sessions"; readonly order: number };

const order = fc.nat(1 << 20);
const failing = fc.subarray([0, 1, 2], { minLength: 1 });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: edit },
  fc.record({ kind: fc.constant("build-some" as const), index: fc.nat(5), order }),
  fc.record({ kind: fc.constant("build-while-some-fail" as const), failing, order }),
  fc.record({ kind: fc.constant("clean" as const), index: fc.nat(5) }),
  fc.record({ kind: fc.constant("two-sessions" as const), order }),
);

/**
 * Every build does what the model of it does: it runs, restores and leaves the same targets, whatever their order, and the
 * folder has the very same files, which are those of a build from nothing. A second build executes nothing.
 */
export async function buildsAsTheModel(numRuns: number): Promise<void> {
  const series = fc.array(fc.record({ step, check: fc.boolean(), order }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(world, series, async (first, steps) => {
      const subject = new Subject(first);
      try {
        await subject.check(0);
        for (const each of steps) {
          await subject.take(each.step);
          if (each.check) await subject.check(each.order);
        }
        await subject.check(1);
      } finally {
        subject.project.remove();
      }
    }),
    { numRuns },
  );
}

const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.constant({ kind: "crash" as const }),
  fc.record({ kind: fc.constant("error" as const), code: fc.constantFrom("ENOSPC" as const, "EIO" as const) }),
);

/**
 * Builds are killed, or a write fails, anywhere: what is seen is whole, what is said to be fresh is right, and the next
 * build makes everything right; a second one executes nothing.
 */
export async function survivesFaults(numRuns: number, openStore: OpenStore = () => new MemoryStore()): Promise<void> {
  const round = fc.record({
    edits: fc.array(edit, { maxLength: 3 }),
    loseStore: fc.boolean(),
    fault,
    at: fc.nat(60),
    journal: fc.constantFrom("kept" as const, "cut" as const, "lost" as const),
    failing: fc.option(failing),
    keepGoing: fc.boolean(),
    order,
  });
  await fc.assert(
    fc.asyncProperty(world, fc.array(round, { minLength: 1, maxLength: 4 }), async (first, rounds) => {
      const subject = new Subject(first);
      try {
        const { project } = subject;
        for (const each of rounds) {
          for (const change of each.edits) await subject.take(change);
          if (each.loseStore) rmSync(project.path(".lfads/store"), { recursive: true, force: true });
          if (each.loseStore || !project.options.store) project.options.store = openStore(project.path(".lfads/store"));
          await subject.buildOnFaultyDisk(each);
          if (each.journal !== "kept") harmJournals(project, each.journal);
          await subject.checkWhole();
          await subject.mend(each.order);
        }
      } finally {
        subject.project.remove();
      }
    }),
    { numRuns },
  );
}

/** A project on the disk, and the model of it. */
class Subject {
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
    const { pid } = process;
    // That of no process: what the killed build has left behind must look like that of a dead one.
    if (fault.kind === "crash") Object.defineProperty(process, "pid", { value: 2 ** 22 + 1, configurable: true });
    const mend = breakDisk(this.project.dir, at, fault);
    try {
      const result = await this.project.build(targets, { keepGoing });
      if (fault.kind === "error")
        expect(result.failures.filter(({ kind }) => kind !== "disk" && kind !== "data")).toEqual([]);
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    } finally {
      mend();
      Object.defineProperty(process, "pid", { value: pid, configurable: true });
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

type OpenStore = (folder: string) => ContentStore;

interface FaultyRound {
  readonly fault: Fault;
  readonly at: number;
  readonly failing: readonly number[] | null;
  readonly keepGoing: boolean;
  readonly order: number;
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
function filesBelow(project: ToyProject, folder: string): Map<string, string> {
  const root = project.path(folder);
  if (!existsSync(root)) return new Map();
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name).slice(project.dir.length + 1)).sort();
  return new Map(paths.map((path) => [path, readFileSync(project.path(path), "utf8")]));
}

/** What a power failure does to a file that was just written: half of it, or all, is not there. */
function harmJournals(project: ToyProject, how: "cut" | "lost"): void {
  for (const path of filesBelow(project, ".lfads/journal").keys()) {
    const file = project.path(path);
    if (how === "lost") rmSync(file);
    else truncateSync(file, statSync(file).size >> 1);
  }
}

function leftovers(project: ToyProject): string[] {
  const all = readdirSync(project.path(".lfads"), { recursive: true }) as string[];
  return all.filter((path) => /^(staging|locks|journal)\/./.test(path)).sort();
}
