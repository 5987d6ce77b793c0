import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { stampOf } from "#lib/build/file-digest.js";
import type { FreshUnit } from "#lib/build/fresh-file.js";
import { FreshUnits } from "#lib/build/fresh-units.js";
import { clockTick, rule, ToyProject } from "./toy-project.js";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "lfads-fresh-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), text);
}

function unit(fingerprint: string, paths: readonly string[], links: readonly [string, string][] = []): FreshUnit {
  const files = new Map(paths.map((path) => [path, stampOf(join(dir, path))!]));
  return { fingerprint, labels: paths.map((path) => `${path}:made`), files, links: new Map(links) };
}

/** Two units that share a file, one with a link. */
async function remembered(): Promise<void> {
  for (const path of ["a/1", "b/1", "shared"]) write(path, path);
  symlinkSync("../shared", join(dir, "a/link"));
  await clockTick();
  FreshUnits.none(dir).write(
    [],
    [unit("A", ["a/1", "shared"], [["a/link", "../shared"]]), unit("B", ["b/1", "shared"])],
  );
}

const fresh = () => ["A", "B"].filter((name) => FreshUnits.read(dir).isFresh(name));

test("units whose files are as they were are fresh, and their labels are known", async () => {
  await remembered();
  expect(fresh()).toEqual(["A", "B"]);
  expect([...FreshUnits.read(dir).labels(["A", "B"])]).toEqual(["a/1:made", "shared:made", "b/1:made"]);
  expect(FreshUnits.read(dir).isFresh("C")).toBe(false);
});

test("a changed, deleted or replaced file makes the units stale that have it, and no other", async () => {
  await remembered();
  write("a/1", "other");
  expect(fresh()).toEqual(["B"]);
  await anew();
  unlinkSync(join(dir, "b/1"));
  expect(fresh()).toEqual(["A"]);
  await anew();
  write("shared", "SHARED");
  expect(fresh()).toEqual([]);
});

/** As `remembered`, in a clean folder. */
async function anew(): Promise<void> {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir);
  await remembered();
}

test("a change of equal size whose time is put back is seen", async () => {
  await remembered();
  const { mtimeMs } = stampOf(join(dir, "a/1"))!;
  await clockTick();
  write("a/1", "A/1");
  utimesSync(join(dir, "a/1"), mtimeMs / 1000, mtimeMs / 1000);
  expect(fresh()).toEqual(["B"]);
});

test("a link that is gone or leads elsewhere makes its unit stale", async () => {
  await remembered();
  unlinkSync(join(dir, "a/link"));
  expect(fresh()).toEqual(["B"]);
  symlinkSync("../b/1", join(dir, "a/link"));
  expect(fresh()).toEqual(["B"]);
});

test("a unit with a file of the future is not remembered, and one whose files are young is, once they are older", () => {
  for (const path of ["a/1", "b/1"]) write(path, "1");
  const later = new Date(Date.now() + 60_000);
  utimesSync(join(dir, "a/1"), later, later);
  FreshUnits.none(dir).write([], [unit("A", ["a/1"]), unit("B", ["b/1"])]);
  expect(fresh()).toEqual(["B"]);
  expect(stampOf(join(dir, ".lfads/fresh"))!.mtimeMs).toBeGreaterThan(stampOf(join(dir, "b/1"))!.mtimeMs);
});

describe("of many units", () => {
  const path = () => join(dir, ".lfads/fresh");
  const many = 6000;
  const names = Array.from({ length: many }, (_, i) => `${"unit".repeat(10)}${i}`);
  const freshOf = (all: readonly string[]) => {
    const known = FreshUnits.read(dir);
    return all.filter((name) => known.isFresh(name));
  };
  const add = (...units: readonly FreshUnit[]) => FreshUnits.read(dir).write(names, units);
  const rememberAll = () => {
    const { files } = unit("", ["shared"]);
    const units = names.map((fingerprint) => ({ fingerprint, labels: ["shared:made"], files, links: new Map() }));
    FreshUnits.none(dir).write([], units);
  };
  beforeEach(async () => {
    await remembered();
    rememberAll();
  });

  test("few are added at the end of the file, and the last that is known of one counts", () => {
    const before = readFileSync(path());
    write("a/1", "again");
    add(unit("A", ["a/1", "shared"]));
    write("a/1", "and again");
    add(unit("B", ["b/1"], [["a/link", "../shared"]]), unit("A", ["a/1"]));
    const after = readFileSync(path());
    expect(after.subarray(0, before.length).equals(before)).toBe(true);
    expect(freshOf(["A", "B", ...names])).toHaveLength(many + 2);
    expect([...FreshUnits.read(dir).labels(["A", "B", names[0]!])]).toEqual(["a/1:made", "b/1:made", "shared:made"]);
    unlinkSync(join(dir, "a/link"));
    expect(freshOf(["A", "B"])).toEqual(["A"]);
    write("shared", "SHARED");
    expect(freshOf(["A", ...names])).toEqual(["A"]);
  });

  test("it is written anew when there are many additions, and when one is torn", () => {
    const sizes: number[] = [];
    for (let i = 0; i < 70; i++) {
      add(unit(`new${i}`, ["a/1"]));
      sizes.push(readFileSync(path()).length);
    }
    // 63 are appended; what was not kept is gone then.
    expect(sizes.findIndex((size, i) => size < sizes[i - 1]!)).toBe(63);
    expect(freshOf(["new62", "new63", "new69"])).toEqual(["new63", "new69"]);
    const whole = readFileSync(path());
    writeFileSync(path(), whole.subarray(0, -3));
    expect(freshOf(["new68", "new69", ...names])).toHaveLength(many + 1);
    add(unit("after", ["a/1"]));
    expect(freshOf(["new68", "after", ...names])).toHaveLength(many + 1);
    expect(readFileSync(path()).length).toBeLessThan(whole.length);
  });

  test("of another state than that of the last addition nothing is known", () => {
    write(".lfads/state", "first");
    rememberAll();
    add(unit("A", ["a/1"]));
    expect(freshOf(["A", ...names])).toHaveLength(many + 1);
    write(".lfads/state", "second, of another size");
    expect(freshOf(["A", ...names])).toEqual([]);
  });
});

test("a target that failed is in no fresh unit, also where what it made before is in place", async () => {
  const project = new ToyProject();
  try {
    const targets = (text: string) => [project.target("a:x", []), project.target("b:x", ["a:x"], { text })];
    await project.build(targets("one"));
    project.rules = { join: rule("join", () => Promise.reject(new Error("broken"))) };
    const { session } = project.open(targets("two"));
    expect(await session.run()).toMatchObject({ ok: false, counts: { fresh: 1, failed: 1 } });
    const units = session.freshUnits([
      ["A", ["a:x"]],
      ["B", ["b:x"]],
      ["both", ["a:x", "b:x"]],
    ]);
    expect(units.map(({ fingerprint }) => fingerprint)).toEqual(["A"]);
    await session.close();
  } finally {
    project.remove();
  }
});

test("what was known of kept units goes on, others are added or forgotten", async () => {
  await remembered();
  write("c", "c");
  await clockTick();
  FreshUnits.read(dir).write(["A"], [unit("C", ["c"])]);
  const known = FreshUnits.read(dir);
  expect(["A", "B", "C"].map((name) => known.isFresh(name))).toEqual([true, false, true]);
  expect([...known.labels(["A", "C"])].sort()).toEqual(["a/1:made", "c:made", "shared:made"]);
});

test("a file that is torn, altered or of another format knows nothing", async () => {
  await remembered();
  const path = join(dir, ".lfads/fresh");
  const whole = readFileSync(path);
  const altered = Buffer.from(whole);
  altered[whole.length - 5]! ^= 1;
  for (const bytes of [
    whole.subarray(0, -9),
    altered,
    Buffer.from(`lfads-fresh 2 ${whole.toString("latin1").slice(14)}`, "latin1"),
    Buffer.from(""),
  ]) {
    writeFileSync(path, bytes);
    expect(fresh()).toEqual([]);
  }
  writeFileSync(path, whole);
  await clockTick();
  expect(fresh()).toEqual(["A", "B"]);
});

test("without the state that it was written after, or with another, the file knows nothing", async () => {
  write(".lfads/state", "state");
  await remembered();
  expect(fresh()).toEqual(["A", "B"]);
  write(".lfads/state", "stat?");
  expect(fresh()).toEqual([]);
  unlinkSync(join(dir, "a/link"));
  await remembered();
  expect(fresh()).toEqual(["A", "B"]);
  unlinkSync(join(dir, ".lfads/state"));
  expect(fresh()).toEqual([]);
});

test("what no unit needs any more is dropped from the file in time", async () => {
  const names = Array.from({ length: 20 }, (_, i) => `file${i}`);
  for (const name of names) write(name, name);
  await clockTick();
  FreshUnits.none(dir).write(
    [],
    names.map((name) => unit(name, [name])),
  );
  const known = () => readFileSync(join(dir, ".lfads/fresh"), "latin1").match(/"file\d+"/g)!.length;
  // Each name stands for a unit and for its file.
  expect(known()).toBe(40);
  FreshUnits.read(dir).write(names.slice(0, 15), []);
  expect(known()).toBe(35);
  FreshUnits.read(dir).write(names.slice(0, 5), []);
  expect(known()).toBe(10);
  expect(names.filter((name) => FreshUnits.read(dir).isFresh(name))).toEqual(names.slice(0, 5));
});
