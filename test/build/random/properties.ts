/** What holds of any graph and any series of edits. */
import { rmSync, statSync, truncateSync } from "node:fs";
import fc from "fast-check";
import type { ContentStore } from "#lib/build/content-store.js";
import { MemoryStore } from "#lib/build/memory-store.js";
import type { ToyProject } from "../toy-project.js";
import { edit } from "./edits.js";
import type { Fault } from "./faulty-disk.js";
import { filesBelow, type Step, Subject } from "./subject.js";
import { world } from "./toy-graph.js";

const order = fc.nat(1 << 20);
const failing = fc.subarray([0, 1, 2], { minLength: 1 });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: edit },
  fc.record({ kind: fc.constant("build-some" as const), index: fc.nat(5), order }),
  fc.record({ kind: fc.constant("build-while-some-fail" as const), failing, order }),
  fc.record({ kind: fc.constant("clean" as const), index: fc.nat(5) }),
  fc.record({ kind: fc.constantFrom("two-sessions" as const, "collect" as const), order }),
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
export async function survivesFaults(numRuns: number, newStore: NewStore = memoryStore): Promise<void> {
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
        const folder = project.path(".lfads/store");
        let openStore = await newStore(folder);
        project.options = {
          get store() {
            return openStore();
          },
        };
        for (const each of rounds) {
          for (const change of each.edits) await subject.take(change);
          if (each.loseStore) {
            rmSync(folder, { recursive: true, force: true });
            openStore = await newStore(folder);
          }
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

/** Makes a new store in a folder, and gives what opens it for a session. */
type NewStore = (folder: string) => Promise<() => ContentStore>;

const memoryStore: NewStore = async () => {
  const store = new MemoryStore();
  return () => store;
};

/** The store that users have; loaded now, after the disk was patched. */
export const diskStore: NewStore = async (folder) => {
  const { CacacheStore } = await import("#lib/build/cacache-store.js");
  return () => new CacacheStore(folder);
};

/** What a power failure does to a file that was just written: half of it, or all, is not there. */
function harmJournals(project: ToyProject, how: "cut" | "lost"): void {
  for (const path of filesBelow(project, ".lfads/journal").keys()) {
    const file = project.path(path);
    if (how === "lost") rmSync(file);
    else truncateSync(file, statSync(file).size >> 1);
  }
}
