import { mkdirSync, readlinkSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Target } from "#lib/build/index.js";
import { BuildState } from "#lib/build/state.js";
import { clockTick, rule, ToyProject } from "./toy-project.js";

let project: ToyProject;
let chain: Target[];

beforeEach(() => {
  project = new ToyProject();
  project.write("data.txt", "data");
  chain = [
    project.target("c/p/s:export", ["data.txt"]),
    project.target("c/p/s:train", ["c/p/s:export"], { text: "t" }),
    project.target("c/p/s:posterior", ["c/p/s:train", "c/p/s:export"], { text: "p" }),
  ];
});
afterEach(() => project.remove());

const posterior = () => project.read("runs/c/p/s/posterior/out.txt");

describe("a build", () => {
  test("runs everything once, inputs first, and nothing the second time", async () => {
    const first = await project.build(chain);
    expect(first.ok).toBe(true);
    expect(project.ran).toEqual(["c/p/s:export", "c/p/s:train", "c/p/s:posterior"]);
    expect(posterior()).toBe("p+data+t+data");
    const second = await project.build(chain);
    expect(project.ran).toEqual([]);
    expect(second.counts).toEqual({
      total: 3,
      ran: 0,
      imported: 0,
      restored: 0,
      fresh: 3,
      failed: 0,
      skipped: 0,
      notRun: 0,
    });
  });

  test("tells what it does, each target once", async () => {
    await project.build(chain.slice(0, 1));
    const untimed = project.events.map((event) => ({ ...event, ...("seconds" in event ? { seconds: 0 } : {}) }));
    expect(untimed).toEqual([
      { type: "plan", counts: { total: 1, fresh: 0, restore: 0, run: 1, maybe: 0, blocked: 0 }, seconds: 0 },
      {
        type: "started",
        label: "c/p/s:export",
        rule: "join",
        threads: 1,
        reasons: [{ kind: "never-built" }],
        logFile: project.path(".lfads/logs/c~p~s@export.log"),
      },
      { type: "log", label: "c/p/s:export", line: "joined 1 inputs" },
      { type: "finished", label: "c/p/s:export", how: "ran", seconds: 0 },
      {
        type: "end",
        counts: { total: 1, ran: 1, imported: 0, restored: 0, fresh: 0, failed: 0, skipped: 0, notRun: 0 },
        seconds: 0,
        interrupted: false,
        ok: true,
      },
    ]);
    expect(project.read(".lfads/logs/c~p~s@export.log")).toBe("joined 1 inputs\n");
  });

  test("builds a selection with its inputs and leaves the rest", async () => {
    const result = await project.build(chain, { labels: ["c/p/s:train"] });
    expect(result.counts.total).toBe(2);
    expect(project.ran).toEqual(["c/p/s:export", "c/p/s:train"]);
  });

  test("goes on in one session after a part was built", async () => {
    const { session, executor } = project.open(chain);
    await session.run({ labels: ["c/p/s:export"] });
    const result = await session.run();
    await session.close();
    expect(executor.started.map((job) => job.label)).toEqual(["c/p/s:export", "c/p/s:train", "c/p/s:posterior"]);
    expect(result.counts).toMatchObject({ ran: 2, fresh: 1 });
  });

  test("copies the log beside the outputs, and appends where that is asked", async () => {
    const logCopy = { path: project.path("runs/logs/lfads.out"), append: true };
    await project.build([{ ...chain[0]!, logCopy }]);
    await project.build([{ ...chain[0]!, params: { text: "again" }, logCopy }]);
    expect(project.read("runs/logs/lfads.out")).toBe("joined 1 inputs\njoined 1 inputs\n");
  });

  test("is still fresh after the whole folder was moved", async () => {
    await project.build(chain);
    await clockTick();
    const moved = `${project.dir}-moved`;
    renameSync(project.dir, moved);
    mkdirSync(project.dir);
    const other = new ToyProject();
    other.remove();
    Object.assign(other, { dir: moved });
    const result = await other.build([
      other.target("c/p/s:export", ["data.txt"]),
      other.target("c/p/s:train", ["c/p/s:export"], { text: "t" }),
      other.target("c/p/s:posterior", ["c/p/s:train", "c/p/s:export"], { text: "p" }),
    ]);
    other.remove();
    expect(result.counts.fresh).toBe(3);
  });
});

describe("what changed is rebuilt, and only that", () => {
  test("a touched input runs nothing", async () => {
    await project.build(chain);
    utimesSync(project.path("data.txt"), new Date(), new Date());
    await project.build(chain);
    expect(project.ran).toEqual([]);
  });

  test("a changed input runs all after it; the reasons name both digests", async () => {
    await project.build(chain);
    project.write("data.txt", "other");
    const plan = await project.plan(chain);
    const reason = {
      kind: "input",
      name: "data.txt",
      file: "data.txt",
      path: project.path("data.txt"),
      from: "data.txt",
      oldDigest: "3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7",
      newDigest: "d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa",
    };
    expect(plan.verdicts.get("c/p/s:export")).toMatchObject({ kind: "run", reasons: [reason] });
    expect(plan.verdicts.get("c/p/s:posterior")).toEqual({
      kind: "maybe",
      reasons: [{ kind: "upstream", target: "c/p/s:export", reasons: [reason] }],
    });
    await project.build(chain);
    expect(project.ran).toEqual(["c/p/s:export", "c/p/s:train", "c/p/s:posterior"]);
    expect(posterior()).toBe("p+other+t+other");
  });

  test("a changed input of equal size whose mtime was put back is noticed", async () => {
    const path = project.path("data.txt");
    const then = new Date(Date.now() - 60_000);
    utimesSync(path, then, then);
    await project.build(chain);
    await clockTick();
    writeFileSync(path, "DATA");
    utimesSync(path, then, then);
    expect(Math.round(statSync(path).mtimeMs)).toBe(then.getTime());
    await project.build(chain);
    expect(project.ran).toHaveLength(3);
    expect(posterior()).toBe("p+DATA+t+DATA");
  });

  test("outputs that come out the same leave what needs them fresh", async () => {
    chain[0] = project.target("c/p/s:export", ["data.txt"], { upperCase: true });
    await project.build(chain);
    project.write("data.txt", "Data");
    const result = await project.build(chain);
    expect(project.ran).toEqual(["c/p/s:export"]);
    expect(result.counts).toMatchObject({ ran: 1, fresh: 2 });
    expect(project.events.filter((event) => event.type === "finished").map(({ label, how }) => [label, how])).toEqual([
      ["c/p/s:export", "ran"],
      ["c/p/s:train", "fresh"],
      ["c/p/s:posterior", "fresh"],
    ]);
  });

  test("a changed parameter is named with its old and new value; settings and threads change nothing", async () => {
    await project.build(chain);
    const edited = [
      { ...chain[0]!, settings: { note: 1 }, resources: { cpus: 2 } },
      { ...chain[1]!, params: { text: "T", extra: { deep: [1, 2] } } },
      chain[2]!,
    ];
    const plan = await project.plan(edited);
    expect(plan.verdicts.get("c/p/s:train")).toMatchObject({
      kind: "run",
      reasons: [
        { kind: "param", path: "extra", old: undefined, new: { deep: [1, 2] } },
        { kind: "param", path: "text", old: "t", new: "T" },
      ],
    });
    await project.build(edited);
    expect(project.ran).toEqual(["c/p/s:train", "c/p/s:posterior"]);
  });

  test("a new version of a rule runs its targets", async () => {
    await project.build(chain.slice(0, 1));
    project.rules = { join: { ...project.rules.join!, version: "2" } };
    const plan = await project.plan(chain.slice(0, 1));
    expect(plan.verdicts.get("c/p/s:export")).toMatchObject({
      kind: "run",
      reasons: [{ kind: "rule", old: "join 1", new: "join 2" }],
    });
  });

  test("going back to old values restores without running", async () => {
    await project.build(chain);
    const edited = [chain[0]!, { ...chain[1]!, params: { text: "T" } }, chain[2]!];
    await project.build(edited);
    expect(posterior()).toBe("p+data+T+data");
    const result = await project.build(chain);
    expect(project.ran).toEqual([]);
    expect(result.counts).toMatchObject({ restored: 2, fresh: 1 });
    expect(posterior()).toBe("p+data+t+data");
  });

  test("a missing input file stops what needs it before anything runs, all of them told", async () => {
    const targets = [
      project.target("a:x", ["gone1.txt"]),
      project.target("b:x", ["gone2.txt"]),
      project.target("c:x", ["a:x"]),
      project.target("d:x", ["data.txt"]),
    ];
    const result = await project.build(targets);
    expect(result.failures).toEqual([
      {
        kind: "data",
        what: "The input file does not exist.",
        where: project.path("gone1.txt"),
        hint: "Put it back, or correct its path in the lfadsfile.",
        target: "a:x",
      },
      expect.objectContaining({ where: project.path("gone2.txt"), target: "b:x" }),
    ]);
    expect(project.ran).toEqual([]);
    expect(result.counts).toMatchObject({ failed: 2, skipped: 1, notRun: 1 });
  });
});

describe("outputs", () => {
  test("a deleted output of a middle target is restored without running", async () => {
    await project.build(chain);
    rmSync(project.path("runs/c/p/s/train/out.txt"));
    const plan = await project.plan(chain);
    expect(plan.verdicts.get("c/p/s:train")).toMatchObject({
      kind: "restore",
      reasons: [{ kind: "output-missing", path: project.path("runs/c/p/s/train/out.txt") }],
    });
    const result = await project.build(chain);
    expect(project.ran).toEqual([]);
    expect(result.counts).toMatchObject({ restored: 1, fresh: 2 });
    expect(project.read("runs/c/p/s/train/out.txt")).toBe("t+data");
  });

  test("one edited by hand, with its size and mtime put back, is reported and made whole", async () => {
    await project.build(chain);
    await clockTick();
    const path = project.path("runs/c/p/s/train/out.txt");
    const { mtime } = statSync(path);
    writeFileSync(path, "T+data");
    utimesSync(path, mtime, mtime);
    await project.build(chain);
    expect(project.ran).toEqual([]);
    expect(project.read("runs/c/p/s/train/out.txt")).toBe("t+data");
    expect(project.warnings()).toEqual([
      {
        type: "warning",
        label: "c/p/s:train",
        what: "This output was edited since it was made; it is overwritten.",
        where: path,
      },
    ]);
  });

  test("a file that was there before is reported before it is overwritten", async () => {
    project.write("runs/c/p/s/export/out.txt", "somebody's");
    await project.build(chain.slice(0, 1));
    expect(project.warnings().map(({ what }) => what)).toEqual(["This file was not made by lfads; it is overwritten."]);
  });

  test("those that a target no longer makes are removed, but not when edited", async () => {
    const make = (...files: string[]) => [project.target("a:x", ["data.txt"], { files })];
    await project.build(make("deep/er/one.txt", "two.txt", "three.txt"));
    project.write("runs/a/x/two.txt", "mine");
    await project.build(make("three.txt"));
    expect(() => project.read("runs/a/x/deep")).toThrow("ENOENT");
    expect(project.read("runs/a/x/two.txt")).toBe("mine");
    expect(project.warnings()).toMatchObject([
      { what: "This file was an output, but was edited since; it is left where it is." },
    ]);
  });

  test("a touched output is hashed once: its new stamp is remembered", async () => {
    await project.build(chain);
    const path = project.path("runs/c/p/s/train/out.txt");
    await clockTick();
    utimesSync(path, 1000, 1000);
    await clockTick();
    expect((await project.build(chain)).counts).toMatchObject({ fresh: 3 });
    const [output] = new BuildState(project.dir, { warn: () => {} }).target("c/p/s:train")!.built!.outputs;
    expect(output!.stamp).toMatchObject({ mtimeMs: 1e6, ino: statSync(path).ino });
  });

  test("of a target that belongs into another folder now are made there, and the reason is that", async () => {
    await project.build(chain.slice(0, 1));
    const [first] = chain as [Target];
    const moved = { ...first, outDir: project.path("runs/elsewhere") };
    expect((await project.plan([moved])).verdicts.get(first.label)).toMatchObject({
      kind: "restore",
      reasons: [{ kind: "moved", old: "runs/c/p/s/export", new: "runs/elsewhere" }],
    });
    expect((await project.build([moved])).counts).toMatchObject({ restored: 1, ran: 0 });
    expect(project.read("runs/elsewhere/out.txt")).toBe("data");
  });

  test("that another target of the folder has taken over are not removed", async () => {
    project.options = { jobs: 1 };
    const outDir = project.path("runs/shared");
    const target = (label: string, files: readonly string[], text: string) =>
      project.target(label, [], { text, files }, { outDir });
    await project.build([target("a:x", ["a.txt"], "same"), target("b:x", ["b.txt", "given.txt"], "same")]);
    await project.build([target("a:x", ["a.txt", "given.txt"], "same"), target("b:x", ["b.txt"], "same")]);
    expect(project.ran).toEqual(["a:x", "b:x"]);
    expect(project.warnings()).toEqual([]);
    expect(project.read("runs/shared/given.txt")).toBe("same");
  });

  test("the same key in another place is restored; two at once run once", async () => {
    const twins = [project.target("a:x", ["data.txt"]), project.target("b:x", ["data.txt"])];
    const result = await project.build(twins);
    expect(project.ran).toEqual(["a:x"]);
    expect(result.counts).toMatchObject({ ran: 1, restored: 1 });
    await project.build([...twins, project.target("c:x", ["data.txt"])]);
    expect(project.ran).toEqual([]);
    expect(project.read("runs/c/x/out.txt")).toBe("data");
  });

  test("two targets that make one file are told apart", async () => {
    const outDir = project.path("runs/shared");
    const result = await project.build(
      [
        project.target("a:x", ["data.txt"], {}, { outDir }),
        project.target("b:x", ["data.txt"], { text: "b" }, { outDir }),
      ],
      { keepGoing: true },
    );
    expect(result.failures).toMatchObject([
      { kind: "internal", what: '"a:x" and "b:x" both make this file.', where: `${outDir}/out.txt`, target: "b:x" },
    ]);
    expect(project.read("runs/shared/out.txt")).toBe("data");
  });

  test("links are made with the outputs, and again when they are gone or point elsewhere", async () => {
    const link = { path: project.path("runs/links/data"), to: "../c/p/s/export/out.txt" };
    const targets = [{ ...chain[0]!, links: [link] }];
    await project.build(targets);
    expect(readlinkSync(link.path)).toBe(link.to);
    expect(project.read("runs/links/data")).toBe("data");
    rmSync(link.path);
    symlinkSync("elsewhere", link.path);
    await project.build(targets);
    expect(readlinkSync(link.path)).toBe(link.to);
    expect(project.ran).toEqual([]);
    await project.build(targets);
    expect(project.events.map(({ type }) => type)).toEqual(["plan", "end"]);
  });

  test("select hands over exact names and prefixes of the producer's outputs", async () => {
    const seen: string[] = [];
    project.rules = {
      ...project.rules,
      look: rule("look", async ({ inputs }) => {
        seen.push(...inputs.in!.map(({ name }) => name));
      }),
    };
    const make = project.target("a:x", ["data.txt"], { files: ["m/b.txt", "m/a.txt", "n.txt", "o.txt"] });
    const look: Target = {
      ...project.target("b:x", []),
      rule: "look",
      inputs: [{ name: "in", target: "a:x", select: ["o.txt", "m/*"] }],
    };
    await project.build([make, look]);
    expect(seen).toEqual(["m/a.txt", "m/b.txt", "o.txt"]);
    await project.build([
      project.target("a:x", ["data.txt"], { files: ["m/b.txt", "m/a.txt", "p.txt", "o.txt"] }),
      look,
    ]);
    expect(project.ran).toEqual(["a:x"]);
  });

  test("clean removes what was made and not edited; the next build restores it", async () => {
    await project.build(chain);
    project.write("runs/c/p/s/train/notes.md", "mine");
    const { session } = project.open(chain);
    const removed = await session.clean(["c/p/s:train", "c/p/s:export"]);
    await session.close();
    expect(removed).toEqual([project.path("runs/c/p/s/train/out.txt"), project.path("runs/c/p/s/export/out.txt")]);
    expect(project.read("runs/c/p/s/train/notes.md")).toBe("mine");
    const result = await project.build(chain);
    expect(result.counts).toMatchObject({ restored: 2, ran: 0 });
  });
});

test("show tells the record of the last build", async () => {
  await project.build(chain);
  const { session } = project.open(chain);
  const report = session.show("c/p/s:train");
  await session.close();
  expect(report).toMatchObject({
    label: "c/p/s:train",
    rule: "join",
    lastBuild: { how: "ran" },
    failure: undefined,
    logFile: project.path(".lfads/logs/c~p~s@train.log"),
    record: {
      key: report.key,
      params: { text: "t" },
      inputs: [{ name: "c/p/s:export", file: "out.txt", from: "c/p/s:export" }],
      outputs: [{ path: "out.txt", size: 6 }],
      provenance: { label: "c/p/s:train", threads: 1, node: process.version, git: null },
    },
  });
});

test("status tells fresh, stale, maybe, missing, restorable and failed apart", async () => {
  const other = project.target("d:x", ["other.txt"], { upperCase: true });
  project.write("other.txt", "o");
  project.rules = { ...project.rules, fails: rule("fails", async () => Promise.reject(new Error("no"))) };
  const all = [
    ...chain,
    other,
    project.target("e:x", ["d:x"]),
    { ...project.target("f:x", []), rule: "fails" },
    project.target("g:x", [], { text: "g" }),
  ];
  await project.build(all, { keepGoing: true });
  project.write("other.txt", "p");
  rmSync(project.path("runs/g/x/out.txt"));
  const { session } = project.open([...all, project.target("n:x", [], { text: "n" })]);
  const status = await session.status();
  await session.close();
  expect(Object.fromEntries(status)).toEqual({
    "c/p/s:export": "fresh",
    "c/p/s:train": "fresh",
    "c/p/s:posterior": "fresh",
    "d:x": "stale",
    "e:x": "maybe",
    "f:x": "failed",
    "g:x": "restorable",
    "n:x": "missing",
  });
});

test("a build that ends after another of the folder loses nothing of what that found out", async () => {
  const [one, two] = [project.target("a:x", ["data.txt"]), project.target("b:x", ["data.txt"], { text: "b" })];
  await project.build([one]);
  project.write("data.txt", "other");
  const first = project.open([one]).session;
  await first.run();
  await project.build([two]);
  await first.close();
  expect((await project.plan([one, two])).counts).toMatchObject({ fresh: 2 });
});

describe("a build that lost its state", () => {
  test("puts every target right once, however many there are", async () => {
    const targets = Array.from({ length: 60 }, (_, i) => [
      project.target(`c/d${i}/a:export`, ["data.txt"], { text: `a${i}` }),
      project.target(`c/d${i}/b:export`, ["data.txt"], { text: `b${i}` }),
      project.target(`c/p${i}/s:train`, [`c/d${i}/a:export`, `c/d${i}/b:export`], { text: `t${i}` }),
      project.target(`c/p${i}/s:posterior`, [`c/p${i}/s:train`, `c/d${i}/a:export`]),
    ]).flat();
    await project.build(targets);
    rmSync(project.path(".lfads/state"));
    const result = await project.build(targets);
    const finished = project.events.flatMap((event) => (event.type === "finished" ? [event.label] : []));
    expect(finished.sort()).toEqual(targets.map(({ label }) => label).sort());
    expect(result.counts).toMatchObject({ total: 240, restored: 240, ran: 0 });
  });
});
