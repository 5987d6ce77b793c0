import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { type RebuildOptions, rebuildTargets } from "#lib/audit/rebuild-targets.js";
import { type ActionRecord, type BuildEvent, createGraph, type Target } from "#lib/build/index.js";
import { MemoryExecutor } from "#lib/build/memory-executor.js";
import type { Rule } from "#lib/build/rule.js";
import { storeHome } from "#lib/build/store-home.js";
import { join_, rule } from "../build/toy-project.js";
import { AuditedProject, everything, sha256 } from "./audited-project.js";

let project: AuditedProject;
beforeEach(async () => {
  project = new AuditedProject();
  await project.built();
  return () => project.remove();
});

const labels = ["apart:make", "first:make", "second:make", "third:make"];

/** Makes the labels again; `rule` takes the place of the one that made them. */
async function rebuild(made: readonly string[] = labels, joining: Rule = join_, more: Partial<RebuildOptions> = {}) {
  const graph = createGraph(project.targets());
  if (!graph.ok) throw new Error(JSON.stringify(graph.error));
  const executor = new MemoryExecutor({ join: joining });
  const events: BuildEvent[] = [];
  const result = await rebuildTargets({
    graph: graph.value,
    home: storeHome(project.path(".lfads")),
    records: new Map(made.map((label): [string, ActionRecord] => [label, project.record(label)])),
    session: {
      ruleVersions: project.ruleVersions,
      rulesModule: "unused",
      executor,
      onEvent: (event) => events.push(event),
    },
    ...more,
  });
  const scratch = executor.started[0] && join(executor.started[0].out, "../../../..");
  return { ...result, executor, events, scratch };
}

const outcomes = ({ targets }: Awaited<ReturnType<typeof rebuild>>) =>
  targets.map(({ label, outcome, differences }) => [label, outcome, differences]);

describe("making targets again", () => {
  it("runs each from the files that it was made from, and touches nothing that was built", async () => {
    const before = everything(project.dir);
    const made = await rebuild();
    expect(outcomes(made)).toEqual(labels.map((label) => [label, "identical", []]));
    expect(made.executor.started.map(({ label }) => label).sort()).toEqual(labels);
    const third = made.executor.started.find(({ label }) => label === "third:make")!;
    expect(third.inputs["second:make"]!.map(({ name }) => name)).toEqual(["a.txt", "sub/b.txt"]);
    expect(everything(project.dir)).toEqual(before);
    expect(existsSync(made.scratch!)).toBe(false);
  });

  it("finds the output that was forged together with its record and its stored copy", async () => {
    project.write("runs/third/make/out.txt", "three+forged");
    project.store_("three+forged");
    project.forgeRecord("third:make", (record) => {
      record.outputs = [{ ...record.outputs[0]!, digest: sha256("three+forged"), size: 12 }];
    });
    expect((await project.findings()).holds).toBe(true);
    const difference = { path: "out.txt", kind: "bytes", position: 6, recordedSize: 12, madeSize: 29 };
    expect(outcomes(await rebuild())).toEqual([
      ["apart:make", "identical", []],
      ["first:make", "identical", []],
      ["second:make", "identical", []],
      ["third:make", "different", [difference]],
    ]);
  });

  it("names the target that came out otherwise, and none that was made from it", async () => {
    const other = rule("join", async (context) => {
      await join_.run(context);
      if (context.label === "first:make") writeFileSync(join(context.out, "out.txt"), "one+RAW");
    });
    const difference = { path: "out.txt", kind: "bytes", position: 4, recordedSize: 7, madeSize: 7 };
    expect(outcomes(await rebuild(labels, other))).toEqual([
      ["apart:make", "identical", []],
      ["first:make", "different", [difference]],
      ["second:make", "identical", []],
      ["third:make", "identical", []],
    ]);
  });

  it("tells outputs that are made on one side only", async () => {
    const other = rule("join", async (context) => {
      await join_.run(context);
      rmSync(join(context.out, "sub"), { recursive: true });
      writeFileSync(join(context.out, "c.txt"), "");
    });
    expect(outcomes(await rebuild(["second:make"], other))).toEqual([
      [
        "second:make",
        "different",
        [
          { path: "sub/b.txt", kind: "not-made" },
          { path: "c.txt", kind: "not-recorded" },
        ],
      ],
    ]);
  });

  it("takes an input from the store when the file is not as it was, and fails where neither is", async () => {
    project.overwrite("runs/first/make/out.txt", "one+rAw");
    const made = await rebuild(["second:make"]);
    expect(outcomes(made)).toEqual([["second:make", "identical", []]]);
    const digest = sha256("one+raw");
    const stored = project.path(project.storedPath(digest));
    expect(made.executor.started[0]!.inputs["first:make"]).toEqual([{ name: "out.txt", path: stored, digest }]);
    rmSync(stored);
    const { targets, executor } = await rebuild(["second:make", "apart:make"]);
    expect(targets).toMatchObject([
      {
        outcome: "not-run",
        failure: {
          what: 'Its input "first:make" is neither in its place nor in the store.',
          where: project.path("runs/first/make/out.txt"),
        },
      },
      { outcome: "identical" },
    ]);
    expect(executor.started.map(({ label }) => label)).toEqual(["apart:make"]);
  });

  it("says that it cannot tell by how much when what was recorded is gone", async () => {
    project.write("runs/apart/make/out.txt", "edited");
    rmSync(project.path(project.storedPath(sha256("apart"))));
    const other = rule("join", async ({ out }) => writeFileSync(join(out, "out.txt"), "other"));
    const difference = { path: "out.txt", kind: "digest", recorded: sha256("apart"), made: sha256("other") };
    expect(outcomes(await rebuild(["apart:make"], other))).toEqual([["apart:make", "different", [difference]]]);
  });

  it("goes on after a failure, and has what failed", async () => {
    const failing = rule("join", async (context) => {
      if (context.label === "first:make") throw Object.assign(new Error("full"), { code: "ENOSPC" });
      await join_.run(context);
    });
    const { targets } = await rebuild(labels, failing);
    expect(targets.map(({ outcome }) => outcome)).toEqual(["identical", "failed", "identical", "identical"]);
    expect(targets[1]!.failure).toMatchObject({ kind: "disk", what: "The disk is full.", target: "first:make" });
    expect(targets[1]!.failure).not.toHaveProperty("logFile");
  });

  it("stops when it is interrupted, and says what was not made", async () => {
    const interrupt = new AbortController();
    const aborting = rule("join", async () => interrupt.abort());
    const { targets, interrupted, scratch } = await rebuild(labels, aborting, { signal: interrupt.signal });
    expect(interrupted).toBe(true);
    expect(targets.map(({ outcome }) => outcome)).toEqual(["not-run", "not-run", "not-run", "not-run"]);
    expect(existsSync(scratch!)).toBe(false);
  });
});

it("a target that reads a file under another name has the key of that name", async () => {
  const file = project.write("elsewhere/copy", "one+raw");
  const renamed: Target = {
    ...project.target("second:make", [], { text: "two", files: ["a.txt", "sub/b.txt"] }),
    inputs: [{ name: "first:make", file, as: "out.txt" }],
    outDir: project.path("runs/renamed"),
  };
  await project.build([renamed]);
  const { session } = project.open([renamed]);
  expect(session.show("second:make").key).toBe(project.key("second:make"));
  await session.close();
});
