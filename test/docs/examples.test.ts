import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loadProject } from "#lib/config/load-project.js";
import { exportsLfadsfile, inFolder, lfads } from "../cli/run-lfads.js";
import { exampleBlocks } from "./example-blocks.js";

const pages = ["own-data.md", "metrics.md", "store.md", "sweeps.md", "../README.md"];
const examples = pages.flatMap((page) => exampleBlocks(page));

it.each(examples)(
  "every lfadsfile of the README and of the pages about own recordings, the store and sweeps loads",
  async (text) => {
    await inFolder(text, async (dir) => {
      mkdirSync(join(dir, "data"));
      for (const name of [
        "session1.h5",
        "session2.h5",
        "session1.npz",
        "reach_a.nwb",
        "ex1_spikecounts.mat",
        "lfads_a.h5",
        "sub-anm372904_ses-20170619.nwb",
      ]) {
        writeFileSync(join(dir, "data", name), "");
      }
      const project = await loadProject(join(dir, "lfadsfile.ts"));
      expect(project).toMatchObject({ ok: true });
    });
  },
);

it("every command of the page about the store does what it says", () => {
  inFolder(exportsLfadsfile([5, 10]), (dir) => {
    expect(lfads(dir, "build", ":export").code).toBe(0);
    writeFileSync(join(dir, "lfadsfile.ts"), exportsLfadsfile([5]));
    const lines = exampleBlocks("store.md", "sh").flatMap((block) => block.trimEnd().split("\n"));
    const done = lines.map((line) => {
      const { code, err } = lfads(dir, ...line.split(" ").slice(1));
      return { line, code, err };
    });
    const rootsWarn = ["8 of them are not fresh: of these it keeps what was built last, if anything.\n"];
    for (const { line, code, err } of done)
      expect({ line, code, err }).toEqual({ line, code: 0, err: line.includes("roots add") ? rootsWarn[0] : "" });
    expect(done.map(({ line }) => line.split(" ")[1])).toEqual([
      ...["cache", "cache", "cache", "gc", "gc", "gc", "gc", "roots", "roots", "roots"],
    ]);
  });
});
