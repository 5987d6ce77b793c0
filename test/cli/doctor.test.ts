import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { doctor } from "#lib/cli/commands/doctor.js";
import { checkFolder, checkNode } from "#lib/cli/doctor/check-machine.js";
import { collectingTerminal } from "./collecting-terminal.js";
import { inFolder, lfads } from "./run-lfads.js";

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
        "threads  #",
        expect.stringMatching(/^memory {3}# [MG]B, of which builds use # [MG]B$/),
        "",
      ]);
      expect(readdirSync(dir)).toEqual([]);
      const { checks, selftest } = JSON.parse(lfads(dir, "doctor", "--json").out);
      expect(checks.map((check: { name: string }) => check.name)).toEqual([
        "Node",
        "folder",
        "disk",
        "threads",
        "memory",
      ]);
      expect(selftest).toBeNull();
    });
  });

  it("looks at the folder of the lfadsfile, and at the store where there is one", () => {
    inFolder("", (dir) => {
      mkdirSync(join(dir, "below"));
      expect(lfads(join(dir, "below"), "doctor").out).toContain(` ${dir} can be written`);
      mkdirSync(join(dir, ".lfads"));
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
