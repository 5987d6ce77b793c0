import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { exportsLfadsfile, inFolder, lfads, lfadsMain } from "../cli/run-lfads.js";

const build = (dir: string) => lfads(dir, "build", ":export");

describe("lfads gc", () => {
  it("beside running builds takes nothing from them", async () => {
    await inFolder(exportsLfadsfile([1, 2, 4, 5, 10, 20]), async (dir) => {
      const running = new Set([0, 1].map(() => spawn(process.execPath, [lfadsMain, "build", ":export"], { cwd: dir })));
      const codes: (number | null)[] = [];
      const ended = [...running].map(
        (child) =>
          new Promise<void>((resolve) =>
            child.once("exit", (code) => {
              codes.push(code);
              running.delete(child);
              resolve();
            }),
          ),
      );
      let collections = 0;
      while (running.size > 0) {
        const { code, err } = lfads(dir, "gc", "--yes");
        expect({ code, err }).toEqual({ code: 0, err: "" });
        collections++;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      await Promise.all(ended);
      expect({ codes, many: collections > 1 }).toEqual({ codes: [0, 0], many: true });
      for (const lost of ["runs", ".lfads/state", ".lfads/fresh"])
        rmSync(join(dir, lost), { recursive: true, force: true });
      expect(build(dir).out).toMatch(/^Built in .*: 8 restored\.$/m);
    });
  });
});
