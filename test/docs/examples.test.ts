import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loadProject } from "#lib/config/load-project.js";
import { inFolder } from "../cli/run-lfads.js";
import { exampleBlocks } from "./example-blocks.js";

const examples = [...exampleBlocks("own-data.md"), ...exampleBlocks("../README.md")];

it.each(examples)("every lfadsfile of the README and the page about own recordings loads", async (text) => {
  await inFolder(text, async (dir) => {
    mkdirSync(join(dir, "data"));
    for (const name of ["session1.h5", "session2.h5", "lfads_a.h5", "sub-anm372904_ses-20170619.nwb"]) {
      writeFileSync(join(dir, "data", name), "");
    }
    const project = await loadProject(join(dir, "lfadsfile.ts"));
    expect(project).toMatchObject({ ok: true });
  });
});
