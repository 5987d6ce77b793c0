import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import { openDataset } from "#lib/sources/open-dataset.js";
import { record, writeLfadsfile } from "../bad-input/own-recordings.js";
import { inFolder, lfads, tinyLfadsfile } from "../cli/run-lfads.js";

const lfadsfile = `
import { datasetCollection, defineLfads, h5, runCollection, runParams, runSpec } from "lfads";
const all = datasetCollection("own", {
  path: "data",
  datasets: h5("*.h5", { counts: "spikes", condition: "conditionId", binMs: 1 }),
  metadata: { day1: { subject: "m1", date: "2026-01-31", saveTags: [1, 2] }, day2: { subject: "m2" } },
});
const datasets = all.filter((ds) => ds.nTrials >= 12);
const settings = runParams({ spikeBinMs: 5, c_co_dim: 0, c_batch_size: 4, c_factors_dim: 2, c_gen_dim: 4, c_ic_dim: 2, c_ic_enc_dim: 4 });
export default defineLfads({
  root: "runs",
  collections: [runCollection("look", { datasets, runSpecs: runSpec.eachDataset(), params: [settings] })],
});
`;

describe("lfads datasets", () => {
  it("lists the datasets that filters leave, reads what is not known, and then reads nothing again", async () => {
    await inFolder(lfadsfile, async (dir) => {
      const conditions = (trials: number) => Array.from({ length: trials }, (_, i) => i % 3);
      await record(dir, "day1", { conditions: conditions(12) });
      await record(dir, "day2", { shape: [20, 20, 6], conditions: conditions(20) });
      await record(dir, "day3", { shape: [5, 20, 4], conditions: conditions(5) });
      const first = lfads(dir, "datasets");
      expect(first.code).toBe(0);
      expect(first.err.match(/✓ ran/g)).toHaveLength(3);
      expect(first.out).toBe(
        [
          "collection  dataset  subject  date        trials  channels  bins  bin ms  conditions  save tags  file",
          "own         day1     m1       2026-01-31      12         4    20       1           3  1 2        data/day1.h5",
          "own         day2     m2                       20         6    20       1           3             data/day2.h5",
          "",
        ].join("\n"),
      );
      expect(lfads(dir, "datasets", "--csv")).toEqual({
        code: 0,
        err: "",
        out: [
          "collection,dataset,setting,subject,date,trials,channels,bins,bin_ms,conditions,save_tags,file",
          "own,day1,,m1,2026-01-31,12,4,20,1,3,1 2,data/day1.h5",
          "own,day2,,m2,,20,6,20,1,3,,data/day2.h5",
          "",
        ].join("\n"),
      });
      const [, day2] = JSON.parse(lfads(dir, "datasets", "--json").out);
      expect(day2).toMatchObject({ collection: "own", dataset: "day2", subject: "m2", nTrials: 20, nConditions: 3 });

      // A build goes by the filter, and by the recordings as they are then.
      const exported = () =>
        [...lfads(dir, "build", ":export").err.matchAll(/(\w+):export {2}/g)].map(([, name]) => name).sort();
      expect(exported()).toEqual(["day1", "day2"]);
      expect(exported()).toEqual([]);
      await record(dir, "day3", { shape: [15, 20, 4], conditions: conditions(15) });
      expect(exported()).toEqual(["day3"]);
      rmSync(join(dir, "data/day1.h5"));
      writeFileSync(join(dir, "data/day1.h5"), "no recording");
      const broken = lfads(dir, "datasets");
      expect(broken.code).toBe(1);
      expect(broken.err).toContain(`error: ${dir}/data/day1.h5: This is not an HDF5 file.`);
      expect(broken.out).toContain("own         day3");
      expect(lfads(dir, "build", ":export").code).toBe(1);
    });
  });

  it("makes no recording", () => {
    inFolder(undefined, (dir) => {
      writeLfadsfile(dir, tinyLfadsfile());
      expect(lfads(dir, "datasets")).toEqual({
        code: 0,
        out: "collection  dataset\ntiny        dataset001\ntiny        dataset002\n",
        err: "2 are not made yet: lfads build :dataset makes and reads them.\n",
      });
    });
  });
});

it("a NWB file says whose session it is, and of which day", async () => {
  await inFolder("", async (dir) => {
    const file = join(dir, "a.nwb");
    await writeHdf5(file, (w) => {
      w.strings("session_start_time", ["2017-06-19T00:00:00-05:00"]);
      w.strings("general/subject/subject_id", ["anm372904"]);
      w.dataset("intervals/trials/id", Int32Array.of(0));
      w.dataset("intervals/trials/start_time", Float64Array.of(0));
      w.dataset("units/id", Int32Array.of(0));
      w.dataset("units/spike_times", Float64Array.of(0.1));
      w.dataset("units/spike_times_index", Int32Array.of(1));
    });
    const units = [{ table: "units", where: {} }];
    const spec = {
      kind: "nwb",
      trials: "intervals/trials",
      align: ["start_time"],
      window: [0, 1],
      where: {},
      units,
      condition: [],
      binMs: 100,
    } as const;
    const { info } = await openDataset("a", spec, file);
    expect(info).toMatchObject({ subject: "anm372904", date: "2017-06-19", nTrials: 1 });
  });
});
