import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { exportsLfadsfile, inFolder, lfads } from "./run-lfads.js";

const build = (dir: string, ...args: readonly string[]) => lfads(dir, "build", ":export", ...args);
const write = (dir: string, text: string, name = "lfadsfile.ts") => writeFileSync(join(dir, name), text);
/** Hashes, sizes and ages are as they come. */
const shown = (text: string) =>
  text
    .replace(/data_[\w-]{6}/g, "data_*")
    .replace(/\d+ kB/g, "_ kB")
    .replace(/\d\d\d\d-\d\d-\d\d \d\d:\d\d/, "<time>");
const contents = (dir: string) =>
  (readdirSync(join(dir, ".lfads/store/content-v2"), { recursive: true }) as string[])
    .map((name) => join(dir, ".lfads/store/content-v2", name))
    .filter((path) => statSync(path).isFile());

describe("lfads gc", () => {
  it("says what would go, asks, and removes it with --yes; the rest is restored as before", () => {
    inFolder(exportsLfadsfile([5, 10]), (dir) => {
      expect(build(dir).out).toMatch(/^Built in .*: 4 ran\.$/m);
      expect(lfads(dir, "gc").out).toBe(
        `There is nothing to remove; the store has ${"_ kB"}.\n`.replace("_ kB", kb(dir)),
      );
      write(dir, exportsLfadsfile([5]));
      const table =
        "run                results  last used   size\nlook/data_*/all/dataset001        1   just now  _ kB\n\n";
      const dry = lfads(dir, "gc", "--dry-run");
      expect({ ...dry, out: shown(dry.out).replace(/ +(?=results|1 )/g, " ") }).toEqual({
        code: 0,
        out: `${table.replace(/ +(?=results|1 )/g, " ")}Nothing needs 1 result (_ kB of the store's _ kB).\n`,
        err: "",
      });
      expect(contents(dir)).toHaveLength(8);
      const asked = lfads(dir, "gc");
      expect({ code: asked.code, err: shown(asked.err) }).toEqual({
        code: 2,
        err: "error: Remove 1 result (_ kB of the store's _ kB)?\n  Say --yes to do it without a terminal to ask on.\n",
      });
      expect(contents(dir)).toHaveLength(8);
      expect(shown(lfads(dir, "gc", "--yes").out)).toMatch(/^Removed 1 result \(_ kB of the store's _ kB\)\.$/m);
      expect(contents(dir)).toHaveLength(5);
      expect(readdirSync(join(dir, "runs/look"))).toHaveLength(2);
      expect(lfads(dir, "gc", "--yes", "--outputs").out).toMatch(
        /^Removed 0 results .*, 3 files of the run tree \(\d+ kB\), 1 log\.$/m,
      );
      expect(readdirSync(join(dir, "runs/look"))).toHaveLength(1);
      for (const lost of ["runs", ".lfads/state", ".lfads/fresh"])
        rmSync(join(dir, lost), { recursive: true, force: true });
      expect(build(dir).out).toMatch(/^Built in .*: 3 restored\.$/m);
    });
  });

  it("keeps what another lfadsfile of the folder needs, until that is removed; one that is broken stops it", () => {
    inFolder(exportsLfadsfile([5]), (dir) => {
      write(dir, exportsLfadsfile([10], "{}", "other"), "other.ts");
      build(dir);
      build(dir, "--file", "other.ts");
      lfads(dir, "audit", "tiny");
      expect(lfads(dir, "gc").out).toMatch(/^There is nothing to remove/);
      write(dir, "export default {", "other.ts");
      expect(lfads(dir, "gc", "--yes")).toEqual({
        code: 2,
        out: "",
        err:
          "error: other.ts:1:17: Expected identifier but found end of file.\n" +
          "  What other.ts needs of the store is not known. Correct it, or remove it when it is no longer used.\n",
      });
      rmSync(join(dir, "other.ts"));
      expect(lfads(dir, "gc", "--yes").out).toMatch(/^Removed 1 result /m);
    });
  });

  it("keeps what a root has", () => {
    inFolder(exportsLfadsfile([5, 10]), (dir) => {
      expect(lfads(dir, "roots", "add", "paper")).toEqual({
        code: 2,
        out: "",
        err: "error: Nothing of that is built.\n  lfads build makes it.\n",
      });
      build(dir);
      expect(lfads(dir, "roots", "add", "paper", ":export")).toEqual({
        code: 0,
        out: "Root paper keeps 3 of 3 results.\n",
        err: "",
      });
      expect(shown(lfads(dir, "roots").out)).toBe(
        "root   of       added             results\npaper  :export  <time>        3\n",
      );
      expect(lfads(dir, "clean", "--cache", "--yes")).toEqual({
        code: 2,
        out: "",
        err:
          "error: The store keeps results under names: paper.\n" + "  Give them up first: lfads roots remove <name>\n",
      });
      write(dir, exportsLfadsfile([5]));
      expect(lfads(dir, "gc", "--outputs").out).toMatch(/^There is nothing to remove/);
      write(dir, "{", ".lfads/roots/paper.json");
      expect(lfads(dir, "gc", "--yes")).toEqual({
        code: 2,
        out: "",
        err:
          `error: ${join(dir, ".lfads/roots/paper.json")}: The root cannot be read, so what it keeps is not known.\n` +
          "  Put it back, or give it up: lfads roots remove paper\n",
      });
      expect(lfads(dir, "roots", "remove", "paper").out).toBe(
        "Root paper is gone; lfads gc removes what nothing else needs.\n",
      );
      expect(lfads(dir, "roots", "remove", "paper")).toEqual({
        code: 2,
        out: "",
        err: 'error: There is no root "paper".\n  lfads roots lists them.\n',
      });
      expect(lfads(dir, "gc", "--yes", "--outputs").out).toMatch(
        /^Removed 1 result .*, 3 files of the run tree .*, 1 log\.$/m,
      );
      expect(lfads(dir, "roots", "add", "../x").err).toBe(
        'error: "../x" is no name of a root.\n  Letters, digits, dots, dashes and underscores, as paper-2026.\n',
      );
    });
  });

  it("refuses ages and sizes that are none", () => {
    expect(lfads(".", "gc", "--older-than", "30").err).toMatch(/It must be an age as 12h, 30d or 8w\./);
    expect(lfads(".", "gc", "--max-size", "much").err).toMatch(/It must be a size as 12GB or 800MB\./);
  });
});

/** What formatBytes says of the store of `dir`. */
function kb(dir: string): string {
  return `${Math.round(contents(dir).reduce((sum, path) => sum + statSync(path).size, 0) / 1000)} kB`;
}

describe("the limit of the store", () => {
  it("is kept after a build: what nothing needs goes, and it says so", () => {
    inFolder(exportsLfadsfile([5, 10]), (dir) => {
      build(dir);
      const size = statSync(join(dir, ".lfads/store/size")).size;
      expect(size).toBeGreaterThan(0);
      write(dir, exportsLfadsfile([20], '{ maxSize: "0.07 MB" }'));
      const { code, err } = build(dir);
      expect(code).toBe(0);
      expect(shown(err).replace(/[\d.]+ s/, "_ s")).toContain(
        "The store had _ kB, more than its limit of _ kB: 2 results that nothing needs went, the least recently used first (_ kB).\n",
      );
      expect(lfads(dir, "gc").out).toMatch(/^There is nothing to remove/);
      expect(existsSync(join(dir, ".lfads/logs"))).toBe(true);
    });
  });

  it("never takes what is needed: it says that the limit is too small, once", () => {
    inFolder(exportsLfadsfile([5, 10], '{ maxSize: "0.01 MB" }'), (dir) => {
      const told =
        /^What is needed of the store takes \d+ kB, more than its limit of 10 kB\. Give it more with store: \{ maxSize: … \}\.$/m;
      const first = build(dir);
      expect({ code: first.code, told: told.test(first.err) }).toEqual({ code: 0, told: true });
      rmSync(join(dir, "runs"), { recursive: true });
      expect(build(dir).out).toMatch(/: 2 restored, /);
      for (const lost of ["runs", ".lfads/actions", ".lfads/state", ".lfads/fresh"]) {
        rmSync(join(dir, lost), { recursive: true, force: true });
      }
      const again = build(dir);
      expect(again.out).toMatch(/: 4 ran\.$/m);
      expect(told.test(again.err)).toBe(false);
    });
  });
});

describe("lfads cache", () => {
  it("lists results with what needs them, and sizes by rule and collection", () => {
    inFolder(exportsLfadsfile([5, 10]), (dir) => {
      expect(lfads(dir, "cache", "ls").out).toBe("The store has no results. lfads build makes some.\n");
      build(dir);
      write(dir, exportsLfadsfile([5]));
      const rows = JSON.parse(lfads(dir, "cache", "ls", "--json").out) as { label: string; neededBy: string[] }[];
      expect(
        rows.map(({ label, neededBy }) => [label.replace(/data_[\w-]+/, "data_*"), neededBy.join()]).sort(),
      ).toEqual([
        ["look/data_*/all/dataset001:export", ""],
        ["look/data_*/all/dataset001:export", "lfadsfile.ts"],
        ["tiny/dataset001:dataset", "lfadsfile.ts"],
        ["tiny/dataset001:generate", "lfadsfile.ts"],
      ]);
      const lines = lfads(dir, "cache", "ls").out.trimEnd().split("\n");
      expect(
        lines.map((line) =>
          line
            .replace(/data_[\w-]+/, "data_*")
            .trimEnd()
            .split(/ {2,}/)
            .slice(0, 2),
        ),
      ).toEqual([
        ["result", "size"],
        ["look"],
        ["", "data_*/all/dataset001:export"],
        ["", "data_*/all/dataset001:export"],
        ["tiny"],
        ["", "dataset001:dataset"],
        ["", "dataset001:generate"],
      ]);
      const { rules, collections, bytes, limitBytes } = JSON.parse(lfads(dir, "cache", "size", "--json").out);
      expect(rules.map(({ name, results }: { name: string; results: number }) => [name, results])).toEqual([
        ["export", 2],
        ["generate", 1],
        ["dataset", 1],
      ]);
      expect(collections.map(({ name }: { name: string }) => name)).toEqual(["look", "tiny"]);
      expect(bytes).toBe(contents(dir).reduce((sum, path) => sum + statSync(path).size, 0));
      expect(limitBytes).toBeLessThanOrEqual(50e9);
    });
  });

  it("verifies all content and records; --fix heals from outputs, and removes what cannot be healed", () => {
    inFolder(exportsLfadsfile([5, 10]), (dir) => {
      build(dir);
      expect(lfads(dir, "cache", "verify").out).toMatch(
        /^Everything in the store is as it was put there: 4 records, 8 contents, \d+ kB\.\n$/,
      );
      const [first, second] = contents(dir).filter((path) => statSync(path).size > 20_000);
      for (const path of [first!, second!]) {
        const data = readFileSync(path);
        data[100]! ^= 1;
        chmodSync(path, 0o644);
        writeFileSync(path, data);
      }
      const record = (readdirSync(join(dir, ".lfads/actions"), { recursive: true }) as string[])
        .map((name) => join(dir, ".lfads/actions", name))
        .find((path) => path.endsWith(".json") && readFileSync(path, "utf8").includes('"rule": "dataset"'))!;
      writeFileSync(record, readFileSync(record, "utf8").replace('"rule": "dataset"', '"rule": "datasets"'));
      const { code, out, err } = lfads(dir, "cache", "verify");
      const lines = out.split("\n");
      expect({ code, err, count: lines.length }).toEqual({
        code: 1,
        count: 6,
        err: "lfads cache verify --fix puts contents back where an output still has them, and removes the other broken contents and records.\n",
      });
      expect(lines[0]).toMatch(
        /^✗ \.lfads\/actions\/.*\.json: The record was altered: what it says does not give the key that it is kept under\. \(tiny\/dataset001:dataset\)$/,
      );
      for (const line of lines.slice(1, 3))
        expect(line).toMatch(
          /^✗ \.lfads\/store\/content-v2\/.*: The stored copy of .*\.h5 is corrupt\. \((look|tiny)\/.*\)$/,
        );
      expect(lines[4]).toMatch(/^3 problems in 4 records, 8 contents, \d+ kB\.$/);

      rmSync(join(dir, "datasets"), { recursive: true });
      const fixed = lfads(dir, "cache", "verify", "--fix");
      expect(fixed.code).toBe(0);
      expect(fixed.out.slice(fixed.out.indexOf("3 problems")).replace(/\d+ kB/, "_ kB")).toBe(
        "3 problems in 4 records, 8 contents, _ kB. Put back from outputs: 2 contents; removed: 0 contents.\n" +
          "These results cannot be restored any more; they are made again when they are needed:\n" +
          "  tiny/dataset001:dataset\n",
      );
      expect(lfads(dir, "cache", "verify").code).toBe(0);
      expect(build(dir).code).toBe(0);
    });
  });
});
