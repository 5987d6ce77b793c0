import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lfads, tinyLfadsfile } from "../cli/run-lfads.js";

const mount = (...args: readonly string[]) => spawnSync("mount", args).status === 0;

/** A small file system in memory needs the right to mount, which CI has and a user's machine mostly has not. */
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "lfads-disk-"));
});
afterEach(() => {
  spawnSync("umount", [dir]);
  rmSync(dir, { recursive: true });
});
const canMount = (() => {
  const probe = mkdtempSync(join(tmpdir(), "lfads-mount-"));
  const mounted = mount("-t", "tmpfs", "tmpfs", probe);
  if (mounted) spawnSync("umount", [probe]);
  rmSync(probe, { recursive: true });
  return mounted;
})();

describe.runIf(canMount)("a disk that cannot take the outputs", () => {
  it("full: the build ends with 1, says so, shows nothing half done, and goes on when there is room", () => {
    mount("-t", "tmpfs", "-o", "size=600k", "tmpfs", dir);
    writeFileSync(join(dir, "lfadsfile.ts"), tinyLfadsfile());
    const full = lfads(dir, "build");
    expect(full.code).toBe(1);
    expect(full.out).toMatch(/^Failed after /);
    expect(full.err).toContain(
      "The disk is full.\n      Free some space and build again; what is finished stays finished.\n",
    );
    expect(full.err).not.toMatch(/^ +at /m);
    const files = readdirSync(dir, { recursive: true }).map(String);
    expect(files.filter((name) => name.startsWith("runs") && /tmp|staging/.test(name))).toEqual([]);

    mount("-o", "remount,size=100m", dir);
    const roomy = lfads(dir, "build");
    expect(roomy.code).toBe(0);
    expect(roomy.out).toMatch(/^Built in /);
    expect(roomy.err).not.toContain("tiny/dataset001:generate");
  });

  it("read-only: the build ends with 1 and says what to do, and status still works", () => {
    mount("-t", "tmpfs", "-o", "size=100m", "tmpfs", dir);
    writeFileSync(join(dir, "lfadsfile.ts"), tinyLfadsfile());
    expect(lfads(dir, "build", "single").code).toBe(0);
    mount("-o", "remount,ro", dir);
    const { code, err } = lfads(dir, "build", "stitched");
    expect(code).toBe(1);
    expect(err).toContain(
      "The file system is read-only.\n      Results go to the lfadsfile's `root`, all else into .lfads beside the lfadsfile: both must be writable.\n",
    );
    expect(err).not.toMatch(/^ +at /m);
    expect(lfads(dir, "status").code).toBe(0);
  });
});
