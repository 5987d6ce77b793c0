import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import { openDataset } from "#lib/sources/open-dataset.js";
import type { H5Spec } from "#lib/sources/source-spec.js";
import { writeEvaluationData } from "#lib/sources/write-evaluation-data.js";
import { writeLfadsInput } from "#lib/sources/write-lfads-input.js";
import { evaluateDataset } from "#rules/evaluate-dataset.js";
import { EvaluatedDataset } from "#rules/evaluated-dataset.js";

// The published Lorenz benchmark; without it there are no figures to meet.
const lorenz = fileURLToPath(new URL("../../../shared/data/lorenz/lfads_lorenz.h5", import.meta.url));

const both = (suffix: string) => ({ train: `train_${suffix}`, valid: `valid_${suffix}` });
const spec: H5Spec = {
  kind: "h5",
  counts: both("data"),
  truth: both("truth"),
  truthUnit: "hz",
  states: both("lowd"),
  indices: { ...both("inds"), base: 0 },
  binMs: 10,
  heldOut: [1, 7, 13, 19, 25, 31, 37, 43, 49, 55],
};

/** The recording, exported, with a model that knows the true rates and whose factors are the true states. */
it.skipIf(!existsSync(lorenz))(
  "a model that knows the truth has the published figures of the Lorenz benchmark",
  async () => {
    const dir = mkdtempSync(join(tmpdir(), "lfads-known-"));
    try {
      const path = (name: string) => join(dir, name);
      const options = { spikeBinMs: 10, trainToTestRatio: 4 };
      for (const [name, heldOut] of Object.entries({ all: undefined, some: spec.heldOut })) {
        const { heldOut: _, ...rest } = spec;
        const reader = await openDataset("lorenz", heldOut ? { ...rest, heldOut } : rest, lorenz);
        await writeLfadsInput(reader, path(`${name}.h5`), options);
        await writeEvaluationData(reader, path(`${name}_evaluation.h5`), options);
        reader.close();
        const [input, extra] = [await openHdf5(path(`${name}.h5`)), await openHdf5(path(`${name}_evaluation.h5`))];
        for (const side of ["train", "valid"]) {
          await writeHdf5(path(`${name}_${side}.h5`), (w) => {
            w.dataset("output_dist_params", input.readFloat64(`${side}_truth`), input.shape(`${side}_truth`));
            w.dataset("factors", extra.readFloat64(`${side}_states`), extra.shape(`${side}_states`));
          });
        }
        input.close();
        extra.close();
      }
      const measure = async (name: string) => {
        const files = { input: path(`${name}.h5`), extra: path(`${name}_evaluation.h5`) };
        const [train, valid] = [path(`${name}_train.h5`), path(`${name}_valid.h5`)];
        const dataset = await EvaluatedDataset.open({ ...files, train, valid });
        const fit = evaluateDataset(dataset, { from: "rates", lagMs: 0 });
        dataset.close();
        return fit;
      };
      const all = await measure("all");
      expect(Number(all.nll.toFixed(5))).toBe(0.07755);
      // Of each channel's mean over the very trials that are measured, which bits are counted from.
      expect(Number((all.nll + all.bits!.gain / all.values).toFixed(5))).toBe(0.08962);
      expect(Number(all.meanRateNll.toFixed(5))).toBe(0.08967);
      expect(all.r2).toMatchObject({ pooled: 1, medianOverChannels: 1 });
      for (const r2 of all.states!) expect(r2).toBeCloseTo(1, 7);
      // What is predicted of the held-out channels from the true states is nearly what their true rates give.
      const some = await measure("some");
      const gain = all.bits!.gain - some.bits!.gain;
      const truth = gain / ((all.bits!.spikes - some.bits!.spikes) * Math.LN2);
      expect(some.coSmoothing!.channels).toEqual(spec.heldOut);
      expect(some.coSmoothing!.bits / truth).toBeGreaterThan(0.95);
      expect(some.coSmoothing!.bits / truth).toBeLessThan(1.01);
    } finally {
      rmSync(dir, { recursive: true });
    }
  },
);
