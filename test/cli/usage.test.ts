import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inFolder, lfads, tinyLfadsfile } from "./run-lfads.js";

describe("the command line", () => {
  it("names the command that was meant, and ends with 2", () => {
    const { code, out, err } = inFolder(undefined, (dir) => lfads(dir, "buidl"));
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toBe(
      "error: unknown command 'buidl'\n(Did you mean build?)\n  lfads --help lists commands and options.\n",
    );
  });

  it("refuses a number of jobs that is none", () => {
    const { code, err } = inFolder(undefined, (dir) => lfads(dir, "build", "--jobs", "0"));
    expect(code).toBe(2);
    expect(err).toBe(
      "error: option '-j, --jobs <n>' argument '0' is invalid. It must be a whole number of at least 1.\n  lfads build --help says what it takes.\n",
    );
  });

  it("takes memory in MB or GB only", () => {
    const { code, err } = inFolder(undefined, (dir) => lfads(dir, "build", "--memory", "12"));
    expect(code).toBe(2);
    expect(err).toBe(
      "error: option '--memory <size>' argument '12' is invalid. It must be a size as 12GB or 800MB.\n  lfads build --help says what it takes.\n",
    );
  });

  it("says what to do where there is no lfadsfile", () => {
    inFolder(undefined, (dir) => {
      const { code, out, err } = lfads(dir, "build");
      expect(code).toBe(2);
      expect(out).toBe("");
      expect(err).toBe(
        `error: There is no lfadsfile.ts in ${dir} or a folder above it.\n  lfads init writes one to start from.\n`,
      );
    });
  });

  it("prints every mistake of a lfadsfile and no stack trace", () => {
    const { code, out, err } = inFolder(tinyLfadsfile("c_gen_dims: 3, c_keep_prob: 2,"), (dir) => lfads(dir, "status"));
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toContain("c_gen_dim?");
    expect(err).toContain("c_keep_prob");
    expect(err).not.toMatch(/^ +at /m);
  });

  it("has help with an example for every command", () => {
    const { out } = lfads(".", "--help");
    const commands = [...out.matchAll(/^ {2}([a-z]+) (?:\[|<| {2})/gm)].map((match) => match[1]!);
    expect(commands).toEqual([
      "build",
      "watch",
      "status",
      "datasets",
      "evaluate",
      "why",
      "diff",
      "graph",
      "show",
      "logs",
      "export",
      "report",
      "audit",
      "init",
      "inputs",
      "import",
      "clean",
      "gc",
      "roots",
      "cache",
      "doctor",
    ]);
    for (const command of commands) {
      const help = lfads(".", command, "--help");
      expect(help.code).toBe(0);
      expect(help.out).toMatch(/^Example:\n {2}lfads /m);
    }
  });

  it("works in another folder with -C, before or after the command", () => {
    inFolder(tinyLfadsfile(), (dir) => {
      const before = lfads("/", "-C", dir, "graph", "--format", "json");
      const after = lfads("/", "graph", "--format", "json", "--file", join(dir, "lfadsfile.ts"));
      expect(before.code).toBe(0);
      expect(JSON.parse(before.out)).toHaveLength(31);
      expect(after.out).toBe(before.out);
    });
  });

  it("names the closest target of a label that matches none", () => {
    const { code, err } = inFolder(tinyLfadsfile(), (dir) => lfads(dir, "build", "singel"));
    expect(code).toBe(2);
    expect(err).toBe('error: No target matches "singel".\n  Did you mean "single"?\n');
  });
});

describe("lfads init", () => {
  it("writes a lfadsfile that loads, and leaves one alone that is there", () => {
    inFolder(undefined, (dir) => {
      expect(lfads(dir, "init")).toEqual({ code: 0, out: "Wrote lfadsfile.ts. Now: npx lfads build\n", err: "" });
      expect(lfads(dir, "graph").code).toBe(0);
      const again = lfads(dir, "init");
      expect(again.code).toBe(2);
      expect(again.err).toContain("There is a lfadsfile already.");
    });
  });
});
