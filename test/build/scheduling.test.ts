import { writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Target } from "#lib/build/index.js";
import { acquireKeyLock } from "#lib/build/key-lock.js";
import type { MemoryOf } from "#lib/build/session.js";
import { clockTick, rule, ToyProject } from "./toy-project.js";

let project: ToyProject;
let now = 0;
let most = 0;
const threadsInUse: number[] = [];
/** Labels that ran at the same time, in order of their starts. */
const together: string[][] = [];

beforeEach(() => {
  project = new ToyProject();
  now = most = 0;
  threadsInUse.length = together.length = 0;
  project.rules = {
    join: rule("join", async ({ label, out, params, threads }) => {
      if (now === 0) together.push([]);
      together.at(-1)!.push(label);
      now += threads;
      most = Math.max(most, now);
      threadsInUse.push(threads);
      await clockTick();
      now -= threads;
      writeFileSync(`${out}/out.txt`, JSON.stringify(params));
    }),
  };
});
afterEach(() => project.remove());

const target = (label: string, inputs: string[] = [], resources = {}) =>
  project.target(label, inputs, { text: label }, { resources });

test("the longest chain starts first, ties by label", async () => {
  project.options = { jobs: 1 };
  await project.build([
    target("a:x"),
    target("z:x"),
    target("z:y", ["z:x"]),
    target("z:z", ["z:y"]),
    target("m:x"),
    target("m:y", ["m:x"]),
    target("b:x"),
  ]);
  expect(project.ran).toEqual(["z:x", "m:x", "z:y", "a:x", "b:x", "m:y", "z:z"]);
});

test("work is weighed: one long target comes before a chain of short ones", async () => {
  project.options = { jobs: 1 };
  await project.build([target("a:x"), target("a:y", ["a:x"]), target("z:x", [], { work: 10 })]);
  expect(project.ran).toEqual(["z:x", "a:x", "a:y"]);
});

test("no more CPU slots are used than there are jobs, and all of them when enough can run", async () => {
  project.options = { jobs: 3 };
  await project.build(Array.from({ length: 9 }, (_, i) => target(`t${i}:x`, [], { cpus: 2 })));
  expect(most).toBe(3);
  expect(project.ran).toHaveLength(9);
});

test("a target that runs alone gets all the threads that it can use, at least one", async () => {
  project.options = { jobs: 4 };
  await project.build([
    target("a:x", [], { cpus: 3 }),
    target("b:x", ["a:x"], { cpus: 8 }),
    target("c:x", ["b:x"], { cpus: 0 }),
  ]);
  expect(threadsInUse).toEqual([3, 4, 1]);
});

describe("memory", () => {
  const gb = 1e9;
  const run = (targets: Target[], memoryOf: MemoryOf) => project.build(targets, { memoryOf });

  test("targets start only when theirs is free, and share the threads of those that fit", async () => {
    project.options = { jobs: 8, memoryBytes: 5 * gb };
    await run(
      Array.from({ length: 6 }, (_, i) => target(`t${i}:x`, [], { cpus: 8 })),
      () => 2 * gb,
    );
    expect(threadsInUse).toEqual([4, 4, 4, 4, 4, 4]);
    expect(most).toBe(8);
  });

  test("a target takes fewer threads where more would need too much", async () => {
    project.options = { jobs: 8, memoryBytes: 5 * gb };
    await run([target("a:x", [], { cpus: 8 })], (_, threads) => threads * gb);
    expect(threadsInUse).toEqual([5]);
  });

  test("one that is larger than all of it runs alone, with a warning", async () => {
    project.options = { jobs: 4, memoryBytes: 5 * gb };
    const of: Record<string, number> = { "b:x": 31e9, "a:x": 2e9, "c:x": 2e9, "d:x": 0 };
    await run(
      Object.keys(of).map((label) => target(label)),
      (label) => of[label]!,
    );
    expect(project.ran).toEqual(["a:x", "b:x", "c:x", "d:x"]);
    expect(together).toEqual([["a:x"], ["b:x"], ["c:x", "d:x"]]);
    expect(project.warnings()).toEqual([
      {
        type: "warning",
        label: "b:x",
        what: "It needs about 31 GB of memory, and the build may use 5.0 GB (--memory): it runs alone, and the system may end it.",
      },
    ]);
  });
});

test("a target that waits for another build leaves its slot to others", async () => {
  project.options = { jobs: 1 };
  const targets = [target("a:x"), target("b:x")];
  const { verdicts } = await project.plan(targets);
  const verdict = verdicts.get("a:x")!;
  const lock = acquireKeyLock(project.path(".lfads/locks"), verdict.kind === "run" ? verdict.key : "");
  project.options = {
    jobs: 1,
    onEvent: (event) => {
      project.events.push(event);
      if (event.type === "finished" && event.label === "b:x" && "release" in lock) lock.release();
    },
  };
  const { ok } = await project.build(targets);
  expect(ok).toBe(true);
  expect(project.ran).toEqual(["b:x", "a:x"]);
  expect(project.events).toContainEqual({
    type: "waiting",
    label: "a:x",
    on: `process ${process.pid} on ${hostname()}`,
    otherBuild: true,
  });
});
