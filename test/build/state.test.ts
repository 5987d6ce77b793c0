import { spawn } from "node:child_process";
import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
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
