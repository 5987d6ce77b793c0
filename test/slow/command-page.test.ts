import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { inFolder, lfads } from "../cli/run-lfads.js";
import { firstTrial, lfadsfiles, pageFile, writeMaze } from "../docs/loaders-page.js";

const python = process.env.LFADS_TEST_PYTHON;

it("continuous integration has a Python for the example of a command", () => {
  if (process.env.CI) expect(python, "LFADS_TEST_PYTHON").toBeDefined();
});

it.runIf(python)("the Python command of the page about loaders makes the recordings of its lfadsfile", async () => {
  await inFolder(lfadsfiles[1]!.replace("python3", python!), async (dir) => {
    writeMaze(dir);
    writeFileSync(join(dir, "prep.py"), pageFile("prep.py"));
    expect(lfads(dir, "build", ":export").code).toBe(0);
    expect(lfads(dir, "logs", "maze/*:load").out).toContain("\n10 ms bins are made of these\n");
    const [folder] = readdirSync(join(dir, "runs/prepared"));
    const h5 = await openHdf5(join(dir, "runs/prepared", folder!, "single_maze_1/lfads_maze_1.h5"));
    expect([...h5.readFloat64Rows("train_data", 0, 1)]).toEqual(firstTrial.cue);
    h5.close();
  });
});
