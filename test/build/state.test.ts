import { spawn } from "node:child_process";
import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { acquireKeyLock } from "#lib/build/key-lock.js";
import { BuildState } from "#lib/build/state.js";
import { journalLine } from "#lib/build/state-file.js";
import { type TargetEntry, targetLine } from "#lib/build/state-line.js";
import { processName } from "#lib/process-name.js";
import { clockTick } from "./toy-project.js";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "lfads-state-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const open = (options: Partial<ConstructorParameters<typeof BuildState>[1]> = {}) =>
  new BuildState(dir, { warn: () => {}, ...options });
const entry = (key: string, mtimeMs = 1000): TargetEntry => {
  const stamp = { size: 1, mtimeMs, ctimeMs: mtimeMs, ino: 7 };
  const outputs = [{ path: "out", digest: key.repeat(64), size: 1, mode: 0o644, stamp }];
  const built = { key: key.repeat(64), outDir: "runs", endedAtMs: 1, seconds: 1, how: "ran", outputs } as const;
  return { built, trustedBefore: Number.POSITIVE_INFINITY };
};
const keys = (state: BuildState) =>
  Object.fromEntries([...state.targets()].map(([label, { built }]) => [label, built?.key[0]]));

test.runIf(process.platform === "linux")("what is noted after a write that the disk cut short is read back", () => {
  const state = open();
  state.setTarget("a:x", entry("a"));
  const journal = join(dir, ".lfads/journal", processName());
  const descriptor = Number(readdirSync("/proc/self/fd").find((fd) => linkOf(fd) === journal));
  closeSync(descriptor);
  expect(() => state.setTarget("b:x", entry("b"))).toThrow("EBADF");
  appendFileSync(journal, "a part of its li");
  expect(openSync(journal, "a")).toBe(descriptor);
  state.setTarget("c:x", entry("c"));
  expect(keys(open())).toEqual({ "a:x": "a", "c:x": "c" });
  state.close();
  expect(keys(open())).toEqual({ "a:x": "a", "b:x": "b", "c:x": "c" });
});

test("an index that another build writes while this one reads is read again", () => {
  const state = open();
  state.setTarget("a:x", entry("a"));
  state.close();
  const path = join(dir, ".lfads/state");
  const whole = readFileSync(path);
  writeFileSync(path, "torn");
  const warned: string[] = [];
  // The warning comes between the two looks at the file.
  const warn = (what: string) => {
    warned.push(what);
    writeFileSync(path, whole);
  };
  expect(keys(open({ warn }))).toEqual({ "a:x": "a" });
  expect(warned).toEqual(["The state file is corrupt; it is made anew."]);
});

test.runIf(process.platform === "linux")(
  "a build that ends takes what another, still going on, has in its journal, and leaves that where it is",
  async () => {
    const other = spawn("sleep", ["60"]);
    try {
      const state = open();
      state.setTarget("a:x", entry("a"));
      const start = readFileSync(`/proc/${other.pid}/stat`, "utf8").split(") ")[1]!.split(" ")[19];
      const name = `${other.pid}-${start}@${encodeURIComponent(hostname())}`;
      appendFileSync(join(dir, ".lfads/journal", name), journalLine(targetLine("b:x", entry("b"))));
      state.close();
      expect(readdirSync(join(dir, ".lfads/journal"))).toEqual([name]);
      rmSync(join(dir, ".lfads/journal"), { recursive: true });
      expect(keys(open())).toEqual({ "a:x": "a", "b:x": "b" });
    } finally {
      other.kill();
    }
  },
);

describe("of a large index", () => {
  const many = 5000;
  const names = () => readdirSync(join(dir, ".lfads/journal")).map((name) => name.replace(/-.*/, ""));
  const index = () => readFileSync(join(dir, ".lfads/state"));
  beforeEach(() => {
    const state = open();
    for (let i = 0; i < many; i++) state.setFile(`${"f".repeat(150)}${i}`, fileEntry);
    state.setTarget("a:x", entry("a"));
    state.close();
    expect(index().length).toBeGreaterThan(1 << 20);
  });
  const fileEntry = {
    digest: "d".repeat(64),
    stamp: { size: 1, mtimeMs: 1000, ctimeMs: 1000, ino: 1 },
    trustedBefore: Number.POSITIVE_INFINITY,
  };
  const noted = (label: string, key: string, mtimeMs?: number) => {
    const state = open();
    state.setTarget(label, entry(key, mtimeMs));
    state.close();
  };

  test("little that is new stays in a journal of its own, and the last to end is believed", () => {
    const before = index();
    noted("a:x", "b");
    noted("b:x", "b");
    noted("a:x", "c");
    expect(index().equals(before)).toBe(true);
    expect(names()).toEqual(["ended", "ended", "ended"]);
    const state = open();
    expect([keys(state), state.sawKilled]).toEqual([{ "a:x": "c", "b:x": "b" }, false]);
    expect([...Array(many).keys()].every((i) => state.file(join(dir, `${"f".repeat(150)}${i}`)))).toBe(true);
    state.close();
    expect(names()).toHaveLength(3);
  });

  test("what is removed there is gone", () => {
    const state = open();
    state.setTarget("a:x", null);
    state.close();
    expect(names()).toEqual(["ended"]);
    expect(keys(open())).toEqual({});
  });

  test("digests of files alone are kept there, too", () => {
    const state = open();
    state.setFile("new", fileEntry);
    state.close();
    expect(names()).toEqual(["ended"]);
    expect(open().file(join(dir, "new"))).toMatchObject({ digest: "d".repeat(64) });
  });

  test("it is folded when there are many of them, when there is much, and after a build that was killed", () => {
    for (let i = 0; i < 64; i++) noted(`a${i}:x`, "b");
    expect(names()).toHaveLength(64);
    noted("b:x", "b");
    expect([names(), Object.keys(keys(open())).length]).toEqual([[], 66]);

    const state = open();
    for (let i = 0; i < 800; i++) state.setTarget(`c${i}:x`, entry("c"));
    state.close();
    expect([names(), Object.keys(keys(open())).length]).toEqual([[], 866]);

    noted("d:x", "d");
    appendFileSync(join(dir, ".lfads/journal/999999999-1@nowhere-else"), journalLine(targetLine("e:x", entry("e"))));
    const [ended] = readdirSync(join(dir, ".lfads/journal")).filter((name) => name.startsWith("ended"));
    const dead = `999999999-1@${encodeURIComponent(hostname())}`;
    renameSync(join(dir, ".lfads/journal/999999999-1@nowhere-else"), join(dir, ".lfads/journal", dead));
    expect(ended).toBeDefined();
    const next = open();
    expect(next.sawKilled).toBe(true);
    next.close();
    expect([names(), keys(open())]).toMatchObject([[], { "d:x": "d", "e:x": "e" }]);
  });

  test("stamps that it has are trusted by the next build, though the file was made a moment before", () => {
    const file = join(dir, "made");
    writeFileSync(file, "");
    const { mtimeMs } = statSync(file);
    noted("b:x", "b", mtimeMs);
    const state = open();
    const { built, trustedBefore } = state.target("b:x")!;
    expect(built!.outputs[0]!.stamp.mtimeMs).toBe(mtimeMs);
    expect(trustedBefore).toBeGreaterThan(mtimeMs);
  });

  test("while another build folds, a build that ends does not wait", () => {
    const [one, two] = [open(), open()];
    const lock = acquireKeyLock(join(dir, ".lfads/locks"), "state");
    for (let i = 0; i < 400; i++) one.setTarget(`c${i}:x`, entry("c"));
    one.close();
    if ("release" in lock) lock.release();
    expect(names()).toEqual(["ended"]);
    two.setTarget("b:x", entry("b"));
    two.close();
    expect(Object.keys(keys(open()))).toHaveLength(402);
  });

  test("a journal that ends while it is read is read again", () => {
    const writer = open();
    writer.setTarget("b:x", entry("b"));
    const whole = index();
    writeFileSync(join(dir, ".lfads/state"), "torn");
    // The warning comes before the journals are looked at.
    const warn = () => {
      writeFileSync(join(dir, ".lfads/state"), whole);
      writer.close();
    };
    expect(keys(open({ warn }))).toEqual({ "a:x": "a", "b:x": "b" });
  });
});

test("what --verify does not trust is trusted again by the build after it", async () => {
  const state = open();
  state.setTarget("a:x", entry("a"));
  state.setTarget("b:x", entry("b"));
  state.close();
  await clockTick();
  const verifying = open({ verify: true });
  expect(verifying.target("a:x")!.trustedBefore).toBe(Number.NEGATIVE_INFINITY);
  verifying.setTarget("b:x", entry("c"));
  verifying.close();
  const next = open();
  expect(keys(next)).toEqual({ "a:x": "a", "b:x": "c" });
  expect(next.target("a:x")!.built!.outputs[0]!.stamp.ino).toBe(7);
});

function linkOf(fd: string): string | undefined {
  try {
    return readlinkSync(join("/proc/self/fd", fd));
  } catch {
    return undefined;
  }
}
