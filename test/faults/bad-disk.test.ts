import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  anonymous,
  build,
  leftovers,
  outputs,
  ownLfadsfile,
  record,
  results,
  writeLfadsfile,
} from "../bad-input/own-recordings.js";
import { inFolder, lfads, lfadsMain } from "../cli/run-lfads.js";

const mount = (...args: readonly string[]) => spawnSync("mount", args).status === 0;
const tmpfs = (folder: string, options: string) => mount("-t", "tmpfs", "-o", options, "tmpfs", folder);

/** A small file system in memory needs the right to mount, which CI has and a user's machine mostly has not. */
const canMount = (() => {
  const probe = mkdtempSync(join(tmpdir(), "lfads-mount-"));
  const mounted = tmpfs(probe, "size=64k");
  if (mounted) spawnSync("umount", [probe]);
  rmSync(probe, { recursive: true });
  return mounted;
})();
const skipped = canMount ? "" : " (skipped: it needs the right to mount)";

const full = "The disk is full.\n      Free some space and build again; what is finished stays finished.\n";
const readOnly =
  "The file system is read-only.\n" +
  "      Results go to the lfadsfile's `root`, all else into .lfads beside the lfadsfile: both must be writable.\n";
const afterTrain = ["evaluate", "results", "posterior_sample_and_average", "posterior_push_mean", "model-params"];
const skippedAfter = (rules: readonly string[], because: string) =>
  rules.map((rule) => `- skipped   look/param_*/single_a:${rule}  because ${because} failed\n`).join("");

describe.runIf(canMount)(`a disk that cannot take the outputs${skipped}`, () => {
  let dir: string;
  let undisturbed: Map<string, string>;
  beforeAll(async () => {
    await inFolder(ownLfadsfile(), async (folder) => {
      await record(folder, "a");
      expect(build(folder).code).toBe(0);
      undisturbed = results(folder);
    });
  });
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "lfads-disk-"));
  });
  afterEach(() => {
    for (const folder of [join(dir, "runs"), dir]) spawnSync("umount", [folder]);
    rmSync(dir, { recursive: true });
  });

  it.each([70, 160, 300, 450])(
    "full at %i KB: it says so, leaves nothing half done, and goes on when there is room",
    async (size) => {
      tmpfs(dir, `size=${size}k`);
      writeLfadsfile(dir);
      await record(dir, "a");
      const { code, out, err } = build(dir);
      expect(code).toBe(1);
      expect(out).toMatch(/^Failed after _ s: /);
      const failures = err.split("✗ failed").slice(1);
      expect(failures.length).toBeGreaterThan(0);
      for (const failure of failures) {
        expect(failure.split("\n").slice(1, 3).join("\n")).toMatch(
          /^ {4}<dir>\/(\.lfads|runs)\b.*: The disk is full\.\n {6}Free some space and build again; what is finished stays finished\.$/,
        );
      }
      expect(err).not.toMatch(/^ +at /m);
      expect(leftovers(dir)).toEqual([]);
      for (const [name, bytes] of results(dir))
        expect({ name, same: bytes === undisturbed.get(name) }).toEqual({ name, same: true });

      mount("-o", "remount,size=100m", dir);
      const roomy = build(dir);
      expect(roomy.code).toBe(0);
      expect(roomy.err).not.toContain("own/a:dataset");
      expect(results(dir)).toEqual(undisturbed);
      expect(leftovers(dir)).toEqual([]);
    },
  );

  it("full in the folder of the runs alone: what was made is restored when there is room", async () => {
    writeLfadsfile(dir);
    await record(dir, "a");
    mkdirSync(join(dir, "runs"));
    tmpfs(join(dir, "runs"), "size=12k");
    const { code, out, err } = build(dir, "look:summary", "look/**:export", "--jobs", "1", "--keep-going");
    expect({ code, out }).toEqual({ code: 1, out: "Failed after _ s: 2 ran, 1 failed.\n" });
    expect(err).toBe(
      "  started   own/a:dataset\n✓ ran       own/a:dataset  _ s\n" +
        "  started   look/data_*/single_a/a:export\n✗ failed    look/data_*/single_a/a:export  _ s\n" +
        `    <dir>/runs/look/data_*/single_a/lfads_a.h5: ${full}` +
        "  started   look:summary\n✓ ran       look:summary  _ s\n",
    );
    expect([leftovers(dir), [...outputs(dir).keys()].map((path) => path.replace(/data_[\w-]{6}/, "data_*"))]).toEqual([
      [],
      ["runs/look/data_*/single_a/inputInfo_a.mat", "runs/look/launch_tensorboard.sh", "runs/look/summary.txt"],
    ]);

    mount("-o", "remount,size=100m", join(dir, "runs"));
    const roomy = build(dir);
    expect(roomy.out).toMatch(/^Built in _ s: 7 ran, 1 restored, 2 fresh\.\n/);
    expect(results(dir)).toEqual(undisturbed);
  });

  it("read-only in the folder of the runs alone", async () => {
    writeLfadsfile(dir);
    await record(dir, "a");
    mkdirSync(join(dir, "runs"));
    tmpfs(join(dir, "runs"), "ro");
    const { code, out, err } = build(dir, "--jobs", "1");
    expect({ code, out }).toEqual({ code: 1, out: "Failed after _ s: 1 ran, 1 failed, 6 skipped, 2 not run.\n" });
    const label = "look/data_*/single_a/a:export";
    const told =
      "  started   own/a:dataset\n✓ ran       own/a:dataset  _ s\n" +
      `  started   ${label}\n✗ failed    ${label}  _ s\n    <dir>/runs: ${readOnly}` +
      skippedAfter(["train", ...afterTrain], label);
    expect(err.split("\n").sort()).toEqual(told.split("\n").sort());
    expect(leftovers(dir)).toEqual([]);

    spawnSync("umount", [join(dir, "runs")]);
    const mended = build(dir);
    expect(mended.out).toMatch(/^Built in _ s: 8 ran, 1 restored, 1 fresh\.\n/);
    expect(results(dir)).toEqual(undisturbed);
  });

  it("read-only as a whole: what was built can be looked at, the rest cannot be built", async () => {
    tmpfs(dir, "size=100m");
    writeLfadsfile(dir);
    await record(dir, "a");
    expect(build(dir, "look/**:export").code).toBe(0);
    mount("-o", "remount,ro", dir);
    expect(lfads(dir, "build", "look/**:export").code).toBe(0);
    expect(lfads(dir, "status").code).toBe(0);
    expect(lfads(dir, "audit")).toMatchObject({
      code: 0,
      err: "",
      out: expect.stringMatching(/^All 2 targets hold\./),
    });
    const { code, err } = build(dir, "look:summary");
    expect(code).toBe(1);
    expect(err).toBe(
      `✗ failed    look:summary  _ s\n    <dir>/.lfads/locks/<key>: ${readOnly}` +
        "warning: <dir>/.lfads/state: The state could not be written, so the next build looks at every file again: The file system is read-only.\n",
    );
  });

  it("read-only as a whole before the first build: there is nothing to look at", async () => {
    tmpfs(dir, "size=100m");
    writeLfadsfile(dir);
    await record(dir, "a");
    mount("-o", "remount,ro", dir);
    expect(lfads(dir, "status")).toMatchObject({ code: 0, err: "" });
    const { code, err } = build(dir, "look:summary");
    expect({ code, err }).toEqual({
      code: 1,
      err:
        `✗ failed    own/a:dataset  _ s\n    <dir>: ${readOnly}` +
        "warning: <dir>: The state could not be written, so the next build looks at every file again: The file system is read-only.\n",
    });
    expect(lfads(dir, "init").err).toBe(
      `error: ${join(dir, "lfadsfile.ts")}: There is a lfadsfile already.\n  Move it away to start anew.\n`,
    );
  });
});

/** Root may write everywhere, so root runs the build as nobody; that needs a project that nobody can read. */
const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
const canAsk = spawnSync(process.execPath, [lfadsMain, "--version"], nobody).status === 0;

describe.runIf(canAsk)("a folder without permission", () => {
  it("is named, with what to do; the build goes on when it is given", async () => {
    await inFolder(ownLfadsfile(), async (dir) => {
      await record(dir, "a");
      mkdirSync(join(dir, "runs"), { mode: 0o555 });
      chmodSync(dir, 0o777);
      const args = [lfadsMain, "build", "look/**:export", "--jobs", "1"];
      const asNobody = () => spawnSync(process.execPath, args, { cwd: dir, encoding: "utf8", ...nobody });
      const { status, stdout, stderr } = asNobody();
      expect({ status, out: anonymous(dir, stdout), err: anonymous(dir, stderr) }).toEqual({
        status: 1,
        out: "Failed after _ s: 1 ran, 1 failed.\n",
        err:
          "  started   own/a:dataset\n✓ ran       own/a:dataset  _ s\n" +
          "  started   look/data_*/single_a/a:export\n✗ failed    look/data_*/single_a/a:export  _ s\n" +
          "    <dir>/runs: Permission to read or write here is denied.\n      Check who owns the folder and its permissions.\n",
      });
      expect(leftovers(dir)).toEqual([]);
      chmodSync(join(dir, "runs"), 0o777);
      expect(anonymous(dir, asNobody().stdout)).toBe("Built in _ s: 1 restored, 1 fresh.\n");
    });
  });
});
