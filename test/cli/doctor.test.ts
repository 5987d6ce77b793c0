import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { doctor } from "#lib/cli/commands/doctor.js";
import { checkFileSystem } from "#lib/cli/doctor/check-file-system.js";
import { checkFolder } from "#lib/cli/doctor/check-folder.js";
import { checkNode, checkRoot } from "#lib/cli/doctor/check-machine.js";
import { checkStore } from "#lib/cli/doctor/check-store.js";
import { checkTools } from "#lib/cli/doctor/check-tools.js";
import { collectingTerminal } from "./collecting-terminal.js";
import { exportsLfadsfile, inFolder, lfads } from "./run-lfads.js";

const { actual } = vi.hoisted(() => ({ actual: { digests: {} as Readonly<Record<string, string>> } }));
vi.mock("#lib/cli/doctor/expected-digests.js", async (importActual) => {
  const { expectedDigests } = await importActual<{ expectedDigests: Readonly<Record<string, string>> }>();
  actual.digests = expectedDigests;
  return { expectedDigests: { ...expectedDigests, checkpoints: "0".repeat(64) } };
});

describe("lfads doctor", () => {
  it("has a line for each thing that it looks at, and leaves nothing behind", () => {
    inFolder(undefined, (dir) => {
      const { code, out, err } = lfads(dir, "doctor");
      expect({ code, err }).toEqual({ code: 0, err: "" });
      const seen = out
        .replaceAll(dir, "<dir>")
        .replace(/\d+(\.\d+)*/g, "#")
        .replace(/^(ok|warning) +/gm, "");
      expect(seen.split("\n").map((line) => line.replace(/\. .*/, ""))).toEqual([
        "Node     #",
        "folder   <dir> can be written",
        expect.stringMatching(/^disk {5}# [MG]B free$/),
        expect.stringMatching(/^files {4}\w/),
        "links    symbolic links work",
        "names    upper and lower case differ",
        expect.stringMatching(/^times {4}of files in (micro|milli)seconds/),
        expect.stringMatching(/^store {4}(copies|by reflink)/),
        "threads  #",
        expect.stringMatching(/^memory {3}# [MG]B, of which builds use # [MG]B$/),
        expect.stringMatching(/^git {6}/),
        expect.stringMatching(/^GPU {6}/),
        expect.stringMatching(/^Slurm {4}/),
        "",
      ]);
      expect(readdirSync(dir)).toEqual([]);
      const { checks, selftest } = JSON.parse(lfads(dir, "doctor", "--json").out);
      expect(checks.map((check: { name: string }) => check.name)).toEqual([
        "Node",
        "folder",
        ...["disk", "files", "links", "names", "times", "store", "threads", "memory", "git", "GPU", "Slurm"],
      ]);
      expect(selftest).toBeNull();
    });
  });

  it("looks at the folder of the lfadsfile, and at the store where there is one", () => {
    inFolder("", (dir) => {
      mkdirSync(join(dir, "below"));
      expect(lfads(join(dir, "below"), "doctor").out).toContain(` ${dir} can be written`);
      mkdirSync(join(dir, ".lfads"), { recursive: true });
      expect(lfads(join(dir, "below"), "doctor").out).toContain(` ${join(dir, ".lfads")} can be written`);
    });
  });

  it("says what to do about what is not well", () => {
    expect(checkNode("20.18.3", "20.19")).toEqual({
      name: "Node",
      found: "20.18.3",
      advice: "Install Node 20.19 or later.",
    });
    expect([checkNode("20.19.0", "20.19").advice, checkNode("22.1.0", "20.19").advice]).toEqual([null, null]);
    inFolder(undefined, (dir) => {
      const file = join(dir, "file");
      writeFileSync(file, "");
      expect(checkFolder(file)).toEqual({
        name: "folder",
        found: `${file} cannot be written (ENOTDIR)`,
        advice: "Give yourself the right to write there, or work in another folder (-C).",
      });
    });
  });

  it("says when the lfadsfile cannot be used, and looks at the file system of the root where that is another", () => {
    inFolder('export default { root: "x" };', (dir) => {
      expect(lfads(dir, "doctor").out).toContain(
        `warning  lfadsfile  ${join(dir, "lfadsfile.ts")} cannot be used. lfads status says what is wrong with it.\n`,
      );
      expect(checkRoot(join(dir, "runs/not/there"), dir)).toEqual([]);
      const elsewhere = "/dev/shm";
      if (existsSync(elsewhere)) {
        expect(checkRoot(join(elsewhere, "runs"), dir)).toEqual([
          {
            name: "root",
            found: expect.stringMatching(/^\/dev\/shm: [\d.]+ [kMG]B free$/),
            advice: null,
          },
        ]);
      }
    });
  });

  it("says where the store is that the lfadsfile names, and what it shares with the results", () => {
    inFolder(undefined, (dir) => {
      const storeLine = (store: string) => {
        writeFileSync(join(dir, "lfadsfile.ts"), exportsLfadsfile([10], store));
        const line = lfads(dir, "doctor")
          .out.split("\n")
          .find((each) => / store /.test(each));
        return line?.replaceAll(dir, "<dir>");
      };
      const linked = "by hard link: outputs and the store are the same files";
      expect(storeLine("{ hardLinks: true }")).toBe(`ok       store      ${linked}`);
      expect(storeLine('{ folder: "lab/store", hardLinks: true }')).toBe(
        `ok       store      <dir>/lab/store, which the first build makes: ${linked}`,
      );
      mkdirSync(join(dir, "lab/store"), { recursive: true });
      expect(storeLine('{ folder: "lab/store", hardLinks: true }')).toBe(
        `ok       store      <dir>/lab/store: ${linked}`,
      );
      expect(readdirSync(join(dir, "lab/store"))).toEqual([]);
      writeFileSync(join(dir, "file"), "");
      expect(storeLine('{ folder: "file" }')).toBe(
        "warning  store      <dir>/file cannot be written (ENOTDIR). Give yourself the right to write there, or work in another folder (-C).",
      );
      const elsewhere = "/dev/shm";
      if (existsSync(elsewhere)) {
        expect(checkStore({ folder: elsewhere, isNamed: true, hardLinks: true }, join(dir, "runs")).found).toBe(
          "/dev/shm: copies: the results are on another file system",
        );
      }
    });
  });

  it("tries out the file system in a folder of its own, which is gone afterwards; a folder that is none is not tried", () => {
    inFolder(undefined, (dir) => {
      const checks = checkFileSystem(dir);
      expect(checks.map(({ name }) => name)).toEqual(["files", "links", "names", "times"]);
      expect(readdirSync(dir)).toEqual([]);
      writeFileSync(join(dir, "file"), "");
      expect(checkFileSystem(join(dir, "file"))).toEqual([]);
    });
  });

  it("tells programs that are there from those that are not, and what they are for", () => {
    const versions: Record<string, string> = {
      git: "git version 2.50.1",
      "nvidia-smi": "H200",
      sbatch: "slurm 22.05.8",
    };
    const found = (has: readonly string[]) =>
      checkTools((program) => (has.includes(program) ? versions[program] : undefined)).map((check) => check.found);
    expect(found(["git", "nvidia-smi", "sbatch"])).toEqual([
      "2.50.1; results record the commit",
      "H200; not used, this version trains on the processor",
      "22.05.8; start lfads build inside a job",
    ]);
    expect(found([])).toEqual([
      "not found; results record no commit",
      "none found; none is needed",
      "not found; none is needed",
    ]);
  });

  it("--selftest finds the bits that the package expects, names those that differ, and ends with 1 then", async () => {
    const terminal = collectingTerminal();
    const result = await doctor({ terminal, dir: "/", file: undefined, verbose: false }, { selftest: true });
    const rows = terminal.written.out.split("\n").map((line) => line.trim().split(/ {2,}/));
    const short = (digest: string) => digest.slice(0, 12);
    for (const [part, digest] of Object.entries(actual.digests)) {
      const [, expected, ...found] = rows.find(([first]) => first === part)!;
      const changed = part === "checkpoints";
      expect(
        { part, expected, found },
        "The engine gives other bits than before. If that is meant: npm run build && node scripts/generate-selftest.mjs",
      ).toEqual({
        part,
        expected: changed ? "000000000000" : short(digest),
        found: [short(digest), short(digest), changed ? "different" : "same"],
      });
    }
    expect(terminal.written.out).toMatch(/\nThis machine gives other bits: checkpoints\. Please report it .*\n$/);
    expect(result).toEqual({ ok: true, value: 1 });
  });
});
