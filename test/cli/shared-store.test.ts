// One store for two projects, as `store: { folder }` says.
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { exportsLfadsfile, inFolder, lfads } from "./run-lfads.js";

const inTwoProjects = (use: (a: string, b: string, shared: string) => void) =>
  inFolder(undefined, (top) => {
    for (const [name, bins] of [
      ["a", [5]],
      ["b", [5, 10]],
    ] as const) {
      mkdirSync(join(top, name));
      writeFileSync(join(top, name, "lfadsfile.ts"), exportsLfadsfile(bins, '{ folder: "../shared" }'));
    }
    use(join(top, "a"), join(top, "b"), join(top, "shared"));
  });

it("what one project has made another restores, audits, and counts as its own", () => {
  inTwoProjects((a, b, shared) => {
    expect(lfads(a, "build", ":export").out).toMatch(/: 3 ran\.\n/);
    expect(lfads(b, "build", ":export").out).toMatch(/: 1 ran, 3 restored\.\n/);
    expect(existsSync(join(b, ".lfads", "store"))).toBe(false);
    expect(lfads(b, "audit", ":export").out).toMatch(/^All 3 targets hold\.\n/);
    expect(lfads(b, "cache", "verify").out).toMatch(/^Everything in the store is as it was put there: 4 records, /);
    const needs = JSON.parse(lfads(b, "cache", "ls", "--json").out) as { label: string; neededBy: string[] }[];
    const users = needs.map(({ label, neededBy }) => `${label.split(":")[1]} ${neededBy.join(" ")}`).sort();
    expect(users.filter((each) => each.startsWith("export"))).toEqual([
      "export lfadsfile.ts",
      `export lfadsfile.ts ${a}`,
    ]);
    expect(lfads(b, "cache", "size").out).toContain(`Shared with ${a} on ${hostname()}, which needs 3 results.\n`);
    expect(JSON.parse(lfads(b, "cache", "size", "--json").out)).toMatchObject({
      folder: shared,
      projects: [{ dir: a, host: hostname(), results: 3 }],
    });
  });
});

it("gc and clean --cache in one leave alone what the other needs", () => {
  inTwoProjects((a, b, shared) => {
    for (const dir of [a, b]) expect(lfads(dir, "build", ":export").code).toBe(0);
    expect(lfads(a, "gc", "--yes").out).toMatch(/^There is nothing to remove;/);
    const cleaned = lfads(b, "clean", "--cache", "--yes").out;
    expect(cleaned).toMatch(
      new RegExp(
        `^Removed \\d+ files and links, and \\.lfads; the store ${shared} still has their content until lfads gc\\.\n$`,
      ),
    );
    expect(existsSync(join(b, ".lfads"))).toBe(false);
    expect(lfads(b, "build", ":export").out).toMatch(/: 4 restored\.\n/);
    rmSync(b, { recursive: true });
    expect(lfads(a, "gc", "--yes").out).toMatch(/\nRemoved 1 result /);
    rmSync(join(a, "runs"), { recursive: true });
    expect(lfads(a, "build", ":export").out).toMatch(/: 1 restored, 2 fresh\.\n/);
  });
});

it("a store that another project uses is not thrown away with its folder's cache", () => {
  inTwoProjects((a, b) => {
    writeFileSync(join(a, "lfadsfile.ts"), exportsLfadsfile([5]));
    writeFileSync(join(b, "lfadsfile.ts"), exportsLfadsfile([5], '{ folder: "../a/.lfads" }'));
    for (const dir of [a, b]) expect(lfads(dir, "build", ":export").code).toBe(0);
    const { code, err } = lfads(a, "clean", "--cache", "--yes");
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining(`Other projects keep their results in this store: ${b}.`),
    });
    expect(existsSync(join(a, ".lfads", "store"))).toBe(true);
  });
});

it.each([
  ["''", "an empty text", /lfadsfile\.ts/],
  ["3", "a number", /lfadsfile\.ts/],
])("a folder of the store that is %s is told", (value, _, place) => {
  inFolder(exportsLfadsfile([5], `{ folder: ${value} as never }`), (dir) => {
    const { code, err } = lfads(dir, "build");
    expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(place) });
    expect(err).toContain("store › folder: folder is");
  });
});

it("a file in the place of the store is a failure that names it", () => {
  inTwoProjects((a, _, shared) => {
    writeFileSync(shared, "");
    const { code, err } = lfads(a, "build", ":export");
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(shared) });
  });
});
