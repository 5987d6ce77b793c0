import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import { inFolder, lfads } from "../cli/run-lfads.js";
import { datasetsTable, firstTrial, lfadsfiles, pageFile, writeMaze } from "./loaders-page.js";

it("the loader of the page about loaders makes the recordings of its lfadsfile", async () => {
  await inFolder(lfadsfiles[0], async (dir) => {
    writeMaze(dir);
    writeFileSync(join(dir, "load-maze.ts"), pageFile("load-maze.ts"));
    const { code, err } = lfads(dir, "build", ":export");
    expect({ code, ran: err.match(/✓ ran/g)?.length }).toEqual({ code: 0, ran: 6 });
    const firsts: number[][] = [];
    for (const folder of readdirSync(join(dir, "runs/aligned"))) {
      const h5 = await openHdf5(join(dir, "runs/aligned", folder, "single_maze_1/lfads_maze_1.h5"));
      firsts.push([...h5.readFloat64Rows("train_data", 0, 1)]);
      expect(h5.readStrings("condition_names")).toEqual(["left", "right"]);
      h5.close();
    }
    expect(firsts).toHaveLength(2);
    expect(firsts).toEqual(expect.arrayContaining([firstTrial.cue, firstTrial.move]));
  });
});

it("the choice of datasets of the page about loaders is what its table shows", async () => {
  await inFolder(lfadsfiles[2], async (dir) => {
    mkdirSync(join(dir, "data"));
    for (const [name, trials] of Object.entries({ session1: 24, session2: 30 })) {
      const counts = Uint8Array.from({ length: trials * 200 }, (_, i) => i % 2);
      await writeHdf5(join(dir, `data/${name}.h5`), (w) => w.dataset("spikes", counts, [trials, 40, 5]));
    }
    expect(lfads(dir, "datasets")).toMatchObject({ code: 0, out: datasetsTable });
  });
});
