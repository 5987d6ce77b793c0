import { rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Cause, Target } from "#lib/build/index.js";
import { ToyProject } from "./toy-project.js";

let project: ToyProject;
beforeEach(() => {
  project = new ToyProject();
  project.options = { family: (label) => label.replace(/param_\w+/, "param_*") };
  project.write("one.txt", "one");
  project.write("two.txt", "two");
});
afterEach(() => project.remove());

/** Two recordings, exports of them, and runs of a setting for each and for both. */
function runs(setting: string, params: { readonly text?: string; readonly upperCase?: boolean } = {}): Target[] {
  const run = (spec: string, ...exports: string[]) => [
    project.target(`c/param_${setting}/${spec}:train`, exports, { text: setting, ...params }),
    project.target(`c/param_${setting}/${spec}:posterior`, [`c/param_${setting}/${spec}:train`], { text: "p" }),
  ];
  return [
    project.target("c/d/one:export", ["one.txt"]),
    project.target("c/d/two:export", ["two.txt"]),
    ...run("one", "c/d/one:export"),
    ...run("all", "c/d/one:export", "c/d/two:export"),
  ];
}

function keyOf(targets: readonly Target[], label: string): string {
  return project.open(targets).session.show(label).key!;
}

async function explain(targets: readonly Target[], labels?: readonly string[]): Promise<readonly Cause[]> {
  const { session } = project.open(targets);
  try {
    const plan = await session.plan(labels);
    return await session.explain(plan, labels ?? [...plan.verdicts.keys()]);
  } finally {
    await session.close();
  }
}

/** What changed and where, and `label verdict` of what that makes stale. */
function told(causes: readonly Cause[]) {
  return causes.map(({ changes, targets }) => ({
    changes: changes.map(({ reasons, at }) => [reasons.map(({ kind }) => kind).join(), ...at]),
    targets: targets.map(({ label, would }) => `${label} ${would}`),
  }));
}

describe("why targets are stale", () => {
  test("before the first build all were never built, which is one cause", async () => {
    const causes = await explain(runs("a"));
    expect(told(causes)).toEqual([
      {
        changes: [["never-built", "c/d/one:export", "c/d/two:export"]],
        targets: [
          "c/d/one:export run",
          "c/d/two:export run",
          "c/param_a/all:train maybe",
          "c/param_a/one:train maybe",
          "c/param_a/all:posterior maybe",
          "c/param_a/one:posterior maybe",
        ],
      },
    ]);
  });

  test("after a build there is no cause", async () => {
    await project.build(runs("a"));
    expect(await explain(runs("a"))).toEqual([]);
  });

  test("a changed file is told once for all that it makes stale, with both digests", async () => {
    await project.build(runs("a"));
    project.write("two.txt", "other");
    const [cause, ...others] = await explain(runs("a"));
    expect(others).toEqual([]);
    expect(cause).toEqual({
      changes: [
        {
          reasons: [
            {
              kind: "input",
              name: "two.txt",
              file: "two.txt",
              path: project.path("two.txt"),
              from: "two.txt",
              oldDigest: "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3",
              newDigest: "d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa",
            },
          ],
          at: ["c/d/two:export"],
        },
      ],
      targets: [
        { label: "c/d/two:export", would: "run", after: [] },
        { label: "c/param_a/all:train", would: "maybe", after: ["c/d/two:export"] },
        { label: "c/param_a/all:posterior", would: "maybe", after: ["c/d/two:export"] },
      ],
    });
  });

  test("targets are grouped by all that changed for them", async () => {
    await project.build(runs("a"));
    project.write("two.txt", "other");
    const causes = await explain(runs("a", { upperCase: true }));
    expect(told(causes)).toEqual([
      { changes: [["input", "c/d/two:export"]], targets: ["c/d/two:export run"] },
      {
        changes: [
          ["input", "c/d/two:export"],
          ["param", "c/param_a/all:train"],
        ],
        targets: ["c/param_a/all:train maybe", "c/param_a/all:posterior maybe"],
      },
      {
        changes: [["param", "c/param_a/one:train"]],
        targets: ["c/param_a/one:train run", "c/param_a/one:posterior maybe"],
      },
    ]);
  });

  test("a setting that was never built is told by what differs from the closest that was", async () => {
    await project.build(runs("a"));
    const causes = await explain(runs("b"));
    expect(causes).toEqual([
      {
        changes: [
          {
            reasons: [{ kind: "param", path: "text", old: "a", new: "b" }],
            at: ["c/param_b/all:train", "c/param_b/one:train"],
          },
        ],
        targets: [
          { label: "c/param_b/all:train", would: "run", unlike: "c/param_a/all:train", after: [] },
          { label: "c/param_b/one:train", would: "run", unlike: "c/param_a/one:train", after: [] },
          { label: "c/param_b/all:posterior", would: "maybe", after: ["c/param_b/all:train"] },
          { label: "c/param_b/one:posterior", would: "maybe", after: ["c/param_b/one:train"] },
        ],
      },
    ]);
  });

  test("a change that a part of the graph was built with already is still the cause for the rest", async () => {
    await project.build(runs("a"));
    project.write("two.txt", "other");
    await project.build(runs("a"), { labels: ["c/d/two:export"] });
    const causes = await explain(runs("a"), ["c/param_a/all:posterior"]);
    expect(told(causes)).toEqual([
      { changes: [["input", "c/d/two:export"]], targets: ["c/param_a/all:posterior maybe"] },
    ]);
    expect(causes[0]!.changes[0]!.reasons).toMatchObject([{ from: "two.txt", file: "two.txt" }]);
  });

  test("where the record of what made the input before is gone, the input itself is the cause", async () => {
    await project.build(runs("a"));
    const before = keyOf(runs("a"), "c/d/two:export");
    project.write("two.txt", "other");
    await project.build(runs("a"), { labels: ["c/d/two:export"] });
    rmSync(project.path(".lfads/actions", before.slice(0, 2), `${before}.json`));
    const causes = await explain(runs("a"), ["c/param_a/all:train"]);
    expect(told(causes)).toEqual([
      { changes: [["input", "c/param_a/all:train"]], targets: ["c/param_a/all:train run"] },
    ]);
    expect(causes[0]!.changes[0]!.reasons).toMatchObject([{ from: "c/d/two:export", file: "out.txt" }]);
  });

  test("where the record of the last build is gone, what changed is not known", async () => {
    await project.build(runs("a"));
    const key = keyOf(runs("a"), "c/param_a/one:train");
    rmSync(project.path(".lfads/actions", key.slice(0, 2), `${key}.json`));
    expect(told(await explain(runs("a", { upperCase: true }), ["c/param_a/one:train"]))).toEqual([
      { changes: [["unrecorded", "c/param_a/one:train"]], targets: ["c/param_a/one:train run"] },
    ]);
  });

  test("a value put back is restored, and the run that made it is named", async () => {
    await project.build(runs("a"));
    const before = { ...(await project.build(runs("a", { upperCase: true }))) };
    expect(before.counts.ran).toBe(4);
    const causes = await explain(runs("a"), ["c/param_a/one:train"]);
    expect(causes).toEqual([
      {
        changes: [
          {
            reasons: [{ kind: "param", path: "upperCase", old: true, new: undefined }],
            at: ["c/param_a/one:train"],
          },
        ],
        targets: [
          {
            label: "c/param_a/one:train",
            would: "restore",
            after: [],
            from: { inPlace: false, madeBy: expect.objectContaining({ label: "c/param_a/one:train" }) },
          },
        ],
      },
    ]);
  });

  test("the same action under another name was never built here, and is restored from the other", async () => {
    await project.build(runs("a"));
    const causes = await explain(runs("b", { text: "a" }), ["c/param_b/one:train"]);
    expect(causes).toMatchObject([
      {
        changes: [{ reasons: [{ kind: "never-built" }], at: ["c/param_b/one:train"] }],
        targets: [
          {
            would: "restore",
            from: { madeBy: { label: "c/param_a/one:train" }, inPlace: false },
          },
        ],
      },
    ]);
    expect(causes[0]!.targets).toHaveLength(1);
    expect(causes[0]!.targets[0]).not.toHaveProperty("unlike");
  });

  test("outputs and links of a deleted folder are one change", async () => {
    await project.build(runs("a"));
    rmSync(project.path("runs"), { recursive: true });
    const causes = await explain(runs("a"));
    expect(causes).toHaveLength(1);
    expect(causes[0]!.changes.map(({ reasons }) => reasons.map(({ kind }) => kind))).toEqual([
      Array(6).fill("output-missing"),
    ]);
    expect(causes[0]!.targets.map(({ would }) => would)).toEqual(Array(6).fill("restore"));
  });

  test("what an input lost and gets back from the store is no cause for what needs it", async () => {
    await project.build(runs("a"));
    rmSync(project.path("runs/c/d/one"), { recursive: true });
    project.write("two.txt", "other");
    expect(told(await explain(runs("a")))).toEqual([
      { changes: [["output-missing", "c/d/one:export"]], targets: ["c/d/one:export restore"] },
      {
        changes: [["input", "c/d/two:export"]],
        targets: ["c/d/two:export run", "c/param_a/all:train maybe", "c/param_a/all:posterior maybe"],
      },
    ]);
  });

  test("a missing recording blocks what needs it, and is named", async () => {
    await project.build(runs("a"));
    rmSync(project.path("two.txt"));
    expect(told(await explain(runs("a")))).toEqual([
      {
        changes: [["blocked", "c/d/two:export"]],
        targets: ["c/d/two:export blocked", "c/param_a/all:train maybe", "c/param_a/all:posterior maybe"],
      },
    ]);
  });
});
