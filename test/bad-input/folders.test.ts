import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { diskFailure } from "#lib/disk-failure.js";
import { makeFolder } from "#lib/make-folder.js";
import { exportsLfadsfile, inFolder, lfads } from "../cli/run-lfads.js";

/** What making the folder ends with. */
function failureOf(path: string) {
  try {
    makeFolder(path);
  } catch (error) {
    const { detail: _, ...failure } = diskFailure(error)!;
    return failure;
  }
  return undefined;
}

const nothing = {
  kind: "disk",
  what: "Nothing can be made in this folder.",
  where: "/proc",
  hint: "Choose another folder.",
};

describe("a folder", () => {
  it("is made with those above it, and the topmost new one is told", () => {
    inFolder(undefined, (dir) => {
      mkdirSync(join(dir, "a"));
      expect(makeFolder(join(dir, "a/b/c/d"))).toBe(join(dir, "a/b"));
      expect(readdirSync(join(dir, "a/b/c"))).toEqual(["d"]);
      expect(makeFolder(join(dir, "a/b/c/d"))).toBeUndefined();
      expect(makeFolder("/")).toBeUndefined();
    });
  });

  it("is not made beneath a file, nor where a link leads nowhere", () => {
    inFolder(undefined, (dir) => {
      writeFileSync(join(dir, "file"), "");
      symlinkSync("nowhere", join(dir, "link"));
      const isFile = {
        kind: "disk",
        what: "A part of this path is a file, not a folder.",
        hint: "Move the file away.",
      };
      expect(failureOf(join(dir, "file/a/b"))).toEqual({ ...isFile, where: join(dir, "file/a/b") });
      const taken = { kind: "disk", what: "There is already something else at this path.", hint: "Move it away." };
      expect(failureOf(join(dir, "file"))).toEqual({ ...taken, where: join(dir, "file") });
      expect(failureOf(join(dir, "link/a"))).toEqual({ ...taken, where: join(dir, "link") });
      expect(readdirSync(dir).sort()).toEqual(["file", "link"]);
    });
  });

  it.runIf(existsSync("/proc/self"))("is not waited for where the system makes none", () => {
    expect(failureOf("/proc/lfads")).toEqual(nothing);
    expect(failureOf("/proc/lfads/a/b")).toEqual(nothing);
  });
});

describe.runIf(existsSync("/proc/self"))("a lfadsfile that names a folder where nothing can be made", () => {
  const message = "/proc: Nothing can be made in this folder.\n  Choose another folder.\n";

  it("as its root ends the build with the failed targets", () => {
    inFolder(exportsLfadsfile([10]).replace("store:", 'root: "/proc/lfads", store:'), (dir) => {
      const { code, err } = lfads(dir, "build", "look/data_*/**", "--keep-going");
      expect(code).toBe(1);
      expect(err).toContain(message.replace(/^/gm, "    ").trimEnd());
    });
  });

  it("as its store ends the build before anything runs, and other commands find an empty store", () => {
    inFolder(exportsLfadsfile([10], '{ folder: "/proc/lfads" }'), (dir) => {
      expect(lfads(dir, "build")).toEqual({ code: 2, out: "", err: `error: ${message}` });
      expect(existsSync(join(dir, "runs"))).toBe(false);
      expect(lfads(dir, "gc")).toEqual({
        code: 0,
        out: "There is nothing to remove; the store has 0 kB.\n",
        err: "",
      });
    });
  });
});
