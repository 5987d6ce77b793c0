import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CacacheStore } from "#lib/build/cacache-store.js";
import type { Target } from "#lib/build/index.js";
import { FailureError } from "#lib/failure.js";
import { clockTick, join_, rule, ToyProject } from "./toy-project.js";

let project: ToyProject;

beforeEach(() => {
  project = new ToyProject();
  project.write("data.txt", "data");
});
afterEach(() => project.remove());

/** Nothing half made: no staging folder, no temporary file anywhere. */
function leftovers(): string[] {
  const all = readdirSync(project.dir, { recursive: true }) as string[];
  return all.filter((path) => /staging\/|\.tmp|locks\//.test(path));
}

describe("a failing target", () => {
  let targets: Target[];
  beforeEach(() => {
    project.rules = {
      ...project.rules,
      fails: rule("fails", async ({ out, log }) => {
        writeFileSync(`${out}/half.txt`, "half");
        for (let i = 1; i <= 20; i++) log(`line ${i}`);
        throw new FailureError({ kind: "data", what: "A count is negative.", where: "data.txt", hint: "Look." });
      }),
    };
    targets = [
      { ...project.target("a:x", ["data.txt"]), rule: "fails" },
      project.target("b:x", ["a:x"]),
      project.target("c:x", ["b:x"]),
      project.target("d:x", ["data.txt"], { text: "d" }),
      project.target("e:x", ["d:x"]),
    ];
    project.options = { jobs: 1 };
  });

  test("publishes nothing, skips what needs it, and says what, where and its last log lines", async () => {
    const result = await project.build(targets);
    expect(result.ok).toBe(false);
    expect(result.failures).toEqual([
      {
        kind: "data",
        what: "A count is negative.",
        where: "data.txt",
        hint: "Look.",
        target: "a:x",
        logTail: Array.from({ length: 15 }, (_, i) => `line ${i + 6}`),
        logFile: project.path(".lfads/logs/a@x.log"),
      },
    ]);
    expect(Object.fromEntries(result.outcomes)).toEqual({
      "a:x": "failed",
      "b:x": "skipped",
      "c:x": "skipped",
      "d:x": "not-run",
      "e:x": "not-run",
    });
    expect(existsSync(project.path("runs/a"))).toBe(false);
    expect(leftovers()).toEqual([]);
  });

  test("with keepGoing leaves the rest of the graph to run", async () => {
    const result = await project.build(targets, { keepGoing: true });
    expect(result.counts).toEqual({
      total: 5,
      ran: 2,
      imported: 0,
      restored: 0,
      fresh: 0,
      failed: 1,
      skipped: 2,
      notRun: 0,
    });
    expect(project.events.filter(({ type }) => type === "skipped")).toEqual([
      { type: "skipped", label: "b:x", because: "a:x" },
      { type: "skipped", label: "c:x", because: "a:x" },
    ]);
  });

  test("whose rule throws anything else is a bug of ours, with the stack as detail", async () => {
    project.rules = { fails: rule("fails", async () => Promise.reject(new TypeError("x is undefined"))) };
    const { failures } = await project.build(targets.slice(0, 1));
    expect(failures).toEqual([
      {
        kind: "internal",
        what: "The rule failed unexpectedly: x is undefined",
        hint: "This is a bug in lfads or in your loader; --verbose shows where.",
        detail: expect.stringContaining("TypeError: x is undefined"),
        target: "a:x",
      },
    ]);
  });

  test("keeps its scratch folder, which the next try finds and success removes", async () => {
    let tries = 0;
    project.rules = {
      fails: rule("fails", async ({ scratch, out }) => {
        if (tries++ === 0) {
          writeFileSync(`${scratch}/checkpoint`, "step 5");
          throw new FailureError({ kind: "crashed", what: "Cut off." });
        }
        writeFileSync(`${out}/out.txt`, `resumed at ${readFileSync(`${scratch}/checkpoint`, "utf8")}`);
      }),
    };
    await project.build(targets.slice(0, 1));
    await project.build(targets.slice(0, 1));
    expect(project.read("runs/a/x/out.txt")).toBe("resumed at step 5");
    expect(readdirSync(project.path(".lfads/scratch"))).toEqual([]);
  });
});

test("an input that changes while the rule reads it fails the target; the next build is right", async () => {
  let first = true;
  project.rules = {
    join: rule("join", async ({ out }) => {
      writeFileSync(`${out}/out.txt`, project.read("data.txt"));
      if (first) project.write("data.txt", "changed");
      first = false;
    }),
  };
  const targets = [project.target("a:x", ["data.txt"])];
  const { failures } = await project.build(targets);
  expect(failures).toEqual([
    {
      kind: "data",
      what: "The input file was changed or removed during the build.",
      where: project.path("data.txt"),
      hint: "Build again when it is there and nothing writes to it.",
      target: "a:x",
    },
  ]);
  await project.build(targets);
  expect(project.read("runs/a/x/out.txt")).toBe("changed");
});

test.each([
  ["before it is read", "a:x", "edited"],
  ["while it is read", "b:x", "edited"],
  ["while it is read", "b:x", undefined],
])(
  "an output that somebody edits or removes %s by a later target fails that one; nothing of it is kept",
  async (_, by, edit) => {
    const targets = [
      project.target("a:x", ["data.txt"]),
      project.target("b:x", ["a:x"]),
      project.target("c:x", ["b:x"]),
    ];
    await project.build(targets);
    const right = project.read("runs/c/x/out.txt");
    rmSync(project.path(".lfads"), { recursive: true });
    rmSync(project.path("runs"), { recursive: true });
    const input = project.path("runs/a/x/out.txt");
    const tamper = () => (edit === undefined ? rmSync(input) : writeFileSync(input, edit));
    project.rules = {
      join: rule("join", async (context) => {
        await join_.run(context);
        if (context.label === by && by === "b:x") tamper();
      }),
    };
    project.options = {
      store: new CacacheStore(project.path(".lfads/store")),
      onEvent: (event) => {
        project.events.push(event);
        if (event.type === "finished" && event.label === by && by === "a:x") tamper();
      },
    };
    const { failures, counts } = await project.build(targets);
    expect(failures).toEqual([
      {
        kind: "data",
        what: "This output of a:x was edited or removed during the build, and is needed here.",
        where: input,
        hint: "Build again: it is put back first.",
        target: "b:x",
        ...(by === "b:x" && { logFile: expect.any(String), logTail: ["joined 1 inputs"] }),
      },
    ]);
    expect(counts).toMatchObject({ ran: 1, failed: 1, skipped: 1 });
    project.options = { store: new CacacheStore(project.path(".lfads/store")) };
    project.rules = { join: join_ };
    const next = await project.build(targets);
    expect(next.counts).toMatchObject({ restored: 1, ran: 2 });
    expect(project.read("runs/c/x/out.txt")).toBe(right);
  },
);

test("an aborted build starts nothing more, leaves nothing half made, and goes on later", async () => {
  const abort = new AbortController();
  project.rules = {
    ...project.rules,
    long: rule("long", async ({ out, scratch, signal }) => {
      writeFileSync(`${out}/half.txt`, "half");
      writeFileSync(`${scratch}/checkpoint`, "1");
      abort.abort();
      await new Promise((_, reject) => (signal.aborted ? reject(new Error("stopped")) : undefined));
    }),
  };
  const targets = [{ ...project.target("a:x", []), rule: "long" }, project.target("b:x", ["a:x"])];
  const result = await project.build(targets, { signal: abort.signal });
  expect(result).toMatchObject({
    ok: false,
    interrupted: true,
    failures: [],
    counts: { ran: 0, failed: 0, notRun: 2 },
  });
  expect(existsSync(project.path("runs"))).toBe(false);
  expect(leftovers()).toEqual([]);
  expect(readdirSync(project.path(".lfads/scratch"))).toHaveLength(1);
});

describe("the store", () => {
  test("puts back what was deleted, bytes and permissions, big, empty and small", async () => {
    project.options = { store: new CacacheStore(project.path(".lfads/store")) };
    const big = Buffer.alloc(3 << 20, "abc");
    project.rules = {
      join: rule("join", async ({ out }) => {
        writeFileSync(`${out}/big`, big);
        writeFileSync(`${out}/empty`, "");
        writeFileSync(`${out}/run.sh`, "#!/bin/sh\n", { mode: 0o755 });
      }),
    };
    const targets = [project.target("a:x", ["data.txt"])];
    await project.build(targets);
    rmSync(project.path("runs"), { recursive: true });
    const result = await project.build(targets);
    expect(result.counts).toMatchObject({ restored: 1 });
    expect(readFileSync(project.path("runs/a/x/big")).equals(big)).toBe(true);
    expect(project.read("runs/a/x/empty")).toBe("");
    expect(statSync(project.path("runs/a/x/run.sh")).mode & 0o777).toBe(0o755);
  });

  test.each([10, 3 << 20])("a corrupt blob of %i bytes is a miss that heals, with a warning", async (size) => {
    project.options = { store: new CacacheStore(project.path(".lfads/store")) };
    project.write("data.txt", "d".repeat(size));
    const targets = [project.target("a:x", ["data.txt"])];
    await project.build(targets);
    const content = (readdirSync(project.path(".lfads/store"), { recursive: true, withFileTypes: true }) as never[])
      .map((entry: { isFile(): boolean; parentPath: string; name: string }) => entry)
      .filter((entry) => entry.isFile() && entry.parentPath.includes("content-v2"));
    expect(content).toHaveLength(1);
    writeFileSync(`${content[0]!.parentPath}/${content[0]!.name}`, "X".repeat(size));
    rmSync(project.path("runs"), { recursive: true });
    await project.build(targets);
    expect(project.ran).toEqual(["a:x"]);
    expect(project.warnings()).toEqual([
      {
        type: "warning",
        label: "a:x",
        what: "The stored copy of out.txt was corrupt; it was removed and is made again.",
        where: project.path("runs/a/x/out.txt"),
      },
    ]);
    rmSync(project.path("runs"), { recursive: true });
    const healed = await project.build(targets);
    expect(healed.counts).toMatchObject({ restored: 1, ran: 0 });
    expect(project.read("runs/a/x/out.txt")).toBe("d".repeat(size));
  });

  test("that says to have what it does not give fails the target, and is not asked for ever", async () => {
    const targets = [project.target("a:x", ["data.txt"])];
    await project.build(targets);
    rmSync(project.path("runs"), { recursive: true });
    project.store.get = async () => "missing";
    expect(await project.build(targets)).toMatchObject({ ok: false, counts: { failed: 1, ran: 0 } });
    expect(project.events.find(({ type }) => type === "failed")).toMatchObject({
      failure: {
        kind: "disk",
        what: "The store says that it has this result, and does not give it.",
        where: project.path(".lfads/store"),
        hint: "lfads cache verify looks at all that it has.",
        target: "a:x",
      },
    });
  });

  test("gives one output while another, which was in place, is edited: that is noticed by the next build", async () => {
    const targets = [project.target("a:x", ["data.txt"], { files: ["one.txt", "two.txt"] })];
    await project.build(targets);
    rmSync(project.path("runs/a/x/two.txt"));
    const get = project.store.get.bind(project.store);
    project.store.get = async (...args) => {
      writeFileSync(project.path("runs/a/x/one.txt"), "DATA");
      return get(...args);
    };
    expect((await project.build(targets)).counts).toMatchObject({ restored: 1 });
    project.store.get = get;
    await clockTick();
    expect((await project.plan(targets)).verdicts.get("a:x")).toMatchObject({
      kind: "restore",
      reasons: [{ kind: "output-changed", path: project.path("runs/a/x/one.txt") }],
    });
  });

  test("a lost store and state leave outputs that are made again only once", async () => {
    const targets = [project.target("a:x", ["data.txt"])];
    await project.build(targets);
    rmSync(project.path(".lfads"), { recursive: true });
    await project.build(targets);
    expect(project.ran).toEqual(["a:x"]);
    expect(project.warnings()).toEqual([]);
  });
});

describe("the state", () => {
  const targets = () => [project.target("a:x", ["data.txt"]), project.target("b:x", ["a:x"])];
  const stateFile = () => project.path(".lfads/state");

  test.each([
    ["cut off", (text: string) => text.slice(0, -20), "The state file is corrupt; it is made anew."],
    [
      "with a changed byte",
      (text: string) => text.replace("runs", "runz"),
      "The state file is corrupt; it is made anew.",
    ],
    ["empty", () => "", "The state file is corrupt; it is made anew."],
    [
      "of a newer version",
      (text: string) => text.replace("lfads-state 3", "lfads-state 4"),
      "The state was written by another version of lfads (format 4, this is 3); it is made anew.",
    ],
  ])("%s: a warning, nothing runs that the store has, and the next build is fresh", async (_, damage, what) => {
    await project.build(targets());
    writeFileSync(stateFile(), damage(readFileSync(stateFile(), "utf8")));
    const result = await project.build(targets());
    expect(project.warnings()).toEqual([{ type: "warning", what, where: stateFile() }]);
    expect(result.counts).toMatchObject({ restored: 2, ran: 0 });
    const next = await project.build(targets());
    expect(next.counts).toMatchObject({ fresh: 2 });
    expect(project.warnings()).toEqual([]);
  });

  test("of a build that was killed is taken from its journal up to the first torn line", async () => {
    const { session } = project.open(targets());
    await session.run();
    // Not closed: as after SIGKILL.
    const journal = project.path(".lfads/journal", readdirSync(project.path(".lfads/journal"))[0]!);
    const text = readFileSync(journal, "utf8");
    expect(text.trimEnd().split("\n")).toHaveLength(2);
    writeFileSync(journal, text.slice(0, -10));
    const result = await project.build(targets());
    expect(result.counts).toMatchObject({ fresh: 1, restored: 1, ran: 0 });
    await session.close();
  });

  test("a null build writes nothing", async () => {
    await project.build(targets());
    await clockTick();
    await project.build(targets());
    const before = statSync(stateFile(), { bigint: true });
    await project.build(targets());
    expect(statSync(stateFile(), { bigint: true }).mtimeNs).toBe(before.mtimeNs);
    expect(readdirSync(project.path(".lfads/journal"))).toEqual([]);
  });
});

describe("the disk", () => {
  test("a file where the output folder belongs is a failure that says so", async () => {
    project.write("runs/a", "a file");
    const { failures } = await project.build([project.target("a:x", ["data.txt"])]);
    expect(failures).toMatchObject([
      {
        kind: "disk",
        what: "A part of this path is a file, not a folder.",
        hint: "Move the file away.",
        target: "a:x",
      },
    ]);
    expect(leftovers()).toEqual([]);
  });

  test.skipIf(process.getuid?.() === 0)("a read-only output folder is a failure that says so", async () => {
    mkdirSync(project.path("runs"));
    chmodSync(project.path("runs"), 0o555);
    const { failures } = await project.build([project.target("a:x", ["data.txt"])]);
    expect(failures).toMatchObject([
      { kind: "disk", what: "Permission to read or write here is denied.", target: "a:x" },
    ]);
    chmodSync(project.path("runs"), 0o755);
  });

  test.each([
    ["ENOSPC", "The disk is full.", "Free some space and build again; what is finished stays finished."],
    [
      "EROFS",
      "The file system is read-only.",
      "Results go to the lfadsfile's `root`, all else into .lfads beside the lfadsfile: both must be writable.",
    ],
  ])("%s from a rule is told as what it is", async (code, what, hint) => {
    project.rules = {
      join: rule("join", async () => {
        throw Object.assign(new Error(`${code}: write`), { code, path: "/data/out.h5" });
      }),
    };
    const { failures } = await project.build([project.target("a:x", ["data.txt"])]);
    expect(failures).toEqual([
      { kind: "disk", what, where: "/data/out.h5", hint, detail: `${code}: write`, target: "a:x" },
    ]);
  });
});

describe("a file that is racily clean", () => {
  /** The state as it would be had somebody written the same stamp's file again within one tick of the clock. */
  async function buildThenForgeDigest(stateIsOlder: boolean, of: "output" | "input" = "output") {
    const targets = [project.target("a:x", ["data.txt"])];
    await project.build(targets);
    const path = project.path(".lfads/state");
    const text = readFileSync(path, "utf8");
    const body = text
      .slice(text.indexOf("\n") + 1)
      .replace(of === "input" ? /3a6eb0790f39ac87/ : /3a6eb0790f39ac87(?!.*3a6eb0790f39ac87)/s, "aaaaaaaaaaaaaaaa");
    const sum = createHash("sha256").update(body).digest("hex");
    writeFileSync(path, `lfads-state 3 ${sum}\n${body}`);
    const time = new Date(Date.now() + (stateIsOlder ? -60_000 : 60_000));
    utimesSync(path, time, time);
    return await project.plan(targets);
  }

  test("is hashed again when it is not older than the state", async () => {
    const plan = await buildThenForgeDigest(true);
    expect(plan.verdicts.get("a:x")?.kind).not.toBe("fresh");
  });

  test("is trusted by its stamp when it is older", async () => {
    const plan = await buildThenForgeDigest(false);
    expect(plan.verdicts.get("a:x")?.kind).toBe("fresh");
  });

  test("and so is an input", async () => {
    expect((await buildThenForgeDigest(true, "input")).verdicts.get("a:x")?.kind).toBe("fresh");
    expect((await buildThenForgeDigest(false, "input")).verdicts.get("a:x")?.kind).not.toBe("fresh");
  });

  test("stays distrusted when a build that did not look at it writes a newer state", async () => {
    await buildThenForgeDigest(true);
    project.write("other.txt", "o");
    const targets = [project.target("a:x", ["data.txt"]), project.target("b:x", ["other.txt"])];
    await project.build(targets, { labels: ["b:x"] });
    await clockTick();
    const later = new Date(Date.now() + 60_000);
    utimesSync(project.path(".lfads/state"), later, later);
    const plan = await project.plan(targets);
    expect(plan.verdicts.get("a:x")?.kind).not.toBe("fresh");
  });
});

test("what another build made since this one looked is not made again", async () => {
  const targets = [project.target("a:x", []), project.target("b:x", ["data.txt"], { text: "b" })];
  let runs = 0;
  const other = rule("join", async ({ out }) => {
    runs++;
    writeFileSync(`${out}/out.txt`, "made");
  });
  project.options = { jobs: 1 };
  project.rules = {
    join: rule("join", async (context) => {
      await other.run(context);
      project.rules = { join: other };
      await project.build(targets, { labels: ["b:x"] });
    }),
  };
  const built = await project.build(targets);
  expect(runs).toBe(2);
  expect(built.counts).toMatchObject({ ran: 1, restored: 1 });
});

test("a target whose input was to be restored, but came out otherwise, is decided anew", async () => {
  let time = 0;
  const clock = rule("clock", async ({ out }) => writeFileSync(`${out}/out.txt`, `time ${time++}`));
  project.rules = { ...project.rules, clock };
  const targets = [project.target("a:x", [], {}, { rule: "clock" }), project.target("b:x", ["a:x"], { text: "b" })];
  await project.build(targets);
  rmSync(project.path("runs"), { recursive: true });
  const get = project.store.get.bind(project.store);
  const lost = [...project.store.list()].find(({ size }) => size === "time 0".length)!.digest;
  project.store.get = async (digest, path, mode) => {
    await project.store.remove(lost);
    return get(digest, path, mode);
  };
  expect((await project.build(targets)).counts).toMatchObject({ ran: 2, restored: 0 });
  expect(project.read("runs/b/x/out.txt")).toBe("b+time 1");
});

test("two builds at once in one folder make each target once", async () => {
  let runs = 0;
  project.rules = {
    join: rule("join", async ({ out, params }) => {
      runs++;
      await clockTick();
      writeFileSync(`${out}/out.txt`, JSON.stringify(params));
    }),
  };
  const targets = [1, 2, 3].flatMap((n) => [
    project.target(`a${n}:x`, ["data.txt"], { text: `a${n}` }),
    project.target(`b${n}:x`, [`a${n}:x`], { text: `b${n}` }),
  ]);
  const results = await Promise.all([project.build(targets), project.build(targets)]);
  expect(runs).toBe(6);
  for (const { counts } of results) expect(counts.ran + counts.restored + counts.fresh).toBe(6);
  const next = await project.build(targets);
  expect(next.counts.ran).toBe(0);
});
