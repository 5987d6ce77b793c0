import { rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createGraph, type Target } from "#lib/build/index.js";
import { RecordStore } from "#lib/build/record-store.js";
import { simulateBuild } from "#lib/build/simulate-build.js";
import { Slots } from "#lib/build/slots.js";
import { ToyProject } from "./toy-project.js";

/** `needs`: label → labels. */
function nodesOf(needs: Readonly<Record<string, readonly string[]>>, cpus = 1) {
  const targets = Object.entries(needs).map(
    ([label, inputs]): Target => ({
      ...{ label, rule: "r", params: {}, outDir: `/o/${label}`, resources: { cpus } },
      inputs: inputs.map((target) => ({ name: target, target })),
    }),
  );
  const graph = createGraph(targets);
  if (!graph.ok) throw new Error(JSON.stringify(graph.error));
  return graph.value.nodes;
}

describe("the time that a build takes", () => {
  const seconds = (times: Readonly<Record<string, number>>) => (node: { target: Target }, threads: number) =>
    times[node.target.label]! / threads;

  test("is the longest chain where there are slots enough, and the sum with one", () => {
    const nodes = nodesOf({ a: [], b: ["a"], c: ["a"], d: ["b", "c"] });
    const times = seconds({ a: 1, b: 2, c: 5, d: 1 });
    expect(simulateBuild(nodes, times, new Slots(4, 1e9, () => 0)).seconds).toBe(7);
    expect(simulateBuild(nodes, times, new Slots(1, 1e9, () => 0)).seconds).toBe(9);
  });

  test("is shared by the targets that are ready, and one that is left has all threads", () => {
    const nodes = nodesOf({ a: [], b: [], c: ["a", "b"] }, 4);
    const { seconds: all, targets } = simulateBuild(nodes, seconds({ a: 4, b: 4, c: 8 }), new Slots(2, 1e9, () => 0));
    // a and b with a thread each, then c with both.
    expect(all).toBe(8);
    expect(Object.fromEntries([...targets].map(([node, took]) => [node.target.label, took]))).toEqual({
      a: 4,
      b: 4,
      c: 4,
    });
  });

  test("is longer where memory holds one target at a time", () => {
    const nodes = nodesOf({ a: [], b: [] });
    expect(simulateBuild(nodes, seconds({ a: 3, b: 3 }), new Slots(2, 100, () => 60)).seconds).toBe(6);
    expect(simulateBuild(nodes, seconds({ a: 3, b: 3 }), new Slots(2, 100, () => 40)).seconds).toBe(3);
  });

  test("leaves out inputs that are done", () => {
    const [, ...rest] = nodesOf({ a: [], b: ["a"] });
    expect(simulateBuild(rest, seconds({ b: 2 }), new Slots(1, 1e9, () => 0)).seconds).toBe(2);
    expect(simulateBuild([], seconds({}), new Slots(1, 1e9, () => 0)).seconds).toBe(0);
  });
});

describe("an estimate from past builds", () => {
  let project: ToyProject;
  beforeEach(() => {
    project = new ToyProject();
    project.options = {
      jobs: 1,
      family: (label) => label.replace(/param_\w+/, "param_*"),
      workOf: ({ params }) => (params as { work?: number }).work ?? 1,
    };
  });
  afterEach(() => project.remove());

  const run = (setting: string, spec: string, params: object = {}) =>
    project.target(`c/param_${setting}/${spec}:train`, [], { text: `${setting} ${spec}`, ...params });

  /** As if the target's last run had taken so long. */
  function took(targets: readonly Target[], label: string, seconds: number, threads = 1): void {
    const key = project.open(targets).session.show(label).key!;
    const records = new RecordStore(project.path(".lfads/actions"));
    const record = records.get(key)!;
    records.put({ ...record, provenance: { ...record.provenance, seconds, threads } });
  }

  async function estimate(targets: readonly Target[]) {
    const { session } = project.open(targets);
    const found = await session.estimate(await session.plan());
    await session.close();
    return { ...found, targets: Object.fromEntries(found.targets) };
  }

  test("is unknown before anything was built, and nothing when all is fresh", async () => {
    expect(await estimate([run("a", "one")])).toEqual({
      seconds: 0,
      unknown: 1,
      targets: { "c/param_a/one:train": null },
    });
    await project.build([run("a", "one")]);
    expect(await estimate([run("a", "one")])).toEqual({ seconds: 0, unknown: 0, targets: {} });
  });

  test("is a target's own last time, scaled by its work but for half a second to start, with the threads that it had", async () => {
    const before = [run("a", "one", { work: 2 })];
    await project.build(before);
    took(before, "c/param_a/one:train", 10, 3);
    const now = [{ ...run("a", "one", { work: 4 }), resources: { cpus: 8 } }];
    expect(await estimate(now)).toMatchObject({ seconds: 0.5 + 2 * 29.5, unknown: 0 });
    project.options = { ...project.options, jobs: 2 };
    expect(await estimate(now)).toMatchObject({ seconds: (0.5 + 2 * 29.5) / 2 });
  });

  test("is else the median of other settings of the same run, per unit of work", async () => {
    const before = [run("a", "one"), run("b", "one", { work: 2 }), run("c", "one"), run("a", "two")];
    await project.build(before);
    took(before, "c/param_a/one:train", 10);
    took(before, "c/param_b/one:train", 60);
    took(before, "c/param_c/one:train", 1000);
    took(before, "c/param_a/two:train", 1);
    expect(await estimate([run("d", "one", { work: 3 })])).toMatchObject({ seconds: 0.5 + 1.5 * 59.5, unknown: 0 });
  });

  test("scales by what the inputs come from, of the past ones as of those to come", async () => {
    project.options = {
      ...project.options,
      workOf: ({ rule, inputs }) =>
        inputs().reduce((sum, each) => sum + ((each.params as { work?: number }).work ?? 0), 0) || rule.length,
    };
    const chain = (setting: string, work: number) => [
      run(setting, "one", { work }),
      project.target(`c/param_${setting}/one:sample`, [`c/param_${setting}/one:train`]),
    ];
    const before = chain("a", 2);
    await project.build(before);
    took(before, "c/param_a/one:train", 10);
    took(before, "c/param_a/one:sample", 10.5);
    const { targets } = await estimate([...before, ...chain("b", 6)]);
    expect(targets["c/param_b/one:sample"]).toBe(0.5 + 3 * 10);
  });

  test("is else the median of the rule, and what no rule was ever run for is counted as unknown", async () => {
    const before = [run("a", "one"), run("a", "two"), run("a", "three")];
    await project.build(before);
    for (const [i, spec] of ["one", "two", "three"].entries()) took(before, `c/param_a/${spec}:train`, 10 ** i);
    const now = [run("d", "four"), project.target("c/param_d/four:posterior", ["c/param_d/four:train"])];
    expect(await estimate(now)).toEqual({
      seconds: 10,
      unknown: 1,
      targets: { "c/param_d/four:train": 10, "c/param_d/four:posterior": null },
    });
  });

  test("knows nothing from what was imported, and counts nothing for it", async () => {
    const file = project.write("theirs.txt", "theirs");
    const imported = (setting: string): Target => ({
      ...run(setting, "one"),
      adopts: true,
      inputs: [{ name: "adopted", file, as: "theirs.txt" }],
      outDir: project.dir,
    });
    await project.build([imported("a")]);
    expect(await estimate([imported("a"), imported("b"), run("c", "one")])).toEqual({
      seconds: 0,
      unknown: 1,
      targets: { "c/param_c/one:train": null },
    });
  });

  test("does without the records that are gone", async () => {
    await project.build([run("a", "one")]);
    rmSync(project.path(".lfads/actions"), { recursive: true });
    expect(await estimate([run("a", "one", { work: 2 })])).toMatchObject({ seconds: 0, unknown: 1 });
  });

  test("of what is left of a build goes by what running targets say, and else by the time that they have had", async () => {
    const before = ["one", "two", "three", "four"].map((spec) => run("a", spec));
    await project.build(before);
    for (const { label } of before) took(before, label, 100);
    const now = ["one", "two", "three", "four"].map((spec) => run("b", spec));
    const { session } = project.open(now);
    const soFar = {
      done: new Set(["c/param_b/one:train"]),
      running: new Map([
        ["c/param_b/two:train", { elapsedSeconds: 30, secondsLeft: null }],
        ["c/param_b/three:train", { elapsedSeconds: 30, secondsLeft: 7 }],
      ]),
    };
    const found = await session.estimate(await session.plan(), { soFar });
    await session.close();
    expect(found.seconds).toBe(70 + 7 + 100);
    expect(Object.fromEntries(found.targets)).toEqual({
      "c/param_b/two:train": 70,
      "c/param_b/three:train": 7,
      "c/param_b/four:train": 100,
    });
  });

  test("counts nothing for what is restored", async () => {
    await project.build([run("a", "one")]);
    rmSync(project.path("runs"), { recursive: true });
    expect(await estimate([run("a", "one")])).toEqual({ seconds: 0, unknown: 0, targets: {} });
  });
});
