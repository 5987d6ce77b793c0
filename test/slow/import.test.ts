import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { inFolder, lfads, tinyLfadsfile } from "../cli/run-lfads.js";

it("a tree that lfads made is imported without its .lfads, with the same parameters and the same results", () => {
  inFolder(tinyLfadsfile("c_keep_prob: 2 / 3"), (made) => {
    expect(lfads(made, "build").code).toBe(0);
    inFolder(undefined, (dir) => {
      cpSync(join(made, "runs"), join(dir, "runs"), { recursive: true, verbatimSymlinks: true });
      const { code, err } = lfads(dir, "import", "runs");
      expect({ code, doubts: err.split("\n").filter((line) => line.startsWith("  !")) }).toEqual({
        code: 0,
        doubts: [],
      });
      expect(readFileSync(join(dir, "lfadsfile.ts"), "utf8")).toContain("c_keep_prob: 0.6666666666666666");
      // Computed again from the files, the true states among them.
      const others = ["setting", "trainSeconds"];
      const results = (folder: string) =>
        JSON.parse(lfads(folder, "status", "--results", "--json").out, (name, value) =>
          others.includes(name) ? undefined : value,
        );
      expect(results(dir)).toEqual(results(made));
      expect(lfads(dir, "audit").code).toBe(0);
    });
  });
});
