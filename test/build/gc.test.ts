import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CacacheStore } from "#lib/build/cacache-store.js";
import type { CollectOptions } from "#lib/build/collect-garbage.js";
import type { StoredContent } from "#lib/build/content-store.js";
import { findGarbage } from "#lib/build/find-garbage.js";
import type { Target } from "#lib/build/index.js";
import { acquireKeyLock, type KeyLock } from "#lib/build/key-lock.js";
import type { StoredRecord } from "#lib/build/record-store.js";
import { readStoreSize } from "#lib/build/store-size.js";
import { processName } from "#lib/process-name.js";
import { clockTick, ToyProject } from "./toy-project.js";

describe("of records and contents", () => {
  const record = (key: string, usedMs: number, label: string, ...digests: string[]): StoredRecord => ({
    key,
    usedMs,
    record: {
      key,
      outputs: digests.map((digest) => ({ path: digest, digest, size: 1, mode: 0 })),
      provenance: { label },
    } as never,
  });
  const content = (digest: string, size: number, storedMs = 0): StoredContent => ({ digest, size, storedMs });
  const find = (
    limits: { usedBeforeMs?: number; maxBytes?: number; spareBytes?: number },
    needed: readonly string[] = ["k4"],
  ) => {
    const found = findGarbage(records, contents, ({ key }) => needed.includes(key), { ...limits, youngAfterMs: 1000 });
    const { groups, contents: gone, bytes, storeBytes, neededBytes } = found;
    return { places: groups.map(({ place, bytes: own }) => [place, own]), gone, bytes, storeBytes, neededBytes };
  };
  const records = [
    record("k1", 300, "c/new:train", "a"),
    record("k2", 100, "c/old:train", "b", "shared"),
    record("k3", 110, "c/old:results", "c"),
    record("k4", 50, "c/live:train", "d", "both"),
    record("k5", 200, "c/middle:train", "both", "shared", "e"),
    record("k6", 2000, "c/running:train", "f"),
  ];
  const contents = [
    ...[content("a", 1), content("b", 2), content("c", 4), content("d", 8), content("e", 16), content("f", 32)],
    ...[content("shared", 64), content("both", 128), content("nobody's", 256), content("young", 512, 1500)],
  ];

  test("all goes that is not needed, but for what is young; shared content goes with the last that has it", () => {
    expect(find({})).toEqual({
      places: [
        ["c/old", 2 + 4],
        ["c/middle", 16 + 64],
        ["c/new", 1],
      ],
      gone: ["nobody's", "b", "c", "shared", "e", "a"],
      bytes: 256 + 2 + 4 + 16 + 64 + 1,
      storeBytes: 1023,
      neededBytes: 8 + 128 + 32 + 512,
    });
  });

  test("with an age, what was used since stays, and a run's results go or stay together", () => {
    expect(find({ usedBeforeMs: 111 })).toMatchObject({ places: [["c/old", 6]], gone: ["nobody's", "b", "c"] });
    expect(find({ usedBeforeMs: 105 })).toMatchObject({ places: [], gone: ["nobody's"] });
  });

  test("with a size, the least recently used go until the store fits", () => {
    expect(find({ maxBytes: 1023 - 256 }).places).toEqual([]);
    expect(find({ maxBytes: 1023 - 257 }).places).toEqual([["c/old", 6]]);
    expect(find({ maxBytes: 1023 - 256 - 7 }).places).toEqual([
      ["c/old", 6],
      ["c/middle", 80],
    ]);
    expect(find({ maxBytes: 0 }).places.map(([place]) => place)).toEqual(["c/old", "c/middle", "c/new"]);
  });

  test("with a size and something to spare, nothing goes while the store fits, and then more than has to", () => {
    expect(find({ maxBytes: 1023 - 256, spareBytes: 10 }).places).toEqual([]);
    expect(find({ maxBytes: 1023 - 257, spareBytes: 10 }).places).toEqual([
      ["c/old", 6],
      ["c/middle", 80],
    ]);
  });

  test("content that was stored again since stays, though the record that names it goes", () => {
    const limits = { youngAfterMs: 1000 };
    expect(findGarbage([record("k", 1, "c/x:train", "g")], [content("g", 1, 1500)], () => false, limits)).toMatchObject(
      {
        groups: [{ place: "c/x", bytes: 0 }],
        contents: [],
      },
    );
  });

  test("with an age and a size, what is old goes, and more until the store fits", () => {
    expect(find({ usedBeforeMs: 150, maxBytes: 0 }).places.map(([place]) => place)).toHaveLength(3);
    expect(find({ usedBeforeMs: 250, maxBytes: 1000 }).places.map(([place]) => place)).toEqual(["c/old", "c/middle"]);
  });

  test("of what is needed nothing goes, however small the store shall be", () => {
    const all = records.map(({ key }) => key);
    expect(find({ maxBytes: 0 }, all)).toMatchObject({ places: [], gone: ["nobody's"], neededBytes: 767 });
  });
});

describe("of a folder", () => {
  let project: ToyProject;
  beforeEach(() => {
    project = new ToyProject();
    project.write("data.txt", "data");
    project.options = { store: new CacacheStore(project.path(".lfads/store")) };
  });
  afterEach(() => project.remove());

  const files = (folder: string) =>
    (readdirSync(project.path(folder), { recursive: true, withFileTypes: true }) as never[])
      .map((entry: { isDirectory(): boolean; parentPath: string; name: string }) => entry)
      .filter((entry) => !entry.isDirectory())
      .map((entry) => `${entry.parentPath}/${entry.name}`.slice(project.path(folder).length + 1))
      .sort();
  const kept = () => ({ records: files(".lfads/actions").length, contents: files(".lfads/store/content-v2").length });

  async function collect(targets: readonly Target[], options: Omit<CollectOptions, "reaches"> = {}) {
    const { session } = project.open(targets);
    try {
      return await session.collectGarbage({ reaches: [await session.reach()], ...options });
    } finally {
      await session.close();
    }
  }

  const live = () => [project.target("c/a:x", ["data.txt"]), project.target("c/b:x", ["c/a:x"], { text: "b" })];
  const dead = () => project.target("c/gone:x", ["c/a:x"], { text: "gone", files: ["sub/out.txt", "other.txt"] });
  const unused = () => ({
    ...dead(),
    links: [{ path: project.path("runs/c/gone/x/link/a"), to: "../../../a/x/out.txt" }],
  });

  test("the record and content of what is no longer a target go; everything else is restored as before", async () => {
    await project.build([...live(), dead()]);
    expect(kept()).toEqual({ records: 3, contents: 3 });
    await clockTick();
    const { groups, bytes, outputs, unfinished } = await collect(live());
    expect(groups.map(({ place }) => place)).toEqual(["c/gone"]);
    expect([bytes, outputs, unfinished]).toEqual(["gone+data".length, [], []]);
    expect(kept()).toEqual({ records: 2, contents: 2 });
    expect(project.read("runs/c/gone/x/sub/out.txt")).toBe("gone+data");

    rmSync(project.path("runs"), { recursive: true });
    rmSync(project.path(".lfads/state"));
    expect((await project.build(live())).counts).toMatchObject({ restored: 2, ran: 0 });
    expect((await project.build([...live(), dead()])).counts).toMatchObject({ fresh: 2, ran: 1 });
  });

  test("what was made for a target whose key is not known now stays", async () => {
    await project.build(live());
    const { session } = project.open(live());
    const { key } = session.show("c/a:x").record!;
    await session.close();
    rmSync(project.path(".lfads/state"));
    rmSync(project.path(".lfads/actions", key.slice(0, 2), `${key}.json`));
    rmSync(project.path("runs"), { recursive: true });
    await clockTick();
    await collect(live());
    expect((await project.build(live())).counts).toMatchObject({ ran: 1, restored: 1 });
  });

  test("what is in use is noted once a day", async () => {
    await project.build([project.target("c/a:x", ["data.txt"])]);
    const [record] = files(".lfads/actions").map((name) => project.path(".lfads/actions", name));
    const [hour, day] = [3_600_000, 86_400_000];
    const usedAfterCollecting = async (agoMs: number) => {
      // Whole seconds come back as they were written.
      const before = new Date(Math.floor((Date.now() - agoMs) / 1000) * 1000);
      utimesSync(record!, before, before);
      await collect([project.target("c/a:x", ["data.txt"])]);
      return statSync(record!).mtimeMs - before.getTime();
    };
    expect(await usedAfterCollecting(day - hour)).toBe(0);
    expect(await usedAfterCollecting(day + hour)).toBeGreaterThan(day);
  });

  test("a dry run says the same and changes nothing", async () => {
    await project.build([...live(), unused()]);
    await clockTick();
    const before = files(".lfads").concat(files("runs"));
    const dry = await collect(live(), { outputs: true, dryRun: true });
    expect(files(".lfads").concat(files("runs"))).toEqual(before);
    expect(await collect(live(), { outputs: true })).toEqual(dry);
    expect(dry.outputs).toEqual(["other.txt", "sub/out.txt"].map((name) => project.path("runs/c/gone/x", name)));
  });

  test("what was made before an edit of the lfadsfile goes, what would be restored now stays", async () => {
    const versions = ["one", "two", "three"].map((text) => [project.target("c/a:x", ["data.txt"], { text })]);
    for (const targets of versions) await project.build(targets);
    await clockTick();
    await collect(versions[0]!);
    expect(kept()).toEqual({ records: 2, contents: 2 });
    expect((await project.build(versions[0]!)).counts).toMatchObject({ restored: 1 });
    expect((await project.build(versions[2]!)).counts).toMatchObject({ restored: 1 });
    expect((await project.build(versions[1]!)).counts).toMatchObject({ ran: 1 });
  });

  test("with outputs, those of former targets go with their folders, links and logs; edited ones and other files stay", async () => {
    const edited = project.target("c/edited:x", ["c/a:x"], { text: "edited", files: ["mine.txt", "out.txt"] });
    const logged = { ...unused(), logCopy: { path: project.path("runs/c/gone/x/run.log"), append: false } };
    await project.build([...live(), logged, edited]);
    const others = project.write("runs/c/edited/x/notes.txt", "notes");
    appendFileSync(project.path("runs/c/edited/x/mine.txt"), "!");
    await clockTick();
    const { outputs } = await collect(live(), { outputs: true, logNames: ["run.log"] });
    expect(outputs.map((path) => path.slice(project.path("runs/c/").length))).toEqual([
      "edited/x/out.txt",
      "gone/x/other.txt",
      "gone/x/sub/out.txt",
    ]);
    expect(files("runs")).toEqual(["c/a/x/out.txt", "c/b/x/out.txt", "c/edited/x/mine.txt", "c/edited/x/notes.txt"]);
    expect(existsSync(project.path("runs/c/gone"))).toBe(false);
    expect(readFileSync(others, "utf8")).toBe("notes");
    expect(project.warnings().map(({ what }) => what)).toEqual([
      "This file was an output, but was edited since; it is left where it is.",
    ]);
    expect(files(".lfads/logs")).toEqual(["c~a@x.log", "c~b@x.log"]);
    expect((await project.plan(live())).counts).toMatchObject({ fresh: 2 });
  });

  test("a file that another target has made since at the same place stays", async () => {
    const old = project.target("c/old:x", ["data.txt"], { text: "same" });
    const now = {
      ...project.target("c/now:x", ["data.txt"], { text: "same", files: ["out.txt"] }),
      outDir: old.outDir,
    };
    await project.build([old]);
    await project.build([now]);
    await clockTick();
    expect((await collect([now], { outputs: true })).outputs).toEqual([]);
    expect(project.warnings()).toEqual([]);
    expect((await project.plan([now])).counts).toMatchObject({ fresh: 1 });
  });

  test("unfinished work of former targets goes; that of present ones stays, also while its key is not known, and what is locked", async () => {
    const scratch = project.path(".lfads/scratch");
    mkdirSync(`${scratch}/${"0".repeat(64)}`, { recursive: true });
    await clockTick();
    await collect([...live()]);
    expect(readdirSync(scratch)).toHaveLength(1);
    await project.build(live());
    mkdirSync(`${scratch}/${"0".repeat(64)}`, { recursive: true });
    await clockTick();
    const { session } = project.open([project.target("c/new:x", ["data.txt"], { text: "new" })]);
    const verdict = (await session.plan()).verdicts.get("c/new:x") as { key: string };
    await session.close();
    mkdirSync(`${scratch}/${verdict.key}`);
    await clockTick();
    const other = "1".repeat(64);
    mkdirSync(`${scratch}/${other}`);
    const lock = acquireKeyLock(project.path(".lfads/locks"), other) as KeyLock;
    await clockTick();
    const targets = [...live(), project.target("c/new:x", ["data.txt"], { text: "new" })];
    await collect(targets);
    expect(new Set(readdirSync(scratch))).toEqual(new Set([other, verdict.key]));
    lock.release();
    await collect(targets);
    expect(readdirSync(scratch)).toEqual([verdict.key]);
  });

  test("while a build runs, what was stored in the last hour stays", async () => {
    await project.build([...live(), dead()]);
    const staging = project.path(".lfads/staging", `${processName()}~0`);
    mkdirSync(staging, { recursive: true });
    expect((await collect(live())).contents).toEqual([]);
    expect(kept()).toEqual({ records: 3, contents: 3 });
    rmSync(staging, { recursive: true });
    await clockTick();
    expect((await collect(live())).contents).toHaveLength(1);
  });

  test("least recently used is what was neither made nor restored nor seen in use for longest", async () => {
    const one = project.target("c/one:x", ["data.txt"], { text: "one" });
    const two = project.target("c/two:x", ["data.txt"], { text: "two" });
    await project.build([one]);
    await project.build([two]);
    const longAgo = (days: number) => Date.now() / 1000 - days * 86_400;
    for (const path of files(".lfads/actions")) {
      const at = longAgo(readFileSync(project.path(".lfads/actions", path), "utf8").includes("one") ? 20 : 10);
      utimesSync(project.path(".lfads/actions", path), at, at);
    }
    rmSync(project.path("runs"), { recursive: true });
    await project.build([one]);
    await clockTick();
    const { groups } = await collect([], { dryRun: true });
    expect(groups.map(({ place }) => place)).toEqual(["c/two", "c/one"]);
    await collect([two], { maxBytes: 1e6 });
    const usedBeforeMs = Date.now() - 86_400_000;
    expect((await collect([], { dryRun: true, usedBeforeMs })).groups).toEqual([]);
  });

  test("the size of the store is known without a walk, also after a collection", async () => {
    const size = () => readStoreSize(project.path(".lfads/store"));
    await project.build([...live(), dead()]);
    expect(size()).toEqual({ bytes: "data".length + "b+data".length + "gone+data".length, neededBytes: 0 });
    await clockTick();
    await collect(live());
    const needed = "data".length + "b+data".length;
    expect(size()).toEqual({ bytes: needed, neededBytes: needed });
    rmSync(project.path("runs/c/gone"), { recursive: true });
    await project.build([...live(), dead()]);
    expect(size()).toEqual({ bytes: needed + "gone+data".length, neededBytes: needed });
  });

  test("a symbolic link of the user's stays", async () => {
    await project.build([...live(), dead()]);
    const mine = project.path("runs/c/gone/x/mine");
    symlinkSync("/nowhere", mine);
    await clockTick();
    await collect(live(), { outputs: true });
    expect(readdirSync(dirname(mine))).toEqual(["mine"]);
  });

  test("what a running build removes while it is looked at does no harm", async () => {
    await project.build([...live(), dead()]);
    // A link that leads nowhere is listed, and then not there.
    symlinkSync("/nowhere", project.path(".lfads/logs/.gone.tmp"));
    mkdirSync(project.path(".lfads/scratch"), { recursive: true });
    symlinkSync("/nowhere", project.path(".lfads/scratch", "0".repeat(64)));
    await clockTick();
    expect(await collect(live())).toMatchObject({ logs: [], unfinished: [], contents: [expect.any(String)] });
  });

  test("a folder without anything is fine", async () => {
    expect(await collect([])).toMatchObject({ groups: [], contents: [], bytes: 0, storeBytes: 0 });
  });

  test("a record that cannot be read goes, and its content with it", async () => {
    await project.build(live());
    writeFileSync(project.path(".lfads/actions", files(".lfads/actions")[0]!), "{");
    await clockTick();
    const { groups } = await collect(live());
    expect(groups.map(({ place }) => place)).toEqual(["(records that cannot be read)"]);
    expect(kept()).toEqual({ records: 1, contents: 1 });
  });
});

test("a restore whose content is collected meanwhile runs the target instead", async () => {
  const project = new ToyProject();
  try {
    project.write("data.txt", "data");
    const targets = [project.target("c/a:x", ["data.txt"]), project.target("c/b:x", ["c/a:x"], { text: "b" })];
    await project.build(targets);
    rmSync(project.path("runs"), { recursive: true });
    const get = project.store.get.bind(project.store);
    project.store.get = async (digest, path, mode) => {
      for (const content of [...project.store.list()]) await project.store.remove(content.digest);
      return get(digest, path, mode);
    };
    const built = await project.build(targets);
    expect(built).toMatchObject({ ok: true, counts: { ran: 2, restored: 0 } });
    expect(project.read("runs/c/b/x/out.txt")).toBe("b+data");
  } finally {
    project.remove();
  }
});
