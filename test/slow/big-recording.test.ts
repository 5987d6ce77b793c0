import { mkdirSync, statfsSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import { ownLfadsfile } from "../bad-input/own-recordings.js";
import { inFolder, lfads } from "../cli/run-lfads.js";
import { peakMemory } from "./peak-memory.js";

const [trials, bins, channels] = [1000, 2000, 250] as const;
const hasRoom = process.platform === "linux" && statfsSync(tmpdir()).bavail * statfsSync(tmpdir()).bsize > 12e9;

it.skipIf(!hasRoom)(
  "a recording of 4 GB is checked, exported and hashed with less than 1 GB of memory",
  async () => {
    await inFolder(ownLfadsfile({ mapping: "binMs: 1" }), async (dir) => {
      const file = join(dir, "data/big.h5");
      mkdirSync(join(dir, "data"));
      await writeRecording(file);
      expect(statSync(file).size).toBeGreaterThan(4e9);

      const peak = await peakMemory(dir, "build", ":dataset", ":export", "--jobs", "1");
      expect(peak.child, `child ${peak.child / 1e6} MB`).toBeLessThan(1e9);
      expect(peak.own, `lfads ${peak.own / 1e6} MB`).toBeLessThan(1e9);

      const { targets } = JSON.parse(lfads(dir, "build", "--dry-run", "--json", ":export").out);
      expect(targets.map(({ kind }: { kind: string }) => kind)).toEqual(["fresh"]);
      const { outDir, record } = JSON.parse(lfads(dir, "show", ":export", "--json").out);
      const exported = await openHdf5(
        join(outDir, record.outputs.find(({ path }: { path: string }) => path.endsWith(".h5")).path),
      );
      expect(exported.shape("train_data").slice(1)).toEqual([bins / 5, channels]);
      exported.close();
    });
  },
  1_800_000,
);

/** Every trial has the same counts. */
async function writeRecording(file: string): Promise<void> {
  const counts = Float64Array.from({ length: bins * channels }, (_, i) => [0, 1, 0, 0, 2, 0, 1][(i * 31) % 7]!);
  await writeHdf5(file, (writer) => {
    const rows = writer.create("spikes", { shape: [trials, bins, channels], type: "float64" });
    for (let trial = 0; trial < trials; trial++) rows.writeRows(trial, counts);
  });
}
