import { cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import { writeNpz } from "#lib/npy/write-npz.js";
import { inFolder, lfads } from "../cli/run-lfads.js";
import { exampleBlocks } from "../docs/example-blocks.js";

const [h5Example, matExample, npzExample, nwbExample] = exampleBlocks("own-data.md");
const alm = fileURLToPath(new URL("../../../shared/data/alm/sub-anm372904_ses-20170619.nwb", import.meta.url));
const reach = fileURLToPath(new URL("../../../shared/data/reach/ex1_spikecounts.mat", import.meta.url));

/** The page's example, trained for two epochs only. */
const short = (text: string) => text.replace("c_co_dim: 0,", "c_co_dim: 0, maxEpochs: 2, num_samples_posterior: 2,");

it("the HDF5 example builds", async () => {
  await inFolder(short(h5Example!), async (dir) => {
    mkdirSync(join(dir, "data"));
    const [trials, bins, channels] = [40, 60, 12];
    for (const name of ["session1.h5", "session2.h5"]) {
      const counts = Uint8Array.from({ length: trials * bins * channels }, (_, i) => ((i * 7919) % 11 === 0 ? 1 : 0));
      const conditions = Int32Array.from({ length: trials }, (_, i) => i % 4);
      await writeHdf5(join(dir, "data", name), (writer) => {
        writer.dataset("spikes", counts, [trials, bins, channels]);
        writer.dataset("conditionId", conditions, [trials]);
      });
    }
    const { code, out, err } = lfads(dir, "build");
    expect(err).not.toMatch(/failed/);
    expect(code).toBe(0);
    expect(out).toMatch(/^firstLook\n {2}param_[\w-]{6}\/single_session1 /m);
    expect(out).toMatch(/^ {2}param_[\w-]{6}\/single_session2 /m);
    expect(out).toMatch(/PSTH NLL/);
  });
});

it.runIf(existsSync(reach))("the MAT example builds on the recording that it is about", async () => {
  await inFolder(short(matExample!), async (dir) => {
    mkdirSync(join(dir, "data"));
    cpSync(reach, join(dir, "data/ex1_spikecounts.mat"));
    const { code, out } = lfads(dir, "build");
    expect(code).toBe(0);
    expect(out).toMatch(/^reaching\n {2}param_[\w-]{6}\/single_ex1_spikecounts /m);
    expect(out).toMatch(/PSTH NLL/);
    const info = JSON.parse(readFileSync(join(dir, ".lfads/datasets/reach/ex1_spikecounts.json"), "utf8"));
    expect(info).toMatchObject({ nTrials: 210, nChannels: 61, nBins: 400, nConditions: 7, notCounts: null });
  });
});

it("the NumPy example builds", async () => {
  await inFolder(short(npzExample!), async (dir) => {
    mkdirSync(join(dir, "data"));
    const [trials, bins, channels] = [40, 60, 12];
    const counts = Uint8Array.from({ length: trials * bins * channels }, (_, i) => ((i * 7919) % 11 === 0 ? 1 : 0));
    writeNpz(join(dir, "data/session1.npz"), {
      spikes: { data: counts, shape: [trials, bins, channels] },
      target: { data: Array.from({ length: trials }, (_, i) => (i % 2 === 0 ? "left" : "right")) },
      timeMs: { data: Float64Array.from({ length: bins }, (_, t) => 5 * t) },
    });
    const { code, out } = lfads(dir, "build");
    expect(code).toBe(0);
    expect(out).toMatch(/^maze\n {2}param_[\w-]{6}\/single_session1 /m);
    expect(out).toMatch(/PSTH NLL/);
  });
});

// The recording is not part of the repository: it lies beside it on machines that test the project.
it.runIf(existsSync(alm))("the NWB example builds on the recording that it is about", async () => {
  await inFolder(short(nwbExample!), async (dir) => {
    mkdirSync(join(dir, "data"));
    cpSync(alm, join(dir, "data/sub-anm372904_ses-20170619.nwb"));
    const { code, out } = lfads(dir, "build");
    expect(code).toBe(0);
    expect(out).toMatch(/^delayedLicking\n {2}param_[\w-]{6}\/single_anm372904_20170619 /m);
  });
});
