import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { actionKey } from "#lib/build/action-key.js";
import { canonicalJson } from "#lib/build/canonical-json.js";
import { closestName } from "#lib/build/closest-name.js";
import { isOlderThan, sameStamp } from "#lib/build/file-digest.js";
import { acquireKeyLock, isKeyLocked } from "#lib/build/key-lock.js";
import { ReadyQueue } from "#lib/build/ready-queue.js";
import { logFileOf } from "#lib/build/target-log.js";

describe("actionKey", () => {
  const parts = {
    rule: "train",
    ruleVersion: "3",
    params: { b: [1, { y: "é", x: null }], a: 0.5 },
    inputs: [
      { name: "data", file: "lfads_ds1.h5", digest: "11" },
      { name: "align", file: "a.h5", digest: "22" },
    ],
  };

  test("is SHA-256 of a text that never changes", () => {
    expect(actionKey(parts)).toBe("b1e5537d24d6d9eee51c3739bf8c5e22cc3c2b1e49ae0b8707d18948e1f0542b");
  });

  test("does not depend on the order of members, nor on that of inputs of different names", () => {
    const shuffled = { ...parts, params: { a: 0.5, b: [1, { x: null, y: "é" }] }, inputs: parts.inputs.toReversed() };
    expect(actionKey(shuffled)).toBe(actionKey(parts));
  });

  test("depends on everything else", () => {
    const [data, align] = parts.inputs as [(typeof parts.inputs)[0], (typeof parts.inputs)[0]];
    const others = [
      { ...parts, rule: "Train" },
      { ...parts, ruleVersion: "4" },
      { ...parts, params: { ...parts.params, a: 0.25 } },
      { ...parts, params: { ...parts.params, a: "0.5" } },
      { ...parts, inputs: [data] },
      { ...parts, inputs: [data, { ...align, digest: "23" }] },
      { ...parts, inputs: [data, { ...align, file: "b.h5" }] },
      { ...parts, inputs: [{ ...align, name: "data" }, data] },
      { ...parts, inputs: [data, { ...align, name: "data" }] },
    ];
    expect(new Set([parts, ...others].map(actionKey)).size).toBe(others.length + 1);
  });
});

test("canonicalJson reads back as the same value, and refuses what JSON cannot hold", () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      expect(JSON.parse(canonicalJson(value as never))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
  expect(canonicalJson({ b: 1, B: 2, a: [true] })).toBe('{"B":2,"a":[true],"b":1}');
  expect(() => canonicalJson({ lr: Number.NaN })).toThrow("NaN has no JSON");
});

test("ReadyQueue gives items in order, whatever order they came in", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 })), (items) => {
      const queue = new ReadyQueue<number>((a, b) => a < b);
      for (const item of items) queue.push(item);
      const out: number[] = [];
      for (let item = queue.pop(); item !== undefined; item = queue.pop()) out.push(item);
      expect(out).toEqual(items.toSorted((a, b) => a - b));
    }),
  );
});

test("closestName finds misspellings and nothing far-fetched", () => {
  expect(closestName("c_gen_dims", ["c_gen_dim", "c_co_dim"])).toBe("c_gen_dim");
  expect(closestName("ab", ["cd", "wxyz"])).toBe("cd");
  expect(closestName("dataset001", ["spikes", "units"])).toBeUndefined();
});

test("log files of different labels differ and are safe names", () => {
  expect(logFileOf("/l", "c/param_a/s 1:train")).toBe("/l/logs/c~param_a~s%201@train.log");
  expect(logFileOf("/l", "x".repeat(300)).length).toBeLessThan(230);
});

test("a stamp is trusted only when neither of its times is as young as what remembers it", () => {
  const stamp = { size: 1, mtimeMs: 5, ctimeMs: 5, ino: 1 };
  expect([isOlderThan(stamp, 6), isOlderThan(stamp, 5)]).toEqual([true, false]);
  expect(isOlderThan({ ...stamp, mtimeMs: 1 }, 5)).toBe(false);
  expect(isOlderThan({ ...stamp, ctimeMs: 1 }, 5)).toBe(false);
  for (const part of ["size", "mtimeMs", "ctimeMs", "ino"] as const)
    expect([part, sameStamp(stamp, { ...stamp, [part]: 2 })]).toEqual([part, false]);
});

describe("key locks", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lfads-locks-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("are held by one, and free after release", () => {
    const lock = acquireKeyLock(folder, "k");
    expect(acquireKeyLock(folder, "k")).toEqual({ heldBy: `process ${process.pid} on ${hostname()}` });
    expect(isKeyLocked(folder, "k")).toBe(true);
    expect(acquireKeyLock(folder, "k2")).toHaveProperty("release");
    if (!("release" in lock)) throw new Error("not acquired");
    lock.release();
    expect(isKeyLocked(folder, "k")).toBe(false);
    expect(acquireKeyLock(folder, "k")).toHaveProperty("release");
  });

  test("of another living process are respected, and nothing is left of who asked", () => {
    const [start] = readFileSync("/proc/1/stat", "utf8").split(") ")[1]!.split(" ").slice(19);
    writeFileSync(join(folder, `k.1-${start}@${hostname()}`), "");
    expect(acquireKeyLock(folder, "k")).toEqual({ heldBy: `process 1 on ${hostname()}` });
    expect(readdirSync(folder)).toEqual([`k.1-${start}@${hostname()}`]);
  });

  test.each([
    ["a dead process", `k.${2 ** 22 + 1}-1@${hostname()}`],
    ["an earlier process with our id", `k.${process.pid}-1@${hostname()}`],
    ["nobody who can be read", "k.{"],
    ["an earlier version of lfads", "k"],
  ])("of %s count for nothing", (_, name) => {
    writeFileSync(join(folder, name), "");
    expect(isKeyLocked(folder, "k")).toBe(false);
    expect(acquireKeyLock(folder, "k")).toHaveProperty("release");
  });

  test("of another host are respected", () => {
    writeFileSync(join(folder, "k.1-1@elsewhere"), "");
    expect(acquireKeyLock(folder, "k")).toEqual({
      heldBy: `process 1 on elsewhere; if that has ended, remove ${join(folder, "k.1-1@elsewhere")}`,
    });
  });
});
