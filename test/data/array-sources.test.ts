import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Hdf5Array } from "#lib/hdf5/hdf5-array.js";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import { writeNpz } from "#lib/npy/write-npz.js";
import { openDataset } from "#lib/sources/open-dataset.js";

type Arrays = Readonly<Record<string, { data: Hdf5Array; shape?: readonly number[] } | { data: string[] }>>;

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "lfads-arrays-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const isText = (data: Hdf5Array | string[]): data is string[] => Array.isArray(data);

const writers = {
  h5: (file: string, arrays: Arrays) =>
    writeHdf5(file, (w) => {
      for (const [name, { data, ...rest }] of Object.entries(arrays)) {
        if (isText(data)) w.strings(name, data);
        else w.dataset(name, data, "shape" in rest ? rest.shape : undefined);
      }
    }),
  npz: (file: string, arrays: Arrays) => writeNpz(file, arrays),
};

/** 0, 1, 2, …, so that a value tells where it was. */
const ramp = (length: number): Float64Array => Float64Array.from({ length }, (_, i) => i);

describe.each(["h5", "npz"] as const)("arrays of a %s source", (kind) => {
  async function open(fileName: string, arrays: Arrays, spec: object) {
    const file = join(dir, `${fileName}.${kind}`);
    await writers[kind](file, arrays);
    return openDataset("ds", { kind, counts: "spikes", ...spec }, file);
  }

  test("are counts of any number type, truth in spikes/s, conditions, external inputs and times", async () => {
    const arrays = {
      spikes: { data: Uint8Array.from(ramp(12)), shape: [3, 2, 2] },
      rates: { data: Float32Array.from(ramp(12)), shape: [3, 2, 2] },
      side: { data: ["left", "right", "left"] },
      input: { data: ramp(6), shape: [3, 2, 1] },
      ms: { data: Float64Array.of(-15, -5) },
    };
    const spec = { truth: "rates", condition: "side", externalInputs: "input", time: "ms" };
    const reader = await open("all", arrays, spec);
    expect(reader.info).toEqual({
      name: "ds",
      nTrials: 3,
      nChannels: 2,
      nBins: 2,
      binMs: 10,
      hasTruth: true,
      hasConditions: true,
      nExternalInputs: 1,
      alignmentFactors: null,
      split: null,
    });
    expect([...reader.timeVecMs]).toEqual([-15, -5]);
    expect(reader.conditions).toEqual(["left", "right", "left"]);
    const trials = reader.readTrials(1, 2);
    expect([...trials.counts]).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
    expect([...trials.truth!]).toEqual([4, 5, 6, 7, 8, 9, 10, 11].map((rate) => rate * 0.01));
    expect([...trials.externalInputs!]).toEqual([2, 3, 4, 5]);
    reader.close();
  });

  test("may bring a split of their own: training trials first, with indices that count from 1", async () => {
    const arrays = {
      a: { data: ramp(2), shape: [2, 1, 1] },
      b: { data: Float64Array.of(7), shape: [1, 1, 1] },
      ai: { data: BigInt64Array.of(0n, 2n) },
      bi: { data: BigInt64Array.of(1n) },
    };
    const indices = { train: "ai", valid: "bi", base: 0 };
    const reader = await open("split", arrays, { counts: { train: "a", valid: "b" }, indices, binMs: 5 });
    expect(reader.split).toEqual({ train: [1, 3], valid: [2] });
    expect(reader.info.split).toEqual({ train: 2, valid: 1 });
    expect([...reader.readTrials(0, 3).counts]).toEqual([0, 1, 7]);
    expect(reader.originOf(2, "counts")).toEqual({ path: "b", trial: 1 });
    reader.close();
  });
});
