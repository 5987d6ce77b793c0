// The six ways in which a file can change under a build, through the real command.
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { ownLfadsfile, record, results, writeLfadsfile } from "../bad-input/own-recordings.js";
import { lfads } from "../cli/run-lfads.js";

const template = mkdtempSync(join(tmpdir(), "lfads-template-"));
let dir: string;
/** All outputs as they were made, by path. */
let made: Map<string, string>;

beforeAll(async () => {
  writeLfadsfile(template, ownLfadsfile({ params: "c_kl_increase_steps: 1, c_l2_increase_steps: 1" }));
  for (const name of ["a", "b"]) {
    await record(template, name);
    // Long ago, so that a time stamp can be put back to the very same one.
    utimesSync(recording(template, name), 1_600_000_000, 1_600_000_000);
  }
  expect(build(template).code).toBe(0);
});
beforeEach(() => {
  dir = `${template}-copy`;
  execFileSync("cp", ["-a", template, dir]);
  expect(build(dir)).toEqual(nothing);
  made = results(dir);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));
afterAll(() => rmSync(template, { recursive: true, force: true }));

const nothing = { code: 0, ran: [], restored: [], warnings: [] };
const recording = (folder: string, name: string) => join(folder, "data", `${name}.h5`);

/** A file of the run of recording `a`. */
function output(path: string): string {
  const params = readdirSync(join(dir, "runs/look")).find((name) => name.startsWith("param_"));
  return join(dir, "runs/look", params!, "single_a", path);
}

/** Labels without hashes, sorted, and warnings, of a build as a user sees it. */
function build(folder: string) {
  const { code, out, err } = lfads(folder, "build");
  const labels = (how: string) =>
    [...err.matchAll(new RegExp(`^✓ ${how} +(\\S+)`, "gm"))]
      .map(([, label]) => label!.replace(/(param|data)_[\w-]{6}\//, ""))
      .sort();
  const warnings = [...err.matchAll(/^warning: (?:\/\S+: )?(.*) \(\S+\)$/gm)].map(([, what]) => what!);
  const [ran, restored] = [labels("ran"), labels("restored")];
  expect(out.startsWith("All 19 targets are fresh.\n")).toBe(ran.length + restored.length === 0);
  return { code, ran, restored, warnings };
}

/** Writes other bytes of the same number, and puts the time of the last change back. */
function forge(path: string): void {
  const { atime, mtime, size } = statSync(path);
  const bytes = readFileSync(path);
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(path, bytes);
  utimesSync(path, atime, mtime);
  expect(statSync(path).size).toBe(size);
  expect(statSync(path).mtimeMs).toBe(mtime.getTime());
}

/** Everything as it was made, and a second build has nothing to do. */
function expectMended(): void {
  expect(results(dir)).toEqual(made);
  expect(build(dir)).toEqual(nothing);
}

test("a deleted output of the last stage is restored alone", () => {
  rmSync(output("results.json"));
  expect(build(dir)).toEqual({ ...nothing, restored: ["look/single_a:results"] });
  expectMended();
});

test("a deleted output of a middle stage is restored alone, and what was made from it stays", () => {
  rmSync(output("lfadsOutput/checkpoint_lve"));
  const later = statSync(output("results.json")).mtimeMs;
  expect(build(dir)).toEqual({ ...nothing, restored: ["look/single_a:train"] });
  expect(statSync(output("results.json")).mtimeMs).toBe(later);
  expectMended();
});

test("an overwritten output is made right again, with a warning", () => {
  appendFileSync(output("lfadsOutput/fitlog.csv"), "1,2,3\n");
  const warnings = ["This output was edited since it was made; it is overwritten."];
  expect(build(dir)).toEqual({ ...nothing, restored: ["look/single_a:train"], warnings });
  expectMended();
});

test.each(["lfadsOutput/fitlog.csv", "results.json"])(
  "%s overwritten with as many bytes and its time put back is made right again",
  (path) => {
    utimesSync(output(path), 1_600_000_000, 1_600_000_000);
    expect(build(dir)).toEqual(nothing);
    forge(output(path));
    const { ran, restored, warnings } = build(dir);
    expect(ran).toEqual([]);
    expect(restored).toEqual([path === "results.json" ? "look/single_a:results" : "look/single_a:train"]);
    expect(warnings).toEqual(["This output was edited since it was made; it is overwritten."]);
    expectMended();
  },
);

test("a removed link is made again, and so is one that was turned elsewhere", () => {
  const link = output("lfadsInput/lfads_a.h5");
  const to = readlinkSync(link);
  for (const change of [() => {}, () => symlinkSync("/dev/null", link)]) {
    rmSync(link);
    change();
    expect(build(dir)).toEqual({ ...nothing, restored: ["look/single_a:train"] });
    expect(readlinkSync(link)).toBe(to);
    expectMended();
  }
});

test("a touched recording runs nothing", () => {
  utimesSync(recording(dir, "a"), new Date(), new Date());
  expect(build(dir)).toEqual(nothing);
  expectMended();
});

test("a recording changed in as many bytes, its time put back, is read anew, and all that is made from it", async () => {
  const { atime, mtime, size } = statSync(recording(dir, "a"));
  await record(dir, "a", { edit: (counts) => counts.fill(3, 80, 100) });
  utimesSync(recording(dir, "a"), atime, mtime);
  expect(statSync(recording(dir, "a"))).toMatchObject({ size, mtimeMs: mtime.getTime() });

  const rules = ["evaluate", "model-params", "posterior_push_mean", "posterior_sample_and_average", "results", "train"];
  const ran = ["look/single_a/a:export", ...rules.map((rule) => `look/single_a:${rule}`), "own/a:dataset"];
  expect(build(dir)).toEqual({ ...nothing, ran });

  const changed = results(dir);
  const differing = [...changed].flatMap(([path, bytes]) => (made.get(path) === bytes ? [] : [path]));
  expect(differing.filter((path) => path.includes("single_b"))).toEqual([]);
  // The very files of a build from nothing.
  rmSync(join(dir, ".lfads"), { recursive: true });
  rmSync(join(dir, "runs"), { recursive: true });
  expect(build(dir).code).toBe(0);
  expect(results(dir)).toEqual(changed);
});
