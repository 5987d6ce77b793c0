import { writeFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { clockTick, rule, ToyProject } from "./toy-project.js";

let project: ToyProject;
let now = 0;
let most = 0;
const threadsInUse: number[] = [];

beforeEach(() => {
  project = new ToyProject();
  now = most = 0;
  threadsInUse.length = 0;
  project.rules = {
    join: rule("join", async ({ out, params, threads }) => {
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
